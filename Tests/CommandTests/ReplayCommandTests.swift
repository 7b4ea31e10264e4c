import AppService
import Bridge
import Foundation
import Testing

@testable import whatsapp_connector

@Suite("Replaying from the command line")
struct ReplayCommandTests {
    private let folder: TemporaryFolder
    private let location: StoreLocation
    private static let at = Moment(milliseconds: 1_772_600_767_089)

    init() throws {
        folder = try TemporaryFolder()
        location = StoreLocation(dataDirectory: "\(folder.path)/data", instance: try #require(InstanceAddress("example.com/whatsapp")))
        try folder.write(
            """
            publicURL: https://ap.example.com
            dataDirectory: data
            secretKeyFile: secret.key
            instances:
              - {domain: example.com, name: whatsapp, password: secret}
            """,
            to: "c.yaml"
        )
    }

    private func replay(_ arguments: String...) throws -> Binary.Result {
        try Binary.run(["replay", "--config", "\(folder.path)/c.yaml"] + arguments)
    }

    /// A database with something in each state that matters; two of them from an earlier day.
    private func fill() async throws {
        let database = try InstanceDatabase(at: location)
        let store = SQLiteStore(database)
        let body = Array(#"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[7]}]}"#.utf8)
        try await store.append(webhook: body, receivedAt: Self.at)
        let events = WebhookReader().events(in: body, receivedAt: Self.at)
        try await store.write { store in
            func message(_ key: String, _ number: String, _ state: InboundState, daysAgo: Int = 0) throws {
                let message = CustomerMessage(
                    number: PhoneNumberID(rawValue: number), wamid: Wamid(rawValue: "wamid.\(key)"), sender: [.phone("49170")],
                    writtenAt: Self.at, content: .text("words"))
                _ = try store.insertInbound(key: key, event: .message(message), state: state, recordedAt: Self.at - .seconds(86_400 * daysAgo))
            }
            try message("a", "7", .posted)
            try message("b", "7", .held(.licence), daysAgo: 1)
            try message("c", "8", .held(.zone))
            try message("d", "8", .held(.connect))
            try message("e", "7", .quarantined(error: "no space left"), daysAgo: 1)
            for event in events {
                _ = try store.insertInbound(
                    key: "f", event: event, state: .quarantined(error: "entry[0].changes[0]: it is a number"), recordedAt: Self.at)
            }
        }
        try database.close()
    }

    private func requests() async throws -> [ReplayRequest] {
        let database = try InstanceDatabase(at: location)
        let requests = try await SQLiteStore(database).read { try $0.replayRequests(for: .inbound, after: nil, limit: 100) }
        try database.close()
        return requests
    }

    @Test("Without --yes it says what would be replayed, what is left alone and why, and asks for nothing")
    func dryRun() async throws {
        try await fill()
        let result = try replay("--all-held")
        #expect(result.errors == "")
        #expect(result.exitCode == 0)
        #expect(
            result.output == """
                INSTANCE              NUMBER  DIRECTION  STATE  REASON      COUNT  REPLAY
                example.com/whatsapp  7       in         held   no licence  1      yes
                example.com/whatsapp  8       in         held   no Connect  1      no: only waits for its post in Connect, which is made by itself
                example.com/whatsapp  8       in         held   no zone     1      yes

                The first of them:
                AT                        INSTANCE              NUMBER  DIRECTION  TYPE  STATE  WAMID    REASON
                2026-03-03T05:06:07.089Z  example.com/whatsapp  7       in         text  held   wamid.b  no licence
                2026-03-04T05:06:07.089Z  example.com/whatsapp  8       in         text  held   wamid.c  no zone

                nothing is done yet; add --yes to replay 2 messages

                """)
        #expect(try await requests().isEmpty)
    }

    @Test("With --yes the requests are durable, each row once, and what could not be read knows its webhook")
    func requested() async throws {
        try await fill()
        #expect(try replay("--state", "quarantined", "--yes").exitCode == 0)
        let result = try replay("--direction", "in", "--yes")
        #expect(result.exitCode == 0)
        #expect(
            result.output.hasSuffix("asked for 4 messages; a running service decides on it within two seconds, or else its next start\n"))
        let requests = try await requests()
        #expect(requests.map(\.subject) == [5, 6, 2, 3].map { .inbound(InboundRecord.ID(rawValue: $0)) })
        #expect(requests.map(\.webhook) == [nil, StoredWebhook.ID(rawValue: 1), nil, nil])
    }

