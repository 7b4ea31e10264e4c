import Synchronization

/// The time of the lab, in milliseconds since 1970 UTC: it stands still or runs with the real time, and it can be moved.
///
/// One clock serves the three simulators, and the connector beside them where the lab runs it, so that moving it by
/// 24 hours closes a customer service window for all of them at the same moment.
public final class LabClock: Sendable {
    private struct Sleeper {
        var deadline: Int64
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var time: Int64
        /// Set while the clock runs: when `time` was valid.
        var runningSince: ContinuousClock.Instant?
        var sleepers: [UInt64: Sleeper] = [:]
        var cancelled: Set<UInt64> = []
        var nextSleeper: UInt64 = 0

        var now: Int64 {
            guard let runningSince else { return time }
            return time + (ContinuousClock.now - runningSince).milliseconds
        }

        mutating func takeSleepers(until now: Int64) -> [Sleeper] {
            let due = sleepers.filter { $0.value.deadline <= now }
            for key in due.keys { sleepers[key] = nil }
            return Array(due.values)
        }
    }

    private let state: Mutex<State>

    private init(_ state: State) { self.state = Mutex(state) }

    /// A clock that moves only by `advance`.
    ///
    /// - Parameter time: Milliseconds since 1970 UTC; the default is a round moment in September 2026.
    public static func still(at time: Int64 = 1_790_000_000_000) -> LabClock { LabClock(State(time: time)) }

    /// A clock that runs with the real time from the given moment on.
    ///
    /// - Parameter time: Milliseconds since 1970 UTC.
    public static func running(from time: Int64) -> LabClock { LabClock(State(time: time, runningSince: .now)) }

    /// The present moment, in milliseconds since 1970 UTC.
    public func now() -> Int64 { state.withLock { $0.now } }

    /// Whether the time goes on by itself.
    public var runs: Bool { state.withLock { $0.runningSince != nil } }

    /// Moves the clock forward; who sleeps until a moment that has now come wakes. A negative duration moves nothing.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.time += max(0, duration.milliseconds)
            return state.takeSleepers(until: state.now)
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Waits until the clock shows `deadline` (milliseconds since 1970 UTC), or returns at once if it does.
    ///
    /// - Throws: `CancellationError`.
    public func sleep(until deadline: Int64) async throws {
        while true {
            try Task.checkCancellation()
            let (remaining, runs) = state.withLock { (deadline - $0.now, $0.runningSince != nil) }
            guard remaining > 0 else { return }
            guard runs else {
                await waitUntilMoved(to: deadline)
                continue
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Task.sleep(for: .milliseconds(remaining)) }
                group.addTask { await self.waitUntilMoved(to: deadline) }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// Waits for the given time of this clock.
    ///
    /// - Throws: `CancellationError`.
    public func sleep(for duration: Duration) async throws { try await sleep(until: now() + duration.milliseconds) }

    /// Returns when `advance` reached the deadline, or when cancelled.
    private func waitUntilMoved(to deadline: Int64) async {
        let key = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumeNow = state.withLock { state in
                    if state.cancelled.remove(key) != nil || state.now >= deadline { return true }
                    state.sleepers[key] = Sleeper(deadline: deadline, continuation: continuation)
                    return false
                }
                if resumeNow { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers.removeValue(forKey: key)
                if sleeper == nil { state.cancelled.insert(key) }
                return sleeper
            }
            sleeper?.continuation.resume()
        }
        // The handler may have noted a cancellation that came after the wake-up.
        state.withLock { _ = $0.cancelled.remove(key) }
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
