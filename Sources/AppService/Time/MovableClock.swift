public import Bridge
import Synchronization

/// A clock that somebody can move: the demo by hours, a test at will.
///
/// Everyone who sleeps on it wakes when it is moved past their moment.
public final class MovableClock: WallClock {
    private struct State {
        /// Added to the base clock; with no base clock, the time itself.
        var offset: Duration
        var generation = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let base: SystemClock?
    private let origin: Moment
    private let state: Mutex<State>

    /// A clock that runs with the machine's and can be moved.
    public init() {
        base = SystemClock()
        origin = Moment(milliseconds: 0)
        state = Mutex(State(offset: .zero))
    }

    /// A clock that stands still until it is moved.
    public init(standingAt moment: Moment) {
        base = nil
        origin = moment
        state = Mutex(State(offset: .zero))
    }

    /// The present moment on this clock.
    public func now() -> Moment {
        (base?.now() ?? origin) + state.withLock { $0.offset }
    }

    /// Moves the clock, forward or (with a negative duration) back.
    public func move(by duration: Duration) {
        let waiters = state.withLock { state in
            state.offset += duration
            state.generation += 1
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// How many tasks sleep on a clock that stands still; lets a test wait until everybody is asleep.
    public var sleepers: Int { state.withLock { $0.waiters.count } }

    /// Returns once the clock shows `moment` or later.
    public func sleep(until moment: Moment) async throws {
        while true {
            try Task.checkCancellation()
            let generation = state.withLock { $0.generation }
            let rest = moment.since(now())
            guard rest > .zero else { return }
            guard let base else {
                await moved(since: generation)
                continue
            }
            let wake = base.now() + rest
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await base.sleep(until: wake) }
                group.addTask { await self.moved(since: generation) }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func moved(since generation: Int) async {
        let number = state.withLock { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.generation != generation || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }
}
