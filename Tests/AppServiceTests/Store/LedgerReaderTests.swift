import Bridge
import Foundation
import GRDB
import Testing

@testable import AppService

@Suite struct LedgerReaderTests {
    private let instance: TemporaryInstance
    private let database: InstanceDatabase
    private let start = Moment(milliseconds: 1_769_947_200_000)

    init() throws {
        instance = try TemporaryInstance()
        database = try InstanceDatabase(at: instance.location)
    }

    /// Five rows that came in and three that went out, alternating in time, the last one of each at the same moment.
    private func fill() async throws {
        let start = start
        let number = PhoneNumberID(rawValue: "106540352242922")
        try await SQLiteStore(database).write { store in
            let customer = try store.insertCustomer(name: nil, aliases: [.phone("491701234567")])
            let conversation = try store.insertConversation(number: number, customer: customer.id, address: [])
            let discussion = try store.insertDiscussion(
                conversation: conversation.id,
                key: "key",
                zone: Zone(rawValue: "sales"),
                newestMessageAt: start,
                closesAt: start
            )
            func message(_ key: String, _ type: String, _ state: InboundState, _ seconds: Int) throws {
                let message = CustomerMessage(
                    number: number,
                    wamid: Wamid(rawValue: "wamid.\(key)"),
                    sender: [.phone("491701234567")],
                    writtenAt: start,
                    type: type,
                    content: .text("secret words")
                )
                _ = try store.insertInbound(key: key, event: .message(message), state: state, recordedAt: start + .seconds(seconds))
            }
            func send(_ key: String, _ state: OutgoingState, _ seconds: Int) throws {
                let id = try store.insertOutgoing(
                    messageID: key,
                    conversation: conversation.id,
                    discussion: discussion.id,
                    post: PostReference(rawValue: "p"),
                    author: "anna",
                    part: 1,
                    parts: 1,
                    content: .text("secret words"),
                    quotes: nil,
                    state: .queued,
                    at: start + .seconds(seconds)
                )
                guard var row = try store.outgoing(id) else { return }
                row.state = state
                row.wamid = state == .queued ? nil : Wamid(rawValue: "wamid.\(key)")
                row.changedAt = start + .seconds(1_000)
                try store.updateOutgoing(row)
            }
            try message("a", "text", .posted, 0)
            try send("b", .read, 1)
            try message("c", "image", .held(.licence), 2)
            try send("d", .failed(reason: "131047: \"closed\"\n"), 3)
            let status = DeliveryStatus(number: number, wamid: Wamid(rawValue: "wamid.b"), status: "read", at: start)
            _ = try store.insertInbound(key: "e", event: .status(status), state: .merged, recordedAt: start + .seconds(4))
            let unreadable = InboundEvent.Unreadable(path: "entry[0]", error: "no object", number: nil, at: start, key: "f")
            _ = try store.insertInbound(
                key: "f",
                event: .unreadable(unreadable),
                state: .quarantined(error: "no object"),
                recordedAt: start + .milliseconds(4_500)
            )
            let notice = InboundEvent.Notice(type: "account_update", number: nil, reason: "account news", at: start, key: "g")
            _ = try store.insertInbound(
                key: "g",
                event: .notice(notice),
                state: .ignored(reason: "account news"),
                recordedAt: start + .seconds(5)
            )
            try send("h", .queued, 5)
        }
    }

    private let lines = [
        #"{"instance":"example.com/whatsapp","number":"106540352242922","direction":"in","type":"text","wamid":"wamid.a","state":"posted","reason":null,"at":"2026-02-01T12:00:00.000Z"}"#,
        #"{"instance":"example.com/whatsapp","number":"106540352242922","direction":"out","type":"text","wamid":"wamid.b","state":"read","reason":null,"at":"2026-02-01T12:00:01.000Z"}"#,
        #"{"instance":"example.com/whatsapp","number":"106540352242922","direction":"in","type":"image","wamid":"wamid.c","state":"held","reason":"no licence","at":"2026-02-01T12:00:02.000Z"}"#,
        #"{"instance":"example.com/whatsapp","number":"106540352242922","direction":"out","type":"text","wamid":"wamid.d","state":"failed","reason":"131047: \"closed\"\n","at":"2026-02-01T12:00:03.000Z"}"#,
        #"{"instance":"example.com/whatsapp","number":"106540352242922","direction":"in","type":"status","wamid":"wamid.b","state":"merged","reason":null,"at":"2026-02-01T12:00:04.000Z"}"#,
        #"{"instance":"example.com/whatsapp","number":null,"direction":"in","type":"unreadable","wamid":null,"state":"quarantined","reason":"no object","at":"2026-02-01T12:00:04.500Z"}"#,
        #"{"instance":"example.com/whatsapp","number":null,"direction":"in","type":"account_update","wamid":null,"state":"ignored","reason":"account news","at":"2026-02-01T12:00:05.000Z"}"#,
        #"{"instance":"example.com/whatsapp","number":"106540352242922","direction":"out","type":"text","wamid":null,"state":"queued","reason":null,"at":"2026-02-01T12:00:05.000Z"}"#,
    ]

