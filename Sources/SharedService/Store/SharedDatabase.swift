import AppService
import GRDB
import Glibc

/// The database of a shared service: SQLite in WAL mode with `synchronous=FULL`, in one file that belongs to this user only.
final class SharedDatabase: Sendable {
    let path: String
    let pool: DatabasePool
    let writer: GroupWriter
    private let lock: InstanceLock?

    /// Who opens it.
    enum Purpose { case serving, command }

    /// Opens, or creates, the database below a folder.
    ///
    /// - Throws: `StoreError`
    init(below directory: String, for purpose: Purpose) throws {
        let path = "\(directory)/shared-service.sqlite"
        self.path = path
        try InstanceDatabase.makeDirectory(directory)
        if purpose == .command, access(path, F_OK) != 0 {
            throw StoreError(.missing, "There is no database in \(directory) yet; run the shared service once, or correct dataDirectory.")
        }
        do {
            lock = try InstanceLock(path: "\(directory)/shared-service.lock", of: "The shared service")
        } catch let error as StoreError where error.code == .inUse && purpose == .command {
            lock = nil
        }
        try InstanceDatabase.makeFile(path)
        pool = try StoreError.translating(path) {
            let pool = try DatabasePool(path: path, configuration: InstanceDatabase.configuration)
            try InstanceDatabase.requireDurability(of: pool, at: path)
            try Self.migrate(pool, at: path)
            return pool
        }
        writer = GroupWriter(pool: pool, path: path)
    }

    /// Reads.
    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        do {
            return try await pool.read(body)
        } catch let error as DatabaseError {
            throw StoreError(error, path: path)
        }
    }

    /// Closes it; nothing is written any more.
    func close() throws {
        writer.close()
        try StoreError.translating(path) {
            pool.invalidateReadOnlyConnections()
            try pool.close()
        }
        lock?.release()
    }

    private static func migrate(_ pool: DatabasePool, at path: String) throws {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 shared service") { try $0.execute(sql: sql) }
        let isOther = try pool.read { db in try db.tableExists("accounts") || db.tableExists("numbers") }
        if isOther { throw StoreError(.notADatabase, "\(path) is a database of another program; move it away, or correct dataDirectory.") }
        if try pool.read(migrator.hasBeenSuperseded) {
            throw StoreError(.newerVersion, "The database \(path) was written by a newer version of this program; install that version.")
        }
        try migrator.migrate(pool)
    }

    private static let sql = """
        CREATE TABLE pairings (
          id TEXT PRIMARY KEY NOT NULL,
          version INTEGER NOT NULL,
          sealed TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE bindings (
          id TEXT PRIMARY KEY NOT NULL,
          instance TEXT NOT NULL,
          callback TEXT NOT NULL,
          mode TEXT NOT NULL,
          account TEXT NOT NULL,
          numbers TEXT NOT NULL,
          state TEXT NOT NULL,
          changed_at INTEGER NOT NULL,
          sealed_token TEXT,
          sealed_key TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE INDEX bindings_of_account ON bindings (account, state);

        CREATE TABLE queue (
          place INTEGER PRIMARY KEY AUTOINCREMENT,
          binding TEXT NOT NULL,
          received_at INTEGER NOT NULL,
          is_farewell INTEGER NOT NULL,
          body BLOB NOT NULL
        ) STRICT;

        CREATE INDEX queue_of_binding ON queue (binding, place);
        """
}
