public import Bridge
import GRDB
import Glibc

/// Makes a backup of a data directory, beside a running service or without one.
///
/// Each database is copied by `VACUUM INTO`: one pass over one consistent state, read beside the service's writer, which never waits for
/// it. (SQLite's online backup in steps begins anew whenever another process commits.) The copy is marked as a backup's before it has its name.
/// Files on their way between WhatsApp and Connect are not copied: they are loaded again. The sealing key is not in the data directory.
public struct BackupWriter: Sendable {
    private let dataDirectory: String
    private let instances: [InstanceAddress]
    private let version: String

    /// What was copied.
    public struct Item: Equatable, Sendable {
        /// The instance as `domain/name`, or the file below the data directory.
        public var name: String
        /// How many bytes the copy has; nil if there was nothing to copy.
        public var size: Int64?
    }

    /// - Parameters:
    ///   - instances: whose databases are to be copied.
    ///   - version: the program's version, for the manifest.
    public init(dataDirectory: String, instances: [InstanceAddress], version: String) {
        self.dataDirectory = StoreLocation.folder(dataDirectory)
        self.instances = instances
        self.version = version
    }

    /// Makes the backup in a folder that is not there yet or is empty.
    ///
    /// - Parameter now: when.
    /// - Throws: ``BackupError``; ``StoreError`` for a database that cannot be copied. Then there is no manifest in the folder.
    public func write(to folder: String, at now: Moment) throws -> [Item] {
        let folder = StoreLocation.folder(folder)
        if let names = try DiskFolder.names(in: folder), !names.isEmpty {
            throw BackupError("\(folder) is not empty; name a folder that is empty or does not exist.")
        }
        try Self.makeFolder(folder)
        var items: [Item] = []
        for instance in instances {
            items.append(Item(name: instance.description, size: try copy(instance, to: folder, at: now)))
        }
        guard items.contains(where: { $0.size != nil }) else {
            throw BackupError("No instance in \(dataDirectory) has a database yet; serve them once, or correct dataDirectory.")
        }
        var files: [String] = []
        for file in BackupExtra.all where DiskFolder.exists("\(dataDirectory)/\(file)") {
            let target = "\(folder)/\(file)"
            try Self.makeFolder(DiskFolder.folder(of: target))
            if file == BackupExtra.sharedService {
                try Self.copy(try Self.open("\(dataDirectory)/\(file)"), to: target) { _ in }
            } else {
                try DiskFolder.copy("\(dataDirectory)/\(file)", to: "\(target).partial")
                try DiskFolder.move("\(target).partial", to: target)
            }
            files.append(file)
            items.append(Item(name: file, size: DiskFolder.size(of: target)))
        }
        let manifest = BackupManifest(
            version: version, madeAt: BackupManifest.time(now), instances: items.filter { $0.size != nil && !files.contains($0.name) }.map(\.name),
            files: files)
        try manifest.write(in: folder)
        return items
    }

    private func copy(_ instance: InstanceAddress, to folder: String, at now: Moment) throws -> Int64? {
        let source = StoreLocation(dataDirectory: dataDirectory, instance: instance)
        let target = StoreLocation(dataDirectory: folder, instance: instance)
        let queue: DatabaseQueue
        do {
            queue = try ReadOnlyDatabase.open(at: source)
        } catch let error as StoreError where error.code == .missing {
            return nil
        }
        try Self.makeFolder(target.directory)
        try Self.copy(queue, to: target.path) { db in
            try SQLiteTransaction(db, path: target.path).markRestored(madeAt: now)
        }
        return DiskFolder.size(of: target.path)
    }

    /// Copies a database; `prepare` changes the copy before it has its name.
    private static func copy(_ source: DatabaseQueue, to target: String, _ prepare: (Database) throws -> Void) throws {
        let partial = "\(target).partial"
        // For nobody else from the beginning; SQLite takes an empty file for none.
        try InstanceDatabase.makeFile(partial)
        try StoreError.translating(partial) {
            try source.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [partial]) }
            try source.close()
            let copy = try DatabaseQueue(path: partial)
            try copy.write { db in
                try DatabaseIntegrity.require(of: db, at: partial)
                try prepare(db)
            }
            try copy.close()
        }
        try DiskFolder.flush(partial)
        try DiskFolder.move(partial, to: target)
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        try StoreError.translating(path) {
            var configuration = GRDB.Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(10)
            return try DatabaseQueue(path: path, configuration: configuration)
        }
    }

    private static func makeFolder(_ path: String) throws(BackupError) {
        if mkdir(path, 0o700) == 0 { return try DiskFolder.flush(DiskFolder.folder(of: path)) }
        guard errno == EEXIST else {
            throw BackupError("The folder \(path) cannot be created (\(systemText(errno))); name one whose parent exists and is yours.")
        }
    }
}

/// Whether a database is whole.
enum DatabaseIntegrity {
    /// Lets SQLite look at every page.
    /// - Throws: ``StoreError`` if something is wrong.
    static func require(of db: Database, at path: String) throws {
        let findings = try String.fetchAll(db, sql: "PRAGMA integrity_check(1)")
        guard findings == ["ok"] else {
            throw StoreError(.notADatabase, "The database \(path) is damaged (\(findings.first ?? "no answer")); take another backup.")
        }
    }
}
