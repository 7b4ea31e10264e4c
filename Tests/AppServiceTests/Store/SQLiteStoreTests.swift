import Bridge
import BridgeTestSupport
import Foundation
import GRDB
import NIOConcurrencyHelpers
import Testing

@testable import AppService

@Suite struct SQLiteStoreTests {
    @Test("The store in SQLite keeps the contract of stores", arguments: StoreContract.checks)
    func contract(check: StoreCheck) async throws {
        let instance = try TemporaryInstance()
        try await check.run(SQLiteStore(InstanceDatabase(at: instance.location)))
    }

    @Test func `What was written is there after closing and opening again`() async throws {
        let instance = try TemporaryInstance()
        let first = try InstanceDatabase(at: instance.location)
        let store = SQLiteStore(first)
        try await store.append(webhook: [1, 2, 3], receivedAt: Moment(seconds: 5))
        try await store.write { try $0.setCursor(ConnectCursor(rawValue: "7"), of: Zone(rawValue: "sales")) }
        try first.close()

        let second = SQLiteStore(try InstanceDatabase(at: instance.location))
        #expect(try await second.read { try $0.pendingWebhooks(limit: 10) }.map(\.body) == [[1, 2, 3]])
        #expect(try await second.read { try $0.cursor(of: Zone(rawValue: "sales")) } == ConnectCursor(rawValue: "7"))
    }

    @Test func `Row numbers are not used again after rows were removed`() async throws {
        let instance = try TemporaryInstance()
        let database = try InstanceDatabase(at: instance.location)
        let store = SQLiteStore(database)
        try await store.append(webhook: [1], receivedAt: Moment(seconds: 5))
        let first = try await store.read { try $0.pendingWebhooks(limit: 1) }.map(\.id)
        try await database.pool.write { try $0.execute(sql: "DELETE FROM pending_webhooks; DELETE FROM webhooks") }
        try await store.append(webhook: [2], receivedAt: Moment(seconds: 5))
        let second = try await store.read { try $0.pendingWebhooks(limit: 1) }.map(\.id)
        #expect(first.map(\.rawValue) == [1])
        #expect(second.map(\.rawValue) == [2])
    }

    @Test func `A closed store refuses with a sentence`() async throws {
        let instance = try TemporaryInstance()
        let store = SQLiteStore(try InstanceDatabase(at: instance.location))
        store.close()
        await #expect(throws: StoreError(.closed, "The database \(instance.location.path) is closed.")) {
            try await store.append(webhook: [1], receivedAt: Moment(seconds: 5))
        }
        await #expect(throws: StoreError.self) { try await store.write { _ in } }
    }

    @Test func `A row that cannot be read is named, and does not stop the process`() async throws {
        let instance = try TemporaryInstance()
        let database = try InstanceDatabase(at: instance.location)
        let store = SQLiteStore(database)
        let id = try await store.write { store in
            let notice = InboundEvent.Notice(type: "flows", number: nil, reason: "news", at: Moment(seconds: 1), key: "k")
            return try store.insertInbound(key: "k", event: .notice(notice), state: .posted, recordedAt: Moment(seconds: 1))
        }
        for damage in ["payload = '{\"secret\":'", "payload = '{}'", "state = 'lost'", "payload = 'a' || char(0)"] {
            try await database.pool.write { try $0.execute(sql: "UPDATE inbound_events SET \(damage)") }
            let error = await #expect(throws: StoreError.self) { try await store.read { store in try id.map { try store.inbound($0) } } }
            #expect(error?.code == .damagedRow)
            #expect(error?.description.hasPrefix("Row 1 of inbound_events in ") == true)
        }
    }

    @Test func `Every query of the port finds its rows by an index`() async throws {
        let instance = try TemporaryInstance()
        let database = try InstanceDatabase(at: instance.location)
        let statements = NIOLockedValueBox<Set<String>>([])
        try await database.pool.writeWithoutTransaction { db in
            db.trace(options: .statement) { event in
                if case .statement(let statement) = event { statements.withLockedValue { _ = $0.insert(statement.sql) } }
            }
        }
        let store = SQLiteStore(database)
        for check in StoreContract.checks {
            try? await check.run(store)
            try await database.pool.write { db in
                for table in ["reactions", "inbound_files", "pending_webhooks", "outgoing_messages", "inbound_events", "aliases"] {
                    try db.execute(sql: "DELETE FROM \(table)")
                }
                try db.execute(sql: "UPDATE conversations SET open_discussion = NULL")
                for table in ["discussions", "conversations", "customers", "post_tasks"] { try db.execute(sql: "DELETE FROM \(table)") }
            }
        }
        let queries = statements.withLockedValue { $0 }.filter { sql in
            ["SELECT", "UPDATE", "INSERT"].contains { sql.hasPrefix($0) } && sql.contains("?") || sql.contains("INDEXED BY")
        }
        #expect(queries.count > 40)
        for sql in queries {
            let plan = try await database.pool.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: Self.nulls(for: sql)).map { $0["detail"] as String }
            }
            // What is pending is a table of its own; what is in doubt, open or unfinished is an index of its own. What marks a backup reads
            // unfinished messages, and a row for each table or zone.
            let small = [
                "INDEX outgoing_messages_doubtful", "INDEX discussions_open", "INDEX post_tasks_lane", "INDEX post_tasks_event",
                "INDEX outgoing_messages_conversation",
                "SCAN pending_webhooks", "SCAN CONSTANT ROW", "SCAN sqlite_sequence", "SCAN zones",
            ]
            for step in plan where step.hasPrefix("SCAN") {
                let isSmall = small.contains { step.hasSuffix($0) }
                #expect(isSmall, "\(step) in \(sql)")
            }
        }
    }

    private static func nulls(for sql: String) -> StatementArguments {
        let numbered = sql.matches(of: /\?(\d+)/).compactMap { Int($0.1) }.max()
        return StatementArguments(repeatElement(DatabaseValue.null, count: numbered ?? sql.filter { $0 == "?" }.count))
    }
}
