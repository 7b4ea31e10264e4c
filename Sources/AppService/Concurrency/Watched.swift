import Synchronization

/// A value that tasks can watch: each change wakes everyone who waits for one.
public final class Watched<Value: Sendable>: Sendable {
    private struct State {
        var value: Value
        var version = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0
    }

    private let state: Mutex<State>

    /// Watches a value.
    public init(_ value: Value) { state = Mutex(State(value: value)) }

    /// The value, and how often it was changed.
    public var current: (version: Int, value: Value) { state.withLock { ($0.version, $0.value) } }

    /// How often the value was changed.
    public var version: Int { state.withLock { $0.version } }

    /// Looks at the value without a copy, which a change that comes meanwhile would have to pay for.
    public func read<Result: Sendable>(_ body: (borrowing Value) -> Result) -> Result { state.withLock { body($0.value) } }

    /// Changes the value.
    @discardableResult
    public func update<Result: Sendable>(_ change: (inout Value) -> Result) -> Result {
        let (result, waiters) = state.withLock { state in
            let result = change(&state.value)
            state.version += 1
            defer { state.waiters = [:] }
            return (result, Array(state.waiters.values))
        }
        for waiter in waiters { waiter.resume() }
        return result
    }

    /// Returns once the value was changed after it had the given version.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func changed(since version: Int) async throws {
        try Task.checkCancellation()
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.version != version || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
        try Task.checkCancellation()
    }

    /// Returns the value once it satisfies the condition.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func first(where condition: (Value) -> Bool) async throws -> Value {
        while true {
            let (version, value) = current
            if condition(value) { return value }
            try await changed(since: version)
        }
    }
}
