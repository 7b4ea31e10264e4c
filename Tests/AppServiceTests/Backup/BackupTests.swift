import Bridge
import BridgeTestSupport
import Foundation
import GRDB
import Testing

@testable import AppService

@Suite("Backup and restore")
struct BackupTests {
    private let instance: TemporaryInstance
    private let now = Moment(seconds: 1_790_000_000)
    private var folder: String { "\(instance.dataDirectory)-backup" }
    private let cleanup: Cleanup

    /// Removes the backup with the last reference to the test.
    private final class Cleanup: Sendable {
        let folder: String
        init(_ folder: String) { self.folder = folder }
        deinit { try? FileManager.default.removeItem(atPath: folder) }
    }

    init() throws {
        instance = try TemporaryInstance()
        cleanup = Cleanup("\(instance.dataDirectory)-backup")
    }

    private func writer(_ instances: [String] = ["example.com/whatsapp"]) -> BackupWriter {
        BackupWriter(dataDirectory: instance.dataDirectory, instances: instances.compactMap { InstanceAddress($0) }, version: "1.2.3")
    }

    private func restore(replaces: Bool = false, _ instances: [String] = ["example.com/whatsapp"]) throws -> BackupRestorer.Outcome {
        try BackupRestorer(
            dataDirectory: instance.dataDirectory, instances: instances.compactMap { InstanceAddress($0) }, replaces: replaces
        ).restore(from: folder, at: now)
    }

    /// A database with a message in each direction.
    private func fill(_ database: InstanceDatabase, hint: String = "before") async throws -> SQLiteStore {
        let store = SQLiteStore(database)
        try await store.append(webhook: [1, 2, 3], receivedAt: now)
        try await store.write { transaction in
            _ = try transaction.noteHint(in: PostReference(rawValue: hint))
            try transaction.setCursor(ConnectCursor(rawValue: "7"), of: Zone(rawValue: "sales"))
        }
        return store
    }

    private func hints() throws -> [String] {
        let queue = try DatabaseQueue(path: instance.location.path)
        return try queue.read { try String.fetchAll($0, sql: "SELECT discussion FROM hints ORDER BY 1") }
    }

