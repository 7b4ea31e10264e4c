import Protocol
import Testing

@testable import AppService

@Suite("What is said with the PBX")
struct PBXConversationTests {
    typealias Action = PBXConversation.Action

    let services = PbxInfo(domain: "example.com", pbx: "master", pbxDns: "", apis: [.pbxApi, .services])

    func receive(_ text: String, _ conversation: inout PBXConversation) throws -> [Action] { conversation.received(try Envelope(text)) }

    func send(_ text: String) -> Action { .send(Array(text.utf8)) }

    /// A conversation that knows the service `connect`.
    func subscribed() throws -> PBXConversation {
        var conversation = PBXConversation()
        _ = conversation.received(services)
        _ = try receive(#"{"api":"Services","mt":"ServicesInfo","services":[{"name":"connect","url":"https://h/d/i/a"}]}"#, &conversation)
        return conversation
    }

    @Test("With the Services API the list is subscribed to once, and taken whole each time")
    func subscription() throws {
        var conversation = PBXConversation()
        #expect(conversation.services == nil)
        #expect(conversation.received(services) == [.changed, send(#"{"api":"Services","mt":"SubscribeServices","src":"svc1"}"#)])
        #expect(conversation.services == nil)
        #expect(try receive(#"{"api":"Services","mt":"SubscribeServicesResult","src":"svc1"}"#, &conversation) == [])
        #expect(
            try receive(
                #"{"api":"Services","mt":"ServicesInfo","src":"svc1","services":[null,{"name":"a"},{"name":"b","info":null}]}"#, &conversation)
                == [.changed])
        #expect(conversation.services?.map(\.name) == ["a", "b"])
        #expect(try receive(#"{"api":"Services","mt":"ServicesInfo","services":[]}"#, &conversation) == [.changed])
        #expect(conversation.services == [])
        #expect(conversation.received(services) == [.changed])
    }

    @Test("Without the Services API there are none, until it is activated")
    func notActivated() throws {
        var conversation = PBXConversation()
        #expect(conversation.received(PbxInfo(domain: "d", pbx: "p", pbxDns: "", apis: [])) == [.changed])
        #expect(conversation.services == [])
        #expect(
            try receive(#"{"api":"Services","mt":"ServicesInfo","services":[{"name":"a"}]}"#, &conversation) == [
                .odd("services without a subscription")
            ])
        #expect(conversation.services == [])
        #expect(conversation.received(services) == [.changed, send(#"{"api":"Services","mt":"SubscribeServices","src":"svc1"}"#)])
        #expect(conversation.services == nil)
    }

    @Test("A refused subscription leaves no services", arguments: ["true", "1", #""no""#, "{}"])
    func refusedSubscription(error: String) throws {
        var conversation = PBXConversation()
        _ = conversation.received(services)
        #expect(
            try receive(#"{"api":"Services","mt":"SubscribeServicesResult","error":\#(error)}"#, &conversation)
                == [.changed, .odd("the PBX refused the list of services")])
        #expect(conversation.services == [])
    }

    func login(_ members: String) -> String { #"{"api":"Services","mt":"GetServiceLoginResult",\#(members)}"# }

    @Test("A login is asked for and matched by its tag, also if the app is another one")
    func login() throws {
        var conversation = try subscribed()
        let (id, message) = conversation.ask(for: "connect", challenge: "2718281828459045")
        #expect(Logins.text(message) == #"{"api":"Services","mt":"GetServiceLogin","src":"svc2","app":"connect","challenge":"2718281828459045"}"#)
        let (other, _) = conversation.ask(for: "connect~moderator", challenge: "1")
        let answer = try receive(login(#""src":"svc3","pbxObj":"connect","app":"x","digest":"d""#), &conversation)
        guard case .answered(other, .login(let login))? = answer.first else {
            Issue.record("\(answer)")
            return
        }
        #expect(login.login.app == "x")
        #expect(
            try receive(self.login(#""src":"svc2","error":"no","errorText":"not ticked""#), &conversation)
                == [.answered(id, .refused(error: "no", errorText: "not ticked"))])
    }

    @Test("Without a tag the App object's name matches, and of a refusal that only one is awaited")
    func withoutTag() throws {
        var conversation = try subscribed()
        let (first, _) = conversation.ask(for: "connect", challenge: "1")
        let (second, _) = conversation.ask(for: "other", challenge: "2")
        #expect(try receive(login(#""error":1"#), &conversation) == [.odd("an answer that nobody waits for")])
        guard case .answered(second, _)? = try receive(login(#""pbxObj":"other","digest":"d""#), &conversation).first else {
            Issue.record("not matched")
            return
        }
        #expect(try receive(login(#""error":1"#), &conversation) == [.answered(first, .refused(error: 1, errorText: nil))])
    }

    @Test("Late, foreign and senseless answers do no harm")
    func oddAnswers() throws {
        var conversation = try subscribed()
        let (id, _) = conversation.ask(for: "connect", challenge: "1")
        #expect(try receive(login(#""src":"svc9","digest":"d""#), &conversation) == [.odd("an answer that nobody waits for")])
        #expect(try receive(login(#""src":"svc2""#), &conversation) == [.odd("a login without digest")])
        conversation.giveUp(id)
        #expect(try receive(login(#""src":"svc2","digest":"d""#), &conversation) == [.odd("an answer that nobody waits for")])
        #expect(try receive(#"{"api":"Services","mt":"Dance"}"#, &conversation) == [.odd("unknown message")])
    }

    @Test("A 60 KB list is taken")
    func longList() throws {
        var conversation = PBXConversation()
        _ = conversation.received(services)
        let entries = (0..<600).map { #"{"name":"s\#($0)","title":"Service","url":"https://ap.example.com/example.com/s/app","info":{"apis":{}}}"# }
        let text = #"{"api":"Services","mt":"ServicesInfo","services":[\#(entries.joined(separator: ","))]}"#
        #expect(text.utf8.count > 50_000)
        #expect(try receive(text, &conversation) == [.changed])
        #expect(conversation.services?.count == 600)
    }
}
