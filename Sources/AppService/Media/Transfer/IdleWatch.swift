import Synchronization

/// Ends a transfer in which nothing moves any more. However long a transfer takes, it goes on as long as something does.
final class IdleWatch: Sendable {
    private let limit: Duration
    /// `nil` while the other side has to wait for us.
    private let deadline: Mutex<ContinuousClock.Instant?>

    private init(limit: Duration) {
        self.limit = limit
        deadline = Mutex(.now + limit)
    }

    /// Something moved, and now the other side has to move: its time begins.
    func moved() { deadline.withLock { $0 = .now + limit } }

    /// The other side waits for us: no time passes until ``moved()``.
    func paused() { deadline.withLock { $0 = nil } }

    /// Does something under watch.
    ///
    /// - Throws: ``IdleTimeout``, and what `work` throws
    static func run<Value: Sendable>(
        limit: Duration, _ work: @escaping @Sendable (IdleWatch) async throws -> Value
    ) async throws -> Value {
        let watch = IdleWatch(limit: limit)
        return try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work(watch) }
            group.addTask {
                try await watch.expire()
                throw IdleTimeout()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }

    private func expire() async throws {
        while true {
            let (now, deadline) = (ContinuousClock.now, deadline.withLock { $0 })
            if let deadline, deadline <= now { return }
            try await Task.sleep(until: deadline ?? now + limit, clock: .continuous)
        }
    }
}

/// Nothing moved for too long.
struct IdleTimeout: Error {}
