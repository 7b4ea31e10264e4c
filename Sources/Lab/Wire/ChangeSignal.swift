import Synchronization

/// Tells any number of waiters that something has changed. Changes are counted, so that none is missed between looking and waiting.
final class ChangeSignal: Sendable {
    private struct State {
        var version: UInt64 = 0
        var nextKey: UInt64 = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// How often it was signalled.
    var version: UInt64 { state.withLock { $0.version } }

    func signal() {
        let waiters = state.withLock { state in
            state.version += 1
            defer { state.waiters = [:] }
            return state.waiters.values.map { $0 }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once the version differs from the given one, or when the task is cancelled.
    func wait(after version: UInt64) async {
        let key = state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumeNow = state.withLock { state in
                    if state.version != version || Task.isCancelled { return true }
                    state.waiters[key] = continuation
                    return false
                }
                if resumeNow { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: key) }?.resume()
        }
    }

    /// As `wait(after:)`, but returns also when the clock shows `deadline`.
    func wait(after version: UInt64, until deadline: Int64?, on clock: LabClock) async {
        guard let deadline else { return await wait(after: version) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(after: version) }
            group.addTask { try? await clock.sleep(until: deadline) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Returns once the condition holds; it is looked at now and after every change.
    ///
    /// - Throws: `LabError` if it does not hold within the time-out, which is real time; `CancellationError`.
    func wait(until what: String, timeout: Duration, _ condition: @escaping @Sendable () -> Bool) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                while true {
                    let version = self.version
                    if condition() { return true }
                    try Task.checkCancellation()
                    await self.wait(after: version)
                }
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                return false
            }
            let isMet = try await group.next()
            group.cancelAll()
            if isMet != true { throw LabError("Not within \(timeout): \(what).") }
        }
    }
}
