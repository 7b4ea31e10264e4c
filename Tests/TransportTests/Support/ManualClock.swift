import Synchronization
import Transport

/// A clock that stands until it is moved.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration = .zero

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State {
        var now = Instant()
        var sleepers: [Int: (until: Instant, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var nextID = 0
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
                    if deadline <= state.now { return .success(()) }
                    state.sleepers[id] = (deadline, continuation)
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: id)
                if sleeper == nil { state.cancelled.insert(id) }
                return sleeper
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Lets the time pass in steps of half a second while the body waits for what it brings about.
    ///
    /// Time passes only while somebody sleeps on this clock, so that who looks at it regularly misses no step.
    ///
    /// - Parameter limit: How much time may pass; then it stands, and the body goes on waiting.
    @discardableResult
    func passing<Result: Sendable>(atMost limit: Duration = .seconds(1_000_000), _ body: () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let step = Duration.milliseconds(500)
                var passed = Duration.zero
                var pause = Duration.zero
                while passed + step <= limit, !Task.isCancelled {
                    // Where a pause on the sockets' event loops becomes much longer, it must not look as if the peer were silent.
                    if self.hasSleepers, pause < .milliseconds(20) {
                        self.advance(by: step)
                        passed += step
                    }
                    // Only gives way to the sockets; the logic under test knows this clock alone.
                    pause = try await ContinuousClock().measure { try await Alarm.sleep(for: .milliseconds(4)) }
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    private var hasSleepers: Bool { state.withLock { !$0.sleepers.isEmpty } }
}
