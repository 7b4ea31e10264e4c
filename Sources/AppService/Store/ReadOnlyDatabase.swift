import GRDB
import Glibc

/// Opens the database of an instance for looking only: beside a running service or without one, with no lock and no change.
enum ReadOnlyDatabase {
    /// Opens the database and makes sure that it is the instance's and of this version.
    ///
    /// - Throws: ``StoreError``: `missing` if the instance was never served, `olderVersion` or `newerVersion` if another version of the
    ///   program wrote it, or what keeps the file from being read.
    static func open(at location: StoreLocation) throws -> DatabaseQueue {
        guard access(location.path, F_OK) == 0 || errno != ENOENT else {
            throw StoreError(
                .missing, "There is no database of instance \(location.instance) yet; serve the instance once, or correct dataDirectory.")
        }
        return try StoreError.translating(location.path) {
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            let queue = try DatabaseQueue(path: location.path, configuration: configuration)
            try queue.read { db in
                let migrator = StoreMigrations.migrator
                try StoreMigrations.check(db, migrator, at: location)
                guard try migrator.hasCompletedMigrations(db) else { throw StoreMigrations.olderVersion(location) }
                try StoreMigrations.checkInstance(db, at: location)
            }
            return queue
        }
    }
}