    @Test(
        "Selections combine",
        arguments: [
            (["--number", "7"], 2), (["--number", "7", "--state", "held"], 1), (["--reason", "SPACE"], 1),
            (["--wamid", "wamid.b", "--wamid", "wamid.c"], 2),
            (["--type", "unreadable"], 1), (["--since", "2026-03-04T05:06:07.089Z"], 2), (["--until", "2026-03-04T06:06:07.089+01:00"], 2),
            (["--since", "2026-03-03T00:00:00Z", "--until", "2026-03-04T00:00:00Z", "--all-held"], 1),
        ])
    func selections(arguments: [String], count: Int) async throws {
        try await fill()
        let result = try Binary.run(["replay", "--config", "\(folder.path)/c.yaml"] + arguments)
        #expect(result.exitCode == 0)
        #expect(result.output.hasSuffix("add --yes to replay \(ReplayReport.rows(count))\n"), "\(result.output)")
    }

    @Test(
        "If nothing fits, or nothing of it can be replayed, that is a failure with a sentence",
        arguments: [
            (["--direction", "out"], "nothing in the ledger fits this selection; see what there is with ledger --summary"),
            (["--reason", "no connect", "--yes"], "nothing of what fits can be replayed, for the reasons above; select something else"),
        ])
    func nothing(arguments: [String], sentence: String) async throws {
        try await fill()
        let result = try Binary.run(["replay", "--config", "\(folder.path)/c.yaml"] + arguments)
        #expect(result.exitCode == 1)
        #expect(result.errors == "whatsapp-connector: \(sentence)\n")
        #expect(try await requests().isEmpty)
    }

    @Test(
        "Bad usage is one sentence, and the exit code 64",
        arguments: [
            ([], "Nothing is selected; add a selection such as --state quarantined or --all-held"),
            (["--yes"], "Nothing is selected; add a selection such as --state quarantined or --all-held"),
            (["--all-held", "--state", "failed"], "--all-held and --state failed exclude each other"),
            (["--direction", "in", "--state", "failed"], "Only what was to go out can have failed; use --direction out"),
            (["--direction", "out", "--state", "quarantined"], "Only what came in can be quarantined; use --direction in"),
            (["--since", "2026-03-02T00:00:00Z", "--until", "2026-03-01T00:00:00Z"], "--since must be before --until"),
        ])
    func badUsage(arguments: [String], sentence: String) throws {
        let result = try Binary.run(["replay", "--config", "\(folder.path)/c.yaml"] + arguments)
        #expect(result.exitCode == 64)
        #expect(result.errors == "whatsapp-connector: \(sentence); see: whatsapp-connector replay --help\n")
    }

    @Test("A time that is none is bad usage, a mistake in the file bad configuration, an instance never served a failure")
    func otherMistakes() throws {
        #expect(try replay("--since", "yesterday").exitCode == 64)
        #expect(try replay("--all-held").exitCode == 1)
        try folder.write("publicUrl: https://ap.example.com\n", to: "c.yaml")
        #expect(try replay("--all-held").exitCode == 78)
    }

    @Test("The ledger is summed up beside a running service, as a table and as lines of JSON")
    func summary() async throws {
        try await fill()
        let service = try InstanceDatabase(at: location)
        let text = try Binary.run(["ledger", "--config", "\(folder.path)/c.yaml", "--summary"])
        #expect(text.exitCode == 0)
        #expect(text.output.contains("INSTANCE              NUMBER  RECEIVED  POSTED"))
        let json = try Binary.run(["ledger", "--config", "\(folder.path)/c.yaml", "--summary", "--format", "json"])
        #expect(json.exitCode == 0)
        let lines = json.output.split(separator: "\n")
        #expect(lines.count == 3)
        for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        try service.close()
    }
}
