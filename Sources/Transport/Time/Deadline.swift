import NIOCore
import Synchronization

/// When a connection wants to be told the time: written on its event loop, read by the timer.
final class Deadline: Sendable {
    private let time = Mutex<Duration?>(nil)

    func set(_ new: Duration?) {
        time.withLock { $0 = new }
    }

    func isReached(at now: Duration) -> Bool {
        time.withLock { $0.map { $0 <= now } ?? false }
    }
}

/// What a connection's last handler is told from outside, as a user event of its pipeline.
enum ConnectionEvent: Sendable {
    /// The deadline was reached; the time is now.
    case timeReached(Duration)
    /// Finish what is in progress, begin nothing new.
    case quiesce
    /// End now.
    case cut
}