    @Test func `Rows of both halves come in the order of their recording, as lines of JSON, beside the running service`() async throws {
        try await fill()
        var found: [String] = []
        try LedgerReader(at: instance.location).forEach { found.append($0.json) }
        #expect(found == lines)
    }

    @Test("Pages of any size make the same list", arguments: 1...9)
    func pages(size: Int) async throws {
        try await fill()
        let reader = try LedgerReader(at: instance.location)
        var position = LedgerReader.Position()
        var found: [String] = []
        while true {
            let page = try reader.rows(after: position, limit: size)
            if page.rows.isEmpty { break }
            #expect(page.rows.count <= size)
            found += page.rows.map(\.json)
            position = page.position
        }
        #expect(found == lines)
        #expect(try reader.rows(after: position, limit: 0).rows.isEmpty)
    }

    @Test func `Rows are counted by direction, type and state`() async throws {
        try await fill()
        let counts = try LedgerReader(at: instance.location).counts()
        #expect(
            counts == [
                LedgerCount(direction: .inbound, type: "account_update", state: "ignored", count: 1),
                LedgerCount(direction: .inbound, type: "image", state: "held", count: 1),
                LedgerCount(direction: .inbound, type: "status", state: "merged", count: 1),
                LedgerCount(direction: .inbound, type: "text", state: "posted", count: 1),
                LedgerCount(direction: .inbound, type: "unreadable", state: "quarantined", count: 1),
                LedgerCount(direction: .outbound, type: "text", state: "failed", count: 1),
                LedgerCount(direction: .outbound, type: "text", state: "queued", count: 1),
                LedgerCount(direction: .outbound, type: "text", state: "read", count: 1),
            ]
        )
    }

    @Test func `Each number's states are summed up, what names no number first`() async throws {
        try await fill()
        #expect(
            try LedgerReader(at: instance.location).summaries().map(\.json) == [
                #"{"instance":"example.com/whatsapp","number":null,"in":{"received":2,"posted":0,"merged":0,"ignored":1,"quarantined":1,"held":{}},"out":{"written":0,"queued":0,"sending":0,"sent":0,"delivered":0,"read":0,"failed":0,"unknown":0,"held":{}},"oldestHeldAt":null,"oldestQueuedAt":null}"#,
                #"{"instance":"example.com/whatsapp","number":"106540352242922","in":{"received":3,"posted":1,"merged":1,"ignored":0,"quarantined":0,"held":{"no licence":1}},"out":{"written":3,"queued":1,"sending":0,"sent":0,"delivered":0,"read":1,"failed":1,"unknown":0,"held":{}},"oldestHeldAt":"2026-02-01T12:00:02.000Z","oldestQueuedAt":"2026-02-01T12:00:05.000Z"}"#,
            ])
    }

    @Test func `The ledger can be read without a service, and a service can start afterwards`() async throws {
        try await fill()
        let other = try TemporaryInstance()
        let address = try #require(InstanceAddress("example.com/whatsapp"))
        try database.close()
        let copy = StoreLocation(dataDirectory: other.dataDirectory, instance: address)
        try other.put(try Data(contentsOf: URL(fileURLWithPath: instance.location.path)))
        let reader = try LedgerReader(at: copy)
        #expect(try reader.rows(after: .init(), limit: 100).rows.count == 8)
        let service = try InstanceDatabase(at: copy)
        try await SQLiteStore(service).append(webhook: [1], receivedAt: start)
        #expect(try reader.rows(after: .init(), limit: 100).rows.count == 8)
    }

    @Test func `A reader cannot change anything`() async throws {
        let reader = try LedgerReader(at: instance.location)
        #expect(throws: (any Error).self) { try reader.queue.write { try $0.execute(sql: "DELETE FROM hints") } }
    }

    @Test func `An instance that was never served is said to have no database, and none is made`() throws {
        let location = try #require(instance.location(of: "example.com/support"))
        let error = #expect(throws: StoreError.self) { try LedgerReader(at: location) }
        #expect(error?.code == .missing)
        #expect(!FileManager.default.fileExists(atPath: location.path))
    }

    @Test("Whatever a text holds, the line is JSON and reads back the same", arguments: ["\u{0}\u{1F}\u{7F}", "\\\"/\r\n\t", "👋🏽ü\u{2028}", ""])
    func jsonTexts(text: String) throws {
        let row = LedgerRow(
            instance: text,
            number: PhoneNumberID(rawValue: text),
            direction: .outbound,
            type: text,
            wamid: Wamid(rawValue: text),
            state: text,
            reason: text,
            at: Moment(milliseconds: .max)
        )
        let object = try JSONSerialization.jsonObject(with: Data(row.json.utf8)) as? [String: String]
        #expect(!row.json.contains("\n"))
        for key in ["instance", "number", "type", "wamid", "state", "reason"] { #expect(object?[key] == text) }
        #expect(object?["at"] == "9999-12-31T23:59:59.999Z")
    }
}
