import Synchronization

/// One wait for one value, which an event loop resolves and a cancelled task gives up; whoever is first wins.
final class Waiter<Value: Sendable>: Sendable {
    private enum State {
        case pending
        case waiting(CheckedContinuation<Value, any Error>)
        case resolved(Result<Value, any Error>)
        case finished
    }

    private let state = Mutex(State.pending)

    /// Whether it was resolved or given up.
    var isFinished: Bool {
        state.withLock { state in
            switch state {
            case .pending, .waiting: false
            case .resolved, .finished: true
            }
        }
    }

    /// Resolves the wait; returns false if it was over before, and the value is still the caller's.
    @discardableResult
    func resolve(_ result: Result<Value, any Error>) -> Bool {
        let continuation: CheckedContinuation<Value, any Error>?
        switch state.withLock({ state in
            let before = state
            switch before {
            case .pending: state = .resolved(result)
            case .waiting: state = .finished
            case .resolved, .finished: break
            }
            return before
        }) {
        case .pending: continuation = nil
        case .waiting(let waiting): continuation = waiting
        case .resolved, .finished: return false
        }
        continuation?.resume(with: result)
        return true
    }

    /// Starts something that resolves the wait and waits for it.
    ///
    /// - Parameters:
    ///   - start: Called first.
    ///   - onCancel: Called after the wait was given up, at any time.
    /// - Throws: What it was resolved with; `CancellationError` if the task is cancelled before.
    func wait(_ start: () -> Void, onCancel: @escaping @Sendable () -> Void = {}) async throws -> Value {
        try await withTaskCancellationHandler {
            start()
            return try await withCheckedThrowingContinuation { continuation in
                let early: Result<Value, any Error>? = state.withLock { state in
                    guard case .resolved(let result) = state else {
                        state = .waiting(continuation)
                        return nil
                    }
                    state = .finished
                    return result
                }
                if let early { continuation.resume(with: early) }
            }
        } onCancel: {
            if resolve(.failure(CancellationError())) { onCancel() }
        }
    }
}
