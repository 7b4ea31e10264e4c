import Bridge
import BridgeTestSupport
import Foundation
import GRDB
import Logging
import Testing

@testable import AppService

/// A database of the first version with migrations, with work under way, under today's program.
@Suite("The upgrade from the first migrations", .timeLimit(.minutes(2))) struct UpgradeTests {
    private static let number = PhoneNumberID(rawValue: "1090")
    private static let zone = Zone(rawValue: "whatsapp")
    private static let start = Moment(seconds: 1_790_000_000)

    private let instance: TemporaryInstance
    private let database: InstanceDatabase
    private let store: SQLiteStore

    init() throws {
        instance = try TemporaryInstance()
        try instance.put(Data())
        let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/first-migrations.sql")
        let old = try DatabaseQueue(path: instance.location.path)
        try old.write { try $0.execute(sql: String(contentsOf: fixture, encoding: .utf8)) }
        try old.close()
        database = try InstanceDatabase(at: instance.location)
        store = SQLiteStore(database)
    }

    @Test("The schema is today's, and every row is there")
    func rows() async throws {
        let schema = try await database.pool.read { db in
            try String.fetchAll(
                db, sql: "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND sql IS NOT NULL ORDER BY tbl_name, type DESC, name")
        }
        let fresh = try TemporaryInstance()
        let expected = try await InstanceDatabase(at: fresh.location).pool.read { db in
            try String.fetchAll(
                db, sql: "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND sql IS NOT NULL ORDER BY tbl_name, type DESC, name")
        }
        #expect(schema == expected)
        let counts = try await database.pool.read { db in
            try [
                "webhooks", "pending_webhooks", "customers", "aliases", "conversations", "discussions", "inbound_events", "posts", "links", "hints",
                "post_tasks", "outgoing_messages", "zones", "accounts", "numbers", "secrets", "seeds",
            ].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") }
        }
        #expect(counts == [2, 1, 2, 2, 2, 2, 2, 3, 2, 1, 2, 2, 1, 1, 1, 1, 1])
    }

    @Test("The settings are read: the account, its number, and what is sealed")
    func settings() async throws {
        let settings = try await SettingsStore(database).settings()
        let number = try #require(settings.numbers[Self.number])
        #expect(settings.accounts["104222333444555"]?.token != nil)
        #expect(settings.secrets[.password] != nil)
        #expect(settings.seeds == ["password": "digest"])
        #expect((number.zone, number.tags, number.isLicensed, number.closedMessage) == (Self.zone, ["vip"], true, "Closed."))
        #expect(settings.sealingKeys == ["0123456789abcdef"])
    }

    @Test("The work goes on: each post is made once, each message sent once", arguments: [true, false])
    func work(rootIsThere: Bool) async throws {
        let connect = ScriptedConnect(
            answer: { _, number in .accepted(PostReference(rawValue: "new-\(number)")) },
            own: { request in
                guard rootIsThere, request.discussion == nil, request.html.contains("Good morning") else { return [] }
                return [InstanceBench.post(request.html, id: 1, by: "whatsapp", in: PostReference(rawValue: "found"), isRoot: true)]
            })
        let whatsApp = ScriptedWhatsApp()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let connector = ConnectorInstance(
            settings: BridgeSettings(language: .en, numbers: [NumberSettings(id: Self.number, account: "104222333444555", zone: Self.zone)]),
            store: store, connect: connect, whatsApp: whatsApp, media: ScriptedMedia(), clock: MovableClock(standingAt: Self.start),
            read: { webhook in
                let text = String(decoding: webhook.body, as: UTF8.self)
                return [
                    .message(
                        CustomerMessage(
                            number: Self.number, wamid: Wamid(rawValue: text), sender: [.phone("4917600")], senderName: "Ada",
                            writtenAt: webhook.receivedAt, content: .text(text)))
                ]
            },
            makeKey: { UUID().uuidString }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await connector.run() }
            for _ in 0..<600 {
                let states = try ledgerStates()
                if states.inbound == ["posted", "posted", "posted"], states.outgoing == ["sent", "sent"] { break }
                // Real threads work on a real file.
                try await Task.sleep(for: .milliseconds(50))
            }
            group.cancelAll()
        }
        let states = try ledgerStates()
        #expect(states.inbound == ["posted", "posted", "posted"])
        #expect(states.outgoing == ["sent", "sent"])
        #expect(whatsApp.sent == ["second answer"])
        #expect(connect.looked == 1)
        #expect(connect.posted.count { $0.html.contains("Good morning") } == (rootIsThere ? 0 : 1))
        #expect(connect.posted.filter { $0.html.contains("pending") }.map(\.discussion?.rawValue) == ["root-1"])
        #expect(connect.posted.count == (rootIsThere ? 1 : 2))
    }

    private func ledgerStates() throws -> (inbound: [String], outgoing: [String]) {
        var rows: [LedgerRow] = []
        try LedgerReader(at: instance.location).forEach { rows.append($0) }
        return (rows.filter { $0.direction == .inbound }.map(\.state), rows.filter { $0.direction == .outbound }.map(\.state))
    }

    @Test("A status finds the message that was sent before the upgrade")
    func status() async throws {
        let settings = BridgeSettings(language: .en, numbers: [NumberSettings(id: Self.number, account: "104222333444555", zone: Self.zone)])
        try await store.write { transaction in
            let status = DeliveryStatus(
                number: Self.number, wamid: Wamid(rawValue: "wamid.out1"), status: "delivered", at: Self.start, messageID: nil, error: nil)
            try InboundFlow(settings: settings) { "key" }.record(.status(status), at: Self.start, in: transaction)
        }
        #expect(try await store.read { try $0.outgoing(messageID: "m-1")?.state } == .delivered)
    }
}
