import FoundationEssentials
package import GRDB
import Glibc

/// The open database of one instance: what ``SQLiteStore`` and ``SettingsStore`` work on.
///
/// SQLite in WAL mode with `synchronous=FULL`: a commit has been flushed to the disk when it returns. The file is 0600, folders that
/// are made for it 0700.
public final class InstanceDatabase: Sendable {
    /// Where it lies.
    public let location: StoreLocation
    let pool: DatabasePool
    private let lock: InstanceLock?

    /// Who opens a database.
    public enum Purpose: Sendable {
        /// The one process that serves the instance: takes the lock, creates the database, and brings it up to date.
        case serving
        /// A command that changes settings beside a running service, or without one.
        case settings
    }

    /// Opens, or creates, the database of an instance. Blocks for some milliseconds.
    ///
    /// - Throws: ``StoreError``.
    public init(at location: StoreLocation, for purpose: Purpose = .serving) throws {
        self.location = location
        try Self.makeDirectory(location.dataDirectory)
        try Self.makeDirectory(location.directory)
        do {
            lock = try InstanceLock(location)
        } catch let error as StoreError where error.code == .inUse && purpose == .settings {
            lock = nil
        }
        // SQLite gives its journal files the mode of the database, so that must be right before SQLite sees it.
        try Self.makeFile(location.path)
        let isAlone = lock != nil
        pool = try StoreError.translating(location.path) {
            let pool = try DatabasePool(path: location.path, configuration: Self.configuration)
            try Self.requireDurability(of: pool, at: location.path)
            try StoreMigrations.bringUpToDate(pool, at: location, isAlone: isAlone)
            if isAlone, purpose == .serving { try Self.emptyStaleSpool(pool, at: location) }
            #if FAULT_POINTS
                pool.add(transactionObserver: FaultyCommits(), extent: .databaseLifetime)
            #endif
            return pool
        }
    }

    /// Closes the database, so that one file holds everything, and gives the lock back. Closing again does nothing.
    ///
    /// - Throws: ``StoreError`` if somebody still uses it.
    public func close() throws {
        try StoreError.translating(location.path) {
            // Only a connection that can write brings the journal home when it is the last one to close.
            pool.invalidateReadOnlyConnections()
            try pool.close()
        }
        lock?.release()
    }

    /// The level of `synchronous` that the writing connection has: 2 is FULL.
    public func synchronousLevel() throws -> Int {
        try StoreError.translating(location.path) { try pool.writeWithoutTransaction(Self.synchronousLevel) }
    }

    package static var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.label = "Store"
        configuration.foreignKeysEnabled = true
        // Only a command that changes settings ever competes with the service.
        configuration.busyMode = .timeout(10)
        // Many instances live in one process.
        configuration.maximumReaderCount = 3
        return configuration
    }

    private static func synchronousLevel(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
    }

    /// Makes every commit of the pool flush the disk, and makes sure that it does.
    /// - Throws: ``StoreError`` if it does not.
    package static func requireDurability(of pool: DatabasePool, at path: String) throws {
        // The pool has set NORMAL while it opened; in WAL mode that would leave commits unflushed.
        let (level, journal) = try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
            // Else a large savepoint is kept in a file, which is made and removed again each time.
            try db.execute(sql: "PRAGMA temp_store = MEMORY")
            return (try synchronousLevel(db), try String.fetchOne(db, sql: "PRAGMA journal_mode"))
        }
        guard level == 2, journal == "wal" else {
            throw StoreError(
                .notDurable,
                "The database \(path) does not flush its commits (synchronous=\(level), journal_mode=\(journal ?? "unknown")); "
                    + "put the data directory on a local disk."
            )
        }
    }

    /// A backup has no files on their way. Those on the disk are of another time: under the same name may be another customer's.
    private static func emptyStaleSpool(_ pool: DatabasePool, at location: StoreLocation) throws {
        guard try pool.read({ try SQLiteTransaction($0, path: location.path).spoolIsStale() }) else { return }
        for name in try DiskFolder.names(in: location.spoolDirectory) ?? [] { try DiskFolder.remove("\(location.spoolDirectory)/\(name)") }
        try pool.write { try SQLiteTransaction($0, path: location.path).spoolWasEmptied() }
    }

    /// Makes a folder, and what is missing above it, for nobody else.
    package static func makeDirectory(_ path: String) throws {
        // Missing parents are made too; the innermost ones are ours, so all of them are closed to others.
        if mkdir(path, 0o700) == 0 { return flushParent(of: path) }
        var code = errno
        if code == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectory(String(path[..<slash]))
            if mkdir(path, 0o700) == 0 { return flushParent(of: path) }
            code = errno
        }
        guard code == EEXIST else {
            throw StoreError(.cannotOpen, "The folder \(path) cannot be created (\(systemText(code))); create it, or correct dataDirectory.")
        }
    }

    /// Makes the entry of a new folder as durable as what will be in it. SQLite does so for its own files.
    private static func flushParent(of path: String) {
        let descriptor = Glibc.open("\(path)/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        Glibc.close(descriptor)
    }

    /// Makes an empty file for nobody else, if there is none.
    package static func makeFile(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .cannotOpen,
                "The database \(path) cannot be opened for writing (\(systemText(errno))); check owner and mode of the file and its folder."
            )
        }
        Glibc.close(descriptor)
    }
}
