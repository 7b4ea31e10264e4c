package import Bridge
import Synchronization

/// Wakes a loop that waits for work. Rings that come while nobody waits are kept as one.
package final class Bell: Sendable {
    private struct State {
        var hasRung = false
        var isForEveryone = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Wakes whoever waits, or the next one to do so.
    /// - Parameter everyone: whether keys that rest until some moment are to be looked at again, too.
    package func ring(everyone: Bool = false) {
        let waiters = state.withLock { state in
            if everyone { state.isForEveryone = true }
            state.hasRung = state.waiters.isEmpty
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Whether a ring since the last call was for everyone.
    func takeEveryone() -> Bool {
        state.withLock { state in
            defer { state.isForEveryone = false }
            return state.isForEveryone
        }
    }

    /// Returns at the next ring, or when the task is cancelled.
    package func wait() async {
        let number = state.withLock { state in
            defer { state.nextWaiter += 1 }
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.hasRung || Task.isCancelled {
                        state.hasRung = false
                        return true
                    }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }

    /// Returns at the next ring, when the clock shows `moment`, or when the task is cancelled; with nil, only the first and the last.
    package func wait(until moment: Moment?, clock: any WallClock) async {
        guard let moment else { return await wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await clock.sleep(until: moment) }
            await group.next()
            group.cancelAll()
        }
    }
}