    private func files(below path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder) && !isFolder.boolValue
        }.sorted()
    }

    @Test("Beside an open database, a backup is whole, for nobody else, and marked in the copy only")
    func besideTheService() async throws {
        let database = try InstanceDatabase(at: instance.location)
        let store = try await fill(database)
        let items = try writer().write(to: folder, at: now)
        #expect(items.map(\.name) == ["example.com/whatsapp"])
        #expect(try files(below: folder) == ["example.com/whatsapp.sqlite", "manifest.json"])
        for file in ["example.com/whatsapp.sqlite", "manifest.json"] { #expect(try instance.mode(of: "\(folder)/\(file)") == 0o600) }
        for path in [folder, "\(folder)/example.com"] { #expect(try instance.mode(of: path) == 0o700) }
        let manifest = try BackupManifest.read(in: folder)
        #expect(manifest == BackupManifest(version: "1.2.3", madeAt: "2026-09-21T14:13:20Z", instances: ["example.com/whatsapp"], files: []))
        #expect(try await store.read { try $0.restoration() } == nil)
        let copy = try DatabaseQueue(path: "\(folder)/example.com/whatsapp.sqlite")
        let mark = try await copy.read { try SQLiteTransaction($0, path: "copy").restoration() }
        #expect(mark?.webhooks.rawValue == 1)
        #expect(mark?.madeAt == now)
    }

    @Test("The service's writer does not wait while a copy is read")
    func writerGoesOn() async throws {
        let database = try InstanceDatabase(at: instance.location)
        let store = try await fill(database)
        let backup = Task { try writer().write(to: folder, at: now) }
        for number in 0..<20 { try await store.append(webhook: [UInt8(number)], receivedAt: now) }
        _ = try await backup.value
        #expect(try await store.read { try $0.pendingWebhooks(limit: 100) }.count == 21)
        let copy = try DatabaseQueue(path: "\(folder)/example.com/whatsapp.sqlite")
        #expect(try await copy.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }

    @Test("A folder that has something is refused, and left alone")
    func notEmpty() async throws {
        _ = try await fill(try InstanceDatabase(at: instance.location))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(folder)/letter"))
        #expect(throws: BackupError("\(folder) is not empty; name a folder that is empty or does not exist.")) {
            try writer().write(to: folder, at: now)
        }
        #expect(try files(below: folder) == ["letter"])
    }

    @Test("Without any database there is no backup; an instance without one does not hinder the others")
    func neverServed() async throws {
        #expect(throws: BackupError.self) { try writer().write(to: folder, at: now) }
        try? FileManager.default.removeItem(atPath: folder)
        _ = try await fill(try InstanceDatabase(at: instance.location))
        let items = try writer(["example.com/whatsapp", "example.com/support"]).write(to: folder, at: now)
        #expect(items.map { $0.size == nil } == [false, true])
        #expect(try BackupManifest.read(in: folder).instances == ["example.com/whatsapp"])
    }

    @Test("What is put back is what was there; what was there since is moved aside with its journal, not deleted")
    func replaced() async throws {
        let database = try InstanceDatabase(at: instance.location)
        _ = try await fill(database)
        _ = try writer().write(to: folder, at: now)
        try await database.pool.write { try $0.execute(sql: "INSERT INTO hints VALUES ('since')") }
        // As after a crash: the newest rows stand in the journal only.
        let crashed = "\(instance.dataDirectory)-crashed"
        defer { try? FileManager.default.removeItem(atPath: crashed) }
        try FileManager.default.copyItem(atPath: instance.dataDirectory, toPath: crashed)
        try database.close()
        try FileManager.default.removeItem(atPath: instance.dataDirectory)
        try FileManager.default.moveItem(atPath: crashed, toPath: instance.dataDirectory)
        #expect(FileManager.default.fileExists(atPath: instance.location.path + "-wal"))

        #expect(throws: BackupError("\(instance.location.path) exists; with --replace it is moved aside, not deleted.")) { try restore() }
        let outcome = try restore(replaces: true)
        let aside = try #require(outcome.items.first?.movedTo)
        #expect(aside == "\(instance.location.path).replaced-20260921T141320Z")
        #expect(try hints() == ["before"])
        let old = try DatabaseQueue(path: aside)
        #expect(try await old.read { try String.fetchAll($0, sql: "SELECT discussion FROM hints ORDER BY 1") } == ["before", "since"])
        #expect(!FileManager.default.fileExists(atPath: instance.location.path + "-wal"))
        let again = try InstanceDatabase(at: instance.location)
        #expect(try await SQLiteStore(again).read { try $0.isRestored(Zone(rawValue: "sales")) })
        #expect(try instance.mode(of: instance.location.path) == 0o600)
    }

    @Test("Nothing is put back under a running service")
    func inUse() async throws {
        let database = try InstanceDatabase(at: instance.location)
        _ = try await fill(database)
        _ = try writer().write(to: folder, at: now)
        let error = #expect(throws: StoreError.self) { try restore(replaces: true) }
        #expect(error?.code == .inUse)
        #expect(try files(below: instance.dataDirectory).contains { $0.contains("restoring") || $0.contains("replaced") } == false)
        withExtendedLifetime(database) {}
    }

    /// What may be wrong with a backup.
    enum Damage: String, CaseIterable { case noManifest, brokenManifest, newerFormat, missingFile, page, otherInstance, newerVersion, otherProgram }

    @Test("A backup that is not right is refused before anything is touched", arguments: Damage.allCases)
    func damaged(_ damage: Damage) async throws {
        let database = try InstanceDatabase(at: instance.location)
        _ = try await fill(database)
        try await database.pool.write { db in
            for number in 0..<500 { try db.execute(sql: "INSERT INTO hints VALUES (?)", arguments: ["a rather long name of a discussion \(number)"]) }
        }
        _ = try writer().write(to: folder, at: now)
        try database.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: instance.location.path))
        let copy = "\(folder)/example.com/whatsapp.sqlite"
        let manifest = URL(fileURLWithPath: "\(folder)/manifest.json")
        func change(_ sql: String) throws { try DatabaseQueue(path: copy).write { try $0.execute(sql: sql) } }
        switch damage {
        case .noManifest: try FileManager.default.removeItem(at: manifest)
        case .brokenManifest: try Data("{".utf8).write(to: manifest)
        case .newerFormat:
            try Data(#"{"format":2,"version":"9","madeAt":"","instances":["example.com/whatsapp"],"files":[]}"#.utf8).write(to: manifest)
        case .missingFile: try FileManager.default.removeItem(atPath: copy)
        case .page:
            var bytes = try Data(contentsOf: URL(fileURLWithPath: copy))
            let place = try #require(bytes.range(of: Data("a rather long name of a discussion 321".utf8)))
            bytes.replaceSubrange(place.lowerBound - 40..<place.lowerBound + 8, with: Data(repeating: 0xFF, count: 48))
            try bytes.write(to: URL(fileURLWithPath: copy))
        case .otherInstance: try change("UPDATE meta SET value = 'example.org/other' WHERE name = 'instance'")
        case .newerVersion: try change("INSERT INTO grdb_migrations VALUES ('99 later')")
        case .otherProgram: try change("DROP TABLE grdb_migrations")
        }
        let error = #expect(throws: (any Error).self, "\(damage)") { try restore(replaces: true) }
        #expect("\(String(describing: error))".contains(";"), "says what to do")
        #expect(try Data(contentsOf: URL(fileURLWithPath: instance.location.path)) == before)
        #expect(try files(below: instance.dataDirectory) == ["example.com/whatsapp.lock", "example.com/whatsapp.sqlite"])
    }

    @Test("A copy that was taken by hand is marked when it is put back")
    func unmarked() async throws {
        let database = try InstanceDatabase(at: instance.location)
        _ = try await fill(database)
        _ = try writer().write(to: folder, at: now)
        try await DatabaseQueue(path: "\(folder)/example.com/whatsapp.sqlite").write {
            try $0.execute(sql: "DELETE FROM meta WHERE name LIKE 'restored%'")
        }
        try database.close()
        _ = try restore(replaces: true)
        let again = SQLiteStore(try InstanceDatabase(at: instance.location))
        #expect(try await again.read { try $0.restoration() }?.webhooks.rawValue == 1)
    }

    @Test("Files on their way are of another time, and gone with the first start after it")
    func spool() async throws {
        let database = try InstanceDatabase(at: instance.location)
        _ = try await fill(database)
        _ = try writer().write(to: folder, at: now)
        try database.close()
        _ = try restore(replaces: true)
        let spool = instance.location.spoolDirectory
        try FileManager.default.createDirectory(atPath: spool, withIntermediateDirectories: true)
        try Data("somebody else's".utf8).write(to: URL(fileURLWithPath: "\(spool)/in-1"))
        try InstanceDatabase(at: instance.location, for: .settings).close()
        #expect(try files(below: spool) == ["in-1"])
        try InstanceDatabase(at: instance.location).close()
        #expect(try files(below: spool) == [])
        try Data("of this time".utf8).write(to: URL(fileURLWithPath: "\(spool)/in-1"))
        try InstanceDatabase(at: instance.location).close()
        #expect(try files(below: spool) == ["in-1"])
    }

    @Test("A shared service's database and the registered domains are in it too, if they lie there")
    func extras() async throws {
        let database = try InstanceDatabase(at: instance.location)
        _ = try await fill(database)
        let shared = "\(instance.dataDirectory)/shared-service.sqlite"
        try await DatabaseQueue(path: shared).write { try $0.execute(sql: "CREATE TABLE bindings (id TEXT); INSERT INTO bindings VALUES ('b')") }
        try FileManager.default.createDirectory(atPath: "\(instance.dataDirectory)/manager", withIntermediateDirectories: true)
        try Data("example.com sealed\n".utf8).write(to: URL(fileURLWithPath: "\(instance.dataDirectory)/manager/domains"))
        _ = try writer().write(to: folder, at: now)
        #expect(try BackupManifest.read(in: folder).files == ["shared-service.sqlite", "manager/domains"])
        try database.close()
        try FileManager.default.removeItem(atPath: instance.dataDirectory)
        let outcome = try restore(["example.com/whatsapp", "example.com/support"])
        #expect(outcome.items.map(\.name) == ["example.com/whatsapp", "shared-service.sqlite", "manager/domains"])
        #expect(outcome.items.allSatisfy { $0.movedTo == nil })
        #expect(outcome.missing == ["example.com/support"])
        #expect(try await DatabaseQueue(path: shared).read { try String.fetchAll($0, sql: "SELECT id FROM bindings") } == ["b"])
        #expect(try String(contentsOfFile: "\(instance.dataDirectory)/manager/domains", encoding: .utf8) == "example.com sealed\n")
    }
}
