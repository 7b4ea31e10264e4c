import Bridge
import Foundation
import GRDB
import Testing

@testable import AppService

@Suite struct InstanceDatabaseTests {
    private func error(at location: StoreLocation, for purpose: InstanceDatabase.Purpose = .serving) -> StoreError? {
        #expect(throws: StoreError.self) { try InstanceDatabase(at: location, for: purpose) }
    }

    @Test func `Commits are flushed to the disk: synchronous is FULL, in WAL mode, with foreign keys`() throws {
        let instance = try TemporaryInstance()
        let database = try InstanceDatabase(at: instance.location)
        #expect(try database.synchronousLevel() == 2)
        let found = try database.pool.writeWithoutTransaction { db in
            try ["synchronous", "journal_mode", "foreign_keys", "busy_timeout"].map { try String.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        #expect(found == ["2", "wal", "1", "10000"])
    }

    @Test func `The file is 0600 and its folders are 0700, whatever the mask`() throws {
        let instance = try TemporaryInstance()
        let database = try InstanceDatabase(at: instance.location)
        #expect(instance.location.path == "\(instance.dataDirectory)/example.com/whatsapp.sqlite")
        #expect(try instance.mode(of: instance.dataDirectory) == 0o700)
        #expect(try instance.mode(of: "\(instance.dataDirectory)/example.com") == 0o700)
        for suffix in ["", "-wal", "-shm"] { #expect(try instance.mode(of: database.location.path + suffix) == 0o600) }
        #expect(try instance.mode(of: "\(instance.dataDirectory)/example.com/whatsapp.lock") == 0o600)
    }

    @Test func `A second process on the same instance is refused with a sentence, until the first one ends`() throws {
        let instance = try TemporaryInstance()
        let first = try InstanceDatabase(at: instance.location)
        let refusal = error(at: instance.location)
        #expect(refusal?.code == .inUse)
        #expect(
            refusal?.description
                == "Instance example.com/whatsapp is already served by another process (process \(getpid())); end that one first."
        )
        try first.close()
        var second: InstanceDatabase? = try InstanceDatabase(at: instance.location)
        #expect(second != nil)
        second = nil
        _ = try InstanceDatabase(at: instance.location)
    }

    @Test func `A closed database is one file, and closing it again does nothing`() throws {
        let instance = try TemporaryInstance()
        let database = try InstanceDatabase(at: instance.location)
        _ = try database.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM meta") }
        try database.close()
        try database.close()
        let folder = (instance.location.path as NSString).deletingLastPathComponent
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["whatsapp.lock", "whatsapp.sqlite"])
    }

    @Test func `Two instances of a domain do not stand in each other's way`() throws {
        let instance = try TemporaryInstance()
        let other = try #require(instance.location(of: "example.com/support"))
        let databases = [try InstanceDatabase(at: instance.location), try InstanceDatabase(at: other)]
        #expect(Set(databases.map(\.location.path)).count == 2)
    }

    @Test func `A file that is no database is refused, and left as it is`() throws {
        let instance = try TemporaryInstance()
        let data = Data("This is a letter, and not a database. ".utf8) + Data(repeating: 0x20, count: 4_096)
        try instance.put(data)
        let refusal = error(at: instance.location)
        #expect(refusal?.code == .notADatabase)
        #expect(refusal?.description.hasPrefix("\(instance.location.path) is not a database or is damaged") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: instance.location.path)) == data)
    }

    @Test func `A damaged database is refused`() throws {
        let instance = try TemporaryInstance()
        try InstanceDatabase(at: instance.location).close()
        var data = try Data(contentsOf: URL(fileURLWithPath: instance.location.path))
        data.replaceSubrange(100..<data.count, with: Data(repeating: 0xA5, count: data.count - 100))
        try data.write(to: URL(fileURLWithPath: instance.location.path))
        #expect(error(at: instance.location)?.code == .notADatabase)
    }

    @Test func `A database of another program is refused`() throws {
        let instance = try TemporaryInstance()
        try instance.put(Data())
        try DatabaseQueue(path: instance.location.path).write { try $0.execute(sql: "CREATE TABLE recipes (id INTEGER)") }
        let refusal = error(at: instance.location)
        #expect(refusal?.code == .notADatabase)
        #expect(refusal?.description.contains("is a database of another program") == true)
    }

    @Test func `A database that was written by a newer version is refused`() throws {
        let instance = try TemporaryInstance()
        let database = try InstanceDatabase(at: instance.location)
        try database.pool.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 future')") }
        try database.close()
        let refusal = error(at: instance.location)
        #expect(refusal?.code == .newerVersion)
        #expect(refusal?.description.contains("was written by a newer version of this program; install that version") == true)
        #expect(throws: StoreError.self) { try LedgerReader(at: instance.location) }
    }

    @Test func `A database of another instance is refused`() throws {
        let instance = try TemporaryInstance()
        try InstanceDatabase(at: instance.location).close()
        let other = try #require(instance.location(of: "example.com/support"))
        try FileManager.default.moveItem(atPath: instance.location.path, toPath: other.path)
        let refusal = error(at: other)
        #expect(refusal?.code == .otherInstance)
        #expect(refusal?.description.contains("belongs to instance example.com/whatsapp, not to example.com/support") == true)
    }

    @Test func `A folder that cannot be written is refused with a sentence`() throws {
        let address = try #require(InstanceAddress("example.com/whatsapp"))
        // The system's own folder takes no new entries, not even from root.
        let refusal = error(at: StoreLocation(dataDirectory: "/proc/connector", instance: address))
        #expect(refusal?.code == .cannotOpen)
        #expect(refusal?.description.hasPrefix("The folder /proc/connector cannot be created (") == true)

        let instance = try TemporaryInstance()
        try Data().write(to: URL(fileURLWithPath: instance.dataDirectory))
        #expect(error(at: instance.location)?.code == .cannotOpen)
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func `A read-only folder is refused with a sentence`() throws {
        let instance = try TemporaryInstance()
        try FileManager.default.createDirectory(atPath: instance.dataDirectory, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: instance.dataDirectory)
        #expect(error(at: instance.location)?.code == .cannotOpen)
    }

    @Test func `A database in the place of a folder is refused`() throws {
        let instance = try TemporaryInstance()
        try FileManager.default.createDirectory(atPath: instance.location.path, withIntermediateDirectories: true)
        #expect(error(at: instance.location)?.code == .cannotOpen)
    }

    @Test func `A command changes settings beside the service, but does not migrate under it`() throws {
        let instance = try TemporaryInstance()
        let service = try InstanceDatabase(at: instance.location)
        let command = try InstanceDatabase(at: instance.location, for: .settings)
        #expect(try command.synchronousLevel() == 2)
        try command.close()
        try service.pool.write { try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier <> '1 ledger'") }
        #expect(error(at: instance.location, for: .settings)?.code == .olderVersion)
    }

    @Test(
        "How long opening takes beside a million rows",
        .enabled(if: ProcessInfo.processInfo.environment["STORE_FIGURES"] != nil, "set STORE_FIGURES to measure")
    )
    func figures() async throws {
        let instance = try TemporaryInstance()
        let first = try InstanceDatabase(at: instance.location)
        try await first.pool.write { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
                    INSERT INTO inbound_events (key, kind, number, type, wamid, state, recorded_at, payload)
                    SELECT hex(randomblob(16)), 'message', '106540352242922', 'text', 'wamid.' || i, 'posted', i, '{"message":{}}' FROM n
                    """
            )
            try db.execute(
                sql: """
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
                    INSERT INTO post_tasks (lane, zone, place_kind, place, key, html, state, refusals, not_before, is_unfinished, is_head)
                    SELECT 'c' || (i % 5000), 'z', 'reply', '{"discussion":1}', 'k', 'h', iif(i % 2, 'done', 'queued'), 0, 0,
                    i % 2 = 0, i > 2 AND i <= 5002 AND i % 2 = 0 FROM n
                    """
            )
        }
        try first.close()
        let clock = ContinuousClock()
        var database: InstanceDatabase?
        let opening = try clock.measure { database = try InstanceDatabase(at: instance.location) }
        let store = SQLiteStore(try #require(database))
        let heads = try await clock.measure { _ = try await store.read { try $0.laneHeads(after: nil, limit: 100) } }
        let lastHeads = try await clock.measure {
            _ = try await store.read { try $0.laneHeads(after: PostTask.ID(rawValue: 5_002), limit: 100) }
        }
        let closing = try await clock.measure { _ = try await store.read { try $0.nextClosing() } }
        print("open \(opening), 100 heads \(heads), behind the last head \(lastHeads), next closing \(closing)")
        var rows = 0
        let reading = try clock.measure { try LedgerReader(at: instance.location).forEach { rows += $0.json.utf8.count > 0 ? 1 : 0 } }
        print("read \(rows) rows of the ledger in \(reading)")
    }
}
