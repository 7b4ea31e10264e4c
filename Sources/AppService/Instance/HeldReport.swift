import Bridge
import Logging
import Synchronization

/// Says at most once an hour that messages wait for a licence.
final class HeldReport: Sendable {
    private struct State {
        var count = 0
        var saidAt: Moment?
    }

    /// How long it is quiet after a line.
    static let interval: Duration = .seconds(3_600)

    private let state = Mutex(State())

    /// Counts messages that wait for a licence, and says so if it was quiet for long enough.
    func note(_ count: Int, at now: Moment, logger: Logger) {
        guard count > 0 else { return }
        let toSay = state.withLock { state -> Int? in
            state.count += count
            if let saidAt = state.saidAt, saidAt <= now, now < saidAt + Self.interval { return nil }
            state.saidAt = now
            defer { state.count = 0 }
            return state.count
        }
        if let toSay { logger.notice("Messages wait for a licence of their number", metadata: ["messages": "\(toSay)"]) }
    }
}
