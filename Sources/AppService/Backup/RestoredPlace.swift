import Bridge
import GRDB

/// One file of a backup on its way to its place, which nobody else uses meanwhile.
final class RestoredPlace {
    let name: String
    let target: String
    private let source: StoreLocation?
    private let sourcePath: String
    private let lock: InstanceLock?

    private var partial: String { "\(target).restoring" }
    /// The files in which SQLite may hold a part of the database.
    private var journals: [String] { ["\(target)-wal", "\(target)-shm", "\(target)-journal"] }
    private var isDatabase: Bool { target.hasSuffix(".sqlite") }

    /// The database of an instance. Takes its lock.
    /// - Throws: ``StoreError`` with `inUse` while the instance is served.
    init(_ instance: InstanceAddress, backup: String, dataDirectory: String) throws {
        let location = StoreLocation(dataDirectory: dataDirectory, instance: instance)
        let source = StoreLocation(dataDirectory: backup, instance: instance)
        try InstanceDatabase.makeDirectory(location.directory)
        lock = try InstanceLock(location)
        name = instance.description
        target = location.path
        sourcePath = source.path
        self.source = source
    }

    /// Another file of a data directory.
    init(file: String, backup: String, dataDirectory: String) throws {
        name = file
        target = "\(dataDirectory)/\(file)"
        sourcePath = "\(backup)/\(file)"
        source = nil
        try InstanceDatabase.makeDirectory(DiskFolder.folder(of: target))
        lock =
            file == BackupExtra.sharedService
            ? try InstanceLock(path: "\(dataDirectory)/shared-service.lock", of: "The shared service") : nil
    }

    /// Whether there is something in its place.
    var isTaken: Bool { DiskFolder.exists(target) || isDatabase && journals.contains(where: DiskFolder.exists) }

    /// Copies the file beside its place, and checks it there. An instance's database is marked as a backup's, whoever took it.
    func prepare(madeAt moment: Moment) throws {
        discard()
        guard DiskFolder.exists(sourcePath) else {
            throw BackupError("\(sourcePath) is missing, although the manifest names it; take another backup.")
        }
        try DiskFolder.copy(sourcePath, to: partial)
        guard isDatabase else { return }
        try StoreError.translating(sourcePath) {
            let queue = try DatabaseQueue(path: partial)
            try queue.read { try DatabaseIntegrity.require(of: $0, at: sourcePath) }
            if let source {
                let migrator = StoreMigrations.migrator
                try queue.read { db in
                    try StoreMigrations.check(db, migrator, at: source)
                    try StoreMigrations.checkInstance(db, at: source)
                }
                if try queue.read({ try SQLiteTransaction($0, path: sourcePath).restoration() }) == nil {
                    try migrator.migrate(queue)
                    try queue.write { try SQLiteTransaction($0, path: sourcePath).markRestored(madeAt: moment) }
                }
            }
            try queue.close()
        }
        try DiskFolder.flush(partial)
    }

    /// Moves what is in its place aside, and the prepared file there.
    /// - Returns: where the old file is now; nil if there was none.
    func takePlace(movingAsideWith suffix: String) throws -> String? {
        var aside = target + suffix
        var number = 1
        while DiskFolder.exists(aside) {
            number += 1
            aside = "\(target)\(suffix)-\(number)"
        }
        let wasTaken = isTaken
        if isDatabase, DiskFolder.exists(target) { bringJournalHome() }
        // The database first: a journal without one is worth nothing to anybody, while an old one beside a new database would damage it.
        if DiskFolder.exists(target) { try DiskFolder.move(target, to: aside) }
        if isDatabase {
            for journal in journals where DiskFolder.exists(journal) { try DiskFolder.move(journal, to: aside + journal.dropFirst(target.count)) }
        }
        try DiskFolder.move(partial, to: target)
        return wasTaken ? aside : nil
    }

    /// Removes what was prepared.
    func discard() {
        for path in [partial, "\(partial)-wal", "\(partial)-shm", "\(partial)-journal"] { try? DiskFolder.remove(path) }
    }

    /// One file holds everything then. A database that cannot be opened is moved aside as it is.
    private func bringJournalHome() {
        guard let queue = try? DatabaseQueue(path: target) else { return }
        _ = try? queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try? queue.close()
    }
}
