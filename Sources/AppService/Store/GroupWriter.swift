package import GRDB
import Synchronization

/// Lets everything that waits to be written share one commit, and so one flush of the disk.
///
/// While a group is committed on the database's writing queue, the next one gathers. Members run in the order of their arrival. What is
/// written runs in a savepoint of its own: if it throws, it changes nothing and costs the others nothing. What is appended fails only if
/// the database does, and then all members fail, as they do if the commit fails. No member hears of its success before the commit has been
/// flushed.
package final class GroupWriter: Sendable {
    /// How much may wait and how much is committed at once.
    package struct Limits: Sendable {
        /// The most members of a group.
        var groupCount: Int
        /// The most bytes of a group, unless a single member is larger.
        var groupBytes: Int
        /// The most refusable members that wait.
        var waitingCount: Int
        /// The most bytes of refusable members that wait.
        var waitingBytes: Int

        package init(groupCount: Int = 1_000, groupBytes: Int = 8 << 20, waitingCount: Int = 10_000, waitingBytes: Int = 64 << 20) {
            self.groupCount = groupCount
            self.groupBytes = groupBytes
            self.waitingCount = waitingCount
            self.waitingBytes = waitingBytes
        }
    }

    /// What has been written so far.
    struct Figures: Sendable, Equatable {
        var commits = 0
        var members = 0
    }

    /// Called with the outcome of the commit: nil, or why it failed.
    private typealias Completion = @Sendable ((any Error)?) -> Void

    private struct Member: Sendable {
        var id: Int
        var bytes: Int
        var isRefusable: Bool
        /// Does the work in the open transaction. Throws only if the transaction is gone.
        var perform: @Sendable (Database) throws -> Completion
        /// Fails a member that was not performed.
        var fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Member] = []
        var refusableCount = 0
        var refusableBytes = 0
        var isScheduled = false
        var isClosed = false
        var nextID = 0
        var figures = Figures()
        var onCommit: (@Sendable (_ members: Int, _ failure: (any Error)?) -> Void)?

        /// Counts a refusable member out.
        mutating func forget(_ member: Member) {
            guard member.isRefusable else { return }
            refusableCount -= 1
            refusableBytes -= member.bytes
        }
    }

    private let pool: DatabasePool
    private let path: String
    private let limits: Limits
    private let state = Mutex(State())

    package init(pool: DatabasePool, path: String, limits: Limits = Limits()) {
        self.pool = pool
        self.path = path
        self.limits = limits
    }

    var figures: Figures { state.withLock { $0.figures } }

    /// Has every commit told of from now on: how many members it held, and why it failed if it did.
    func observe(_ onCommit: @escaping @Sendable (_ members: Int, _ failure: (any Error)?) -> Void) {
        state.withLock { $0.onCommit = onCommit }
    }

    /// How many members wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Runs `body` in the next group. Returns once the group is committed.
    ///
    /// Not cancelled with its task: what is written is often the outcome of something that has already happened.
    package func write<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            submit(
                Member(
                    id: makeID(),
                    bytes: 0,
                    isRefusable: false,
                    perform: { db in try Self.perform(body, in: db, continuation) },
                    fail: { continuation.resume(throwing: $0) }
                )
            )
        }
    }

    /// Runs `body`, which only adds rows and must be a whole by itself, in the next group. Returns once the group is committed. What it
    /// throws, the whole group throws.
    ///
    /// - Throws: ``StoreError`` with `overloaded` if too much waits already; `CancellationError` if the task is cancelled before the
    ///   group is begun, in which case nothing was written.
    package func append(bytes: Int, _ body: @escaping @Sendable (Database) throws -> Void) async throws {
        let id = makeID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                submit(
                    Member(
                        id: id,
                        bytes: bytes,
                        isRefusable: true,
                        perform: { db in
                            // A savepoint would take longer than the rows.
                            try body(db)
                            return { failure in continuation.resume(with: failure.map(Swift.Result.failure) ?? .success(())) }
                        },
                        fail: { continuation.resume(throwing: $0) }
                    )
                )
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Refuses everything from now on; what waits is still written.
    package func close() {
        state.withLock { $0.isClosed = true }
    }

    // MARK: Waiting

    private func makeID() -> Int {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    private func submit(_ member: Member) {
        enum Admission {
            case refused(any Error)
            case waits
            case first
        }
        let admission = state.withLock { state -> Admission in
            if state.isClosed { return .refused(StoreError(.closed, "The database \(path) is closed.")) }
            if member.isRefusable {
                // The handler runs after the mark is set, so a cancellation is seen either here or by the handler.
                if Task.isCancelled { return .refused(CancellationError()) }
                guard state.refusableCount < limits.waitingCount, state.refusableBytes + member.bytes <= limits.waitingBytes else {
                    return .refused(StoreError(.overloaded, "The disk of \(path) is too slow for what arrives; try again later."))
                }
                state.refusableCount += 1
                state.refusableBytes += member.bytes
            }
            state.waiting.append(member)
            if state.isScheduled { return .waits }
            state.isScheduled = true
            return .first
        }
        switch admission {
        case .refused(let error): member.fail(error)
        case .waits: break
        case .first: schedule()
        }
    }

    private func cancel(_ id: Int) {
        let member = state.withLock { state -> Member? in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
            let member = state.waiting.remove(at: index)
            state.forget(member)
            return member
        }
        member?.fail(CancellationError())
    }

    // MARK: Writing

    /// The database's writing queue owns the work; it runs one group at a time.
    private func schedule() {
        pool.asyncWriteWithoutTransaction { db in
            self.commitGroup(in: db)
            let goesOn = self.state.withLock { state in
                state.isScheduled = !state.waiting.isEmpty
                return state.isScheduled
            }
            // Anew, and not in a loop: others wait for the queue too.
            if goesOn { self.schedule() }
        }
    }

    private func takeGroup() -> [Member] {
        state.withLock { state in
            var count = 0
            var bytes = 0
            for member in state.waiting.prefix(limits.groupCount) {
                guard count == 0 || bytes + member.bytes <= limits.groupBytes else { break }
                count += 1
                bytes += member.bytes
                state.forget(member)
            }
            defer { state.waiting.removeFirst(count) }
            return Array(state.waiting.prefix(count))
        }
    }

    private func commitGroup(in db: Database) {
        let group = takeGroup()
        guard !group.isEmpty else { return }
        var completions: [Completion] = []
        completions.reserveCapacity(group.count)
        do {
            try db.inTransaction(.immediate) {
                for member in group { completions.append(try member.perform(db)) }
                return .commit
            }
            let onCommit = state.withLock { state in
                state.figures.commits += 1
                state.figures.members += group.count
                return state.onCommit
            }
            onCommit?(group.count, nil)
            for complete in completions { complete(nil) }
        } catch {
            let error = (error as? DatabaseError).map { StoreError($0, path: path) } ?? error
            state.withLock { $0.onCommit }?(group.count, error)
            for complete in completions { complete(error) }
            for member in group.dropFirst(completions.count) { member.fail(error) }
        }
    }

    private static func perform<Result: Sendable>(
        _ body: @Sendable (Database) throws -> Result,
        in db: Database,
        _ continuation: CheckedContinuation<Result, any Error>
    ) throws -> Completion {
        var outcome: Swift.Result<Result, any Error>
        do {
            var result: Result?
            try db.inSavepoint {
                result = try body(db)
                return .commit
            }
            guard let result else { preconditionFailure("a savepoint that did not throw has run its body") }
            outcome = .success(result)
        } catch {
            // Some errors, like a full disk, take the whole transaction with them, and so all members of the group.
            guard db.isInsideTransaction else { throw error }
            outcome = .failure(error)
        }
        return { [outcome] failure in
            if let failure {
                continuation.resume(throwing: failure)
            } else {
                continuation.resume(with: outcome)
            }
        }
    }
}
