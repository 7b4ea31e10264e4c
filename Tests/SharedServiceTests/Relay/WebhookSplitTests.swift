import Bridge
import Protocol
import Testing

@testable import SharedService

@Suite("Who gets what of a notification")
struct WebhookSplitTests {
    static func binding(
        _ id: String, account: String = "1001", numbers: [String] = [], mode: Pairing.Mode = .relay, state: RelayBinding.State = .live
    ) -> RelayBinding {
        RelayBinding(id: id, instance: id, callback: "https://\(id)", mode: mode, account: account, numbers: numbers, state: state)
    }

    static func message(_ number: String, _ id: String) -> String {
        #"{"field":"messages","value":{"metadata":{"phone_number_id":"\#(number)"},"messages":[{"id":"\#(id)"}]}}"#
    }

    static let template = #"{"field":"message_template_status_update","value":{"event":"APPROVED"}}"#

    static func body(_ entries: (String, [String])...) -> String {
        let list = entries.map { #"{"id":"\#($0.0)","time":1,"changes":[\#($0.1.joined(separator: ","))]}"# }
        return #"{"object":"whatsapp_business_account","entry":[\#(list.joined(separator: ","))]}"#
    }

    func shares(_ body: String, _ bindings: [RelayBinding]) throws -> (shares: [String: String], unclaimed: Int, farewells: Set<String>) {
        let split = try #require(WebhookSplit(Array(body.utf8)))
        let result = split.shares(among: Dictionary(grouping: bindings, by: \.account))
        #expect(Set(result.shares.map(\.binding)).count == result.shares.count)
        return (
            Dictionary(uniqueKeysWithValues: result.shares.map { ($0.binding, String(decoding: $0.body, as: UTF8.self)) }), result.unclaimed,
            Set(result.shares.filter(\.isFarewell).map(\.binding))
        )
    }

    @Test("What is for one instance goes there byte for byte, escapes, spaces and all")
    func whole() throws {
        let body = "  {\"object\" : \"whatsapp_business_account\",\"entry\":[ {\"id\":\"1001\",\"changes\":[\(Self.message("1", "\\u00fc\\/"))]}]}\n"
        #expect(try shares(body, [Self.binding("a")]).shares == ["a": body])
    }

    @Test("Entries of several accounts go to their instances, each its own")
    func accounts() throws {
        let body = Self.body(("1001", [Self.message("1", "x")]), ("1002", [Self.message("2", "y")]), ("1001", [Self.message("1", "z")]))
        let result = try shares(body, [Self.binding("a"), Self.binding("b", account: "1002")])
        #expect(
            result.shares == [
                "a": Self.body(("1001", [Self.message("1", "x")]), ("1001", [Self.message("1", "z")])),
                "b": Self.body(("1002", [Self.message("2", "y")])),
            ])
        #expect(result.unclaimed == 0)
    }

    @Test("Messages of an account that several share go by their number; what is about the account goes to all of them")
    func numbers() throws {
        let body = Self.body(("1001", [Self.message("1", "x"), Self.template, Self.message("2", "y"), Self.message("3", "z")]))
        let result = try shares(body, [Self.binding("a", numbers: ["1"]), Self.binding("b", numbers: ["2"])])
        #expect(
            result.shares == [
                "a": Self.body(("1001", [Self.message("1", "x"), Self.template])),
                "b": Self.body(("1001", [Self.template, Self.message("2", "y")])),
            ])
        // Number 3 is nobody's, so nobody sees it.
        #expect(result.unclaimed == 1)
    }

    @Test("Who is alone with an account gets all of it")
    func alone() throws {
        let body = Self.body(("1001", [Self.message("1", "x"), Self.message("9", "y")]))
        #expect(try shares(body, [Self.binding("a", numbers: ["1"])]).shares == ["a": body])
    }

    @Test("In mode direct only what Meta cannot deliver to an override is forwarded")
    func direct() throws {
        let body = Self.body(("1001", [Self.message("1", "x"), Self.template]))
        let result = try shares(body, [Self.binding("a", mode: .direct)])
        #expect(result.shares == ["a": Self.body(("1001", [Self.template]))])
        #expect(result.unclaimed == 0)
        #expect(try shares(Self.body(("1001", [Self.message("1", "x")])), [Self.binding("a", mode: .direct)]).shares == [:])
        for field in ["account_update", "account_review_update", "account_alerts", "phone_number_quality_update", "security"] {
            #expect(!WebhookFields.overridable.contains(field))
        }
    }

    @Test("Who is not acknowledged yet gets something only while nobody else is there")
    func provisional() throws {
        let body = Self.body(("1001", [Self.message("1", "x")]))
        let new = Self.binding("new", state: .provisional)
        #expect(try shares(body, [new]).shares == ["new": body])
        #expect(try shares(body, [Self.binding("old"), new]).shares == ["old": body])
        #expect(try shares(body, [Self.binding("gone", state: .ending)]).shares == [:])
    }

    @Test("Partner events name the account inside, and farewells are told as such")
    func partners() throws {
        let removed = #"{"field":"account_update","value":{"event":"PARTNER_REMOVED","waba_info":{"waba_id":"1001","owner_business_id":"3001"}}}"#
        let result = try shares(Self.body(("3001", [removed])), [Self.binding("a")])
        #expect(result.shares == ["a": Self.body(("3001", [removed]))])
        #expect(result.farewells == ["a"])
        let restricted = #"{"field":"account_update","value":{"event":"ACCOUNT_RESTRICTION"}}"#
        #expect(try shares(Self.body(("1001", [restricted])), [Self.binding("a")]).farewells == [])
    }

    @Test("What is for nobody is counted; what cannot be read costs no sibling")
    func nobody() throws {
        let result = try shares(Self.body(("77", [Self.message("1", "x")]), ("1001", [Self.template])), [Self.binding("a")])
        #expect(result.shares == ["a": Self.body(("1001", [Self.template]))] && result.unclaimed == 1)
        let broken = #"{"entry":[7,{"id":"1001"},{"id":1001,"changes":[3,\#(Self.template)]}]}"#
        let rest = try shares(broken, [Self.binding("a")])
        #expect(rest.shares == ["a": #"{"entry":[{"id":1001,"changes":[3,\#(Self.template)]}]}"#] && rest.unclaimed == 2)
    }

    @Test("What is no notification is none", arguments: ["", "[]", "{}", #"{"entry":{}}"#, #"{"entry":[}"#])
    func malformed(text: String) { #expect(WebhookSplit(Array(text.utf8)) == nil) }

    @Test("Pauses grow up to a quarter of an hour, and end after seven days")
    func schedule() {
        #expect((1...12).map { RelaySchedule.pause(afterFailures: $0).components.seconds } == [1, 2, 5, 10, 30, 60, 120, 300, 600, 900, 900, 900])
        let then = Moment(seconds: 1_790_000_000)
        #expect(!RelaySchedule.isOver(receivedAt: then, now: then + .seconds(7 * 86_400 - 1)))
        #expect(RelaySchedule.isOver(receivedAt: then, now: then + .seconds(7 * 86_400)))
    }
}
