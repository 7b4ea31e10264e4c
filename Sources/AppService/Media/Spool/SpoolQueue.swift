import Synchronization

/// Lets tasks wait for their turn in a ``SpoolBudget``.
final class SpoolQueue: Sendable {
    /// How far a wish is that could not be granted at once.
    private enum Phase {
        /// Nobody waits for it yet.
        case asked
        case waiting(CheckedContinuation<Void, any Error>)
        /// Granted or cancelled before anybody waited for it.
        case settled(Result<Void, any Error>)
    }

    private struct State {
        var budget: SpoolBudget
        var wishes: [Int: Phase] = [:]
    }

    private let state: Mutex<State>

    init(limit: Int64) {
        state = Mutex(State(budget: SpoolBudget(limit: limit)))
    }

    /// How many bytes are reserved.
    var used: Int64 { state.withLock { $0.budget.used } }

    /// How many bytes a file holds; `nil` if none were reserved.
    func claim(of name: String) -> Int64? { state.withLock { $0.budget.claims[name] } }

    /// Takes room for what is on the disk already, whether it fits or not.
    func take(_ bytes: Int64, for name: String) { state.withLock { $0.budget.take(bytes, for: name) } }

    /// Gives a file's room back.
    func release(_ name: String) { settle { $0.release(name) } }

    /// Reserves room at once, or says that there is none.
    func reserveNow(_ bytes: Int64, for name: String) throws(SpoolError) {
        guard ask(bytes, for: name, mayWait: false) == .granted else { throw .full }
    }

    /// Reserves room, and waits for it if need be.
    func reserve(_ bytes: Int64, for name: String) async throws {
        switch ask(bytes, for: name, mayWait: true) {
        case .granted: break
        case .full: throw SpoolError.full
        case .waits(let id): try await turn(of: id)
        }
    }

    private func ask(_ bytes: Int64, for name: String, mayWait: Bool) -> SpoolBudget.Answer {
        var answer = SpoolBudget.Answer.full
        settle { budget in
            let result = budget.ask(bytes, for: name, mayWait: mayWait)
            answer = result.answer
            return result.granted
        } alsoLocked: { state in
            if case .waits(let id) = answer { state.wishes[id] = .asked }
        }
        return answer
    }

    /// Changes the budget, and wakes those whose turn it is.
    private func settle(_ change: (inout SpoolBudget) -> [Int], alsoLocked: (inout State) -> Void = { _ in }) {
        let woken = state.withLock { state in
            let granted = change(&state.budget)
            alsoLocked(&state)
            return granted.compactMap { id -> CheckedContinuation<Void, any Error>? in
                guard case .waiting(let waiter) = state.wishes[id] else {
                    state.wishes[id] = .settled(.success(()))
                    return nil
                }
                state.wishes[id] = nil
                return waiter
            }
        }
        for waiter in woken { waiter.resume() }
    }

    private func turn(of id: Int) async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result = state.withLock { state -> Result<Void, any Error>? in
                    guard case .settled(let result) = state.wishes[id] else {
                        state.wishes[id] = .waiting(continuation)
                        return nil
                    }
                    state.wishes[id] = nil
                    return result
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Forgets a wish. One that was granted meanwhile stays granted: its file is removed like any other.
    private func cancel(_ id: Int) {
        var waiter: CheckedContinuation<Void, any Error>?
        settle { budget in
            budget.cancel(id)
        } alsoLocked: { state in
            switch state.wishes[id] {
            case .asked?: state.wishes[id] = .settled(.failure(CancellationError()))
            case .waiting(let continuation)?:
                state.wishes[id] = nil
                waiter = continuation
            case .settled?, nil: break
            }
        }
        waiter?.resume(throwing: CancellationError())
    }
}
