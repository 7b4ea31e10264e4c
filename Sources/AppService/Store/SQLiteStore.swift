public import Bridge
import FoundationEssentials
import GRDB
import Logging

/// The bridge's durable memory in SQLite.
///
/// Writes share commits: whatever waits while one is flushed to the disk goes into the next. Reads run beside writes, each on the
/// newest committed state.
public final class SQLiteStore: Store {
    private let database: InstanceDatabase
    private let writer: GroupWriter

    /// Works on an open database. Only one store may work on a database.
    public convenience init(_ database: InstanceDatabase) {
        self.init(database, limits: GroupWriter.Limits())
    }

    init(_ database: InstanceDatabase, limits: GroupWriter.Limits) {
        self.database = database
        writer = GroupWriter(pool: database.pool, path: database.location.path, limits: limits)
    }

    /// Runs `body` alone; everything it changed is durable when this returns. Cancelling the task has no effect.
    ///
    /// - Throws: what `body` throws, in which case nothing is changed; ``StoreError`` for trouble with the database.
    public func write<Result: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> Result) async throws -> Result {
        let path = database.location.path
        return try await writer.write { db in
            try StoreError.translating(path) { try body(SQLiteTransaction(db, path: path)) }
        }
    }

    /// Runs `body` on a consistent view; a change throws.
    ///
    /// - Throws: what `body` throws; `CancellationError`; ``StoreError`` for trouble with the database.
    public func read<Result: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> Result) async throws -> Result {
        let path = database.location.path
        return try await database.pool.read { db in
            try StoreError.translating(path) { try body(SQLiteTransaction(db, path: path)) }
        }
    }

    /// Keeps a webhook's raw body. Durable when this returns; calls that wait at the same time share one flush of the disk.
    ///
    /// - Throws: `CancellationError` if the task is cancelled before writing began, in which case nothing is kept; ``StoreError`` with
    ///   `overloaded` if 10,000 webhooks or 64 MiB wait already, else for trouble with the database. All calls that shared a flush
    ///   that failed throw.
    public func append(webhook body: [UInt8], receivedAt: Moment) async throws {
        let path = database.location.path
        try await writer.append(bytes: body.count) { db in
            try StoreError.translating(path) { try SQLiteTransaction(db, path: path).appendWebhook(body, receivedAt: receivedAt) }
        }
    }

    /// When the newest webhook that is still kept was received; nil if there is none.
    func newestWebhookAt() async throws -> Moment? {
        let path = database.location.path
        return try await database.pool.read { db in
            try StoreError.translating(path) {
                try Int64.fetchOne(db, sql: "SELECT received_at FROM webhooks ORDER BY id DESC LIMIT 1").map(Moment.init(milliseconds:))
            }
        }
    }

    /// How many commits were made, and how many writes and webhooks they held together.
    public var commits: (count: Int, members: Int) {
        let figures = writer.figures
        return (figures.commits, figures.members)
    }

    /// Writes a line for every commit, under the trace flag Database.
    func trace(to logger: Logger) {
        let logger = logger.tracing(.database)
        writer.observe { members, failure in
            if let failure {
                logger.debug("A commit of \(members) writes failed", metadata: ["error": "\(failure)"])
            } else {
                logger.debug("Committed \(members) writes")
            }
        }
    }

    /// How many writes and webhooks wait for the disk.
    public var waitingCount: Int { writer.waitingCount }

    /// Refuses everything from now on. What waits is still written.
    public func close() {
        writer.close()
    }
}
