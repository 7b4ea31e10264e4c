import Logging
import NIOCore
import NIOHTTP1
import Testing
import Transport

@testable import Lab

@Suite struct ControlTests {
    private let lab = Lab(configuration: LabConfiguration(), clock: .still(), logger: Logger(label: "lab"))

    private func response(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard case .response(let response) = await LabRouter(lab: lab).answer(request) else { throw LabError("a WebSocket") }
        return response
    }

    private func post(_ path: String, _ body: String, headers: HTTPHeaders = ["Host": "127.0.0.1:8090", "Content-Type": "application/json"])
        async throws
        -> (status: HTTPResponseStatus, body: LabJSON)
    {
        let response = try await response(
            HTTPRequest(method: .POST, uri: "/lab/api/\(path)", headers: headers, body: HTTPRequestBody(ByteBuffer(string: body))))
        return (response.status, try LabJSON(parsing: String(buffer: try await response.body.collect(upTo: 1 << 20))))
    }

    @Test(
        "Only requests for loopback, from loopback's own pages, are answered",
        arguments: [
            (["Host": "127.0.0.1:8090"], true), (["Host": "localhost"], true), (["Host": "[::1]:80"], true), (["Host": "example.com"], false),
            (["Host": "127.0.0.1.example.com"], false), (["Host": "localhost.example.com:80"], false), ([:], false),
            (["Host": "localhost", "Origin": "http://localhost:8090"], true), (["Host": "localhost", "Origin": "https://example.com"], false),
            (["Host": "localhost", "Origin": "null"], false),
        ] as [(HTTPHeaders, Bool)])
    func loopback(_ headers: HTTPHeaders, _ allowed: Bool) async throws {
        #expect(LoopbackGuard.allows(headers) == allowed)
        let status = try await response(HTTPRequest(method: .GET, uri: "/lab/api/state", headers: headers)).status
        #expect(status == (allowed ? .ok : .forbidden))
    }

    @Test("A form of another site cannot reach the calls")
    func contentType() async throws {
        let result = try await post("clock", #"{"advanceSeconds":1}"#, headers: ["Host": "localhost", "Content-Type": "text/plain"])
        #expect(result.status == .unsupportedMediaType)
        #expect(lab.clock.now() == 1_790_000_000_000)
    }

    @Test("Colleagues and customers act, and the state shows it")
    func acting() async throws {
        let sent = try await post("customer", #"{"customer":"ada","text":"Hello"}"#)
        #expect(sent.status == .ok && sent.body["wamid"]?.string?.hasPrefix("wamid.") == true)
        let root = try await post("post", #"{"author":"anna","text":"a < b"}"#)
        #expect(root.body.text() == #"{"id":4294967301}"#)
        let reply = try await post("post", #"{"author":"ben","text":"psst","repliesTo":4294967301,"private":true,"notify":["anna"]}"#)
        #expect(reply.body.text() == #"{"id":4294967302}"#)
        let response = try await response(HTTPRequest(method: .GET, uri: "/lab/api/state", headers: ["Host": "localhost"]))
        let state = try LabJSON(parsing: String(buffer: try await response.body.collect(upTo: 1 << 20)))
        #expect(state["posts"]?.array?.map { $0["text"]?.string } == ["a &lt; b", "psst"])
        #expect(state["posts"]?.array?.map { $0["visibleTo"]?.strings ?? [] } == [["anna", "ben", "carla"], ["anna", "ben"]])
        #expect(state["customers"]?.array?.first?["chats"]?.array?.first?["messages"]?.array?.first?["text"]?.string == "Hello")
        #expect(state["customers"]?.array?.first?["chats"]?.array?.first?["windowEnd"]?.integer == 1_790_086_400_000)
        #expect(!state.text().contains(lab.configuration.accessToken) && !state.text().contains(lab.configuration.instancePassword))
    }

    @Test("The clock is moved forward, by a month at most")
    func clock() async throws {
        #expect(try await post("clock", #"{"advanceSeconds":86400}"#).body.text() == #"{"now":1790086400000}"#)
        #expect(try await post("clock", #"{"advanceSeconds":-1}"#).status == .badRequest)
        #expect(try await post("clock", #"{"advanceSeconds":99999999999999999}"#).status == .badRequest)
    }

    @Test(
        "What does not exist is refused with a sentence",
        arguments: [
            ("customer", #"{"customer":"zoe","text":"x"}"#), ("post", #"{"author":"zoe","text":"x"}"#), ("post", #"{"author":"anna"}"#),
            ("update", #"{"id":1,"author":"anna","text":"x"}"#), ("fault", #"{"system":"meta","kind":"odd"}"#), ("fault", "{}"), ("odd", "{}"),
            ("objects", #"{"action":"grant","object":"nobody","app":"whatsapp"}"#), ("objects", #"{"action":"odd","object":"connect"}"#),
            ("post", "[]"), ("post", "{"), ("customer", #"{"customer":"ada","type":"hologram"}"#),
        ])
    func refusals(_ path: String, _ body: String) async throws {
        let result = try await post(path, body)
        #expect(result.status == .badRequest)
        #expect(result.body["error"]?.string?.hasSuffix(".") == true)
    }

    @Test(
        "Every fault that the page offers is known",
        arguments: [
            #"{"system":"meta","kind":"error","code":131056}"#, #"{"system":"meta","kind":"failure","code":131026}"#,
            #"{"system":"meta","kind":"acceptThenDrop"}"#, #"{"system":"meta","kind":"page","status":502}"#, #"{"system":"meta","kind":"hang"}"#,
            #"{"system":"meta","kind":"revokeToken"}"#, #"{"system":"connect","kind":"dropAfter","times":2}"#,
            #"{"system":"connect","kind":"error","error":"busy","message":"SetFilter"}"#, #"{"system":"connect","kind":"restart"}"#,
            #"{"system":"pbx","kind":"ignore","message":"AppChallengeResult"}"#, #"{"system":"pbx","kind":"disconnect"}"#,
            #"{"system":"pbx","kind":"licences","count":2}"#, #"{"system":"admin","kind":"error","message":"UpdateObject","error":"no"}"#,
            #"{"system":"meta","step":"register","kind":"error","code":133005,"text":"<b>"}"#,
            #"{"system":"meta","step":"subscribe","kind":"page"}"#,
        ])
    func faults(_ body: String) async throws {
        #expect(try await post("fault", body).status == .ok)
    }

    @Test("The account's numbers and the token's permissions are changed")
    func account() async throws {
        let id = try #require(lab.meta.numbers.first?.id)
        #expect(
            try await post("account", #"{"number":"\#(id)","registered":false,"pin":"123456","quality":"RED","scopes":["a"]}"#).status == .ok)
        #expect(lab.meta.numbers.first?.registration.pin == "123456")
        #expect(lab.meta.numbers.first?.registration.isRegistered == false)
        #expect(lab.meta.tokenScopes == [lab.configuration.accessToken: ["a"]])
        #expect(try await post("customer", #"{"customer":"ada","text":"Hello"}"#).status == .badRequest)
        #expect(try await post("account", #"{"numbers":21,"number":"\#(id)","name":"<b>"}"#).status == .ok)
        #expect(lab.meta.numbers.count == 21 && Set(lab.meta.numbers.map(\.id)).count == 21 && lab.meta.numbers.first?.verifiedName == "<b>")
        #expect(try await post("account", #"{"numbers":101}"#).status == .badRequest)
        #expect(try await post("account", #"{"customer":"ada","profile":"<i>Ada</i>"}"#).status == .ok)
        #expect(lab.meta.customers.first { $0.key == "ada" }?.name == "<i>Ada</i>")
        #expect(try await post("account", #"{"customer":"nobody","profile":"A"}"#).status == .badRequest)
        #expect(try await post("account", #"{"number":"1"}"#).status == .badRequest)
        #expect(try await post("account", #"{"number":"\#(id)","pin":"12"}"#).status == .badRequest)
    }

    @Test("The wire log keeps its newest entries, without secrets")
    func wireLog() throws {
        let log = WireLog(capacity: 2, clock: .still())
        log.add(.pbx, .toService, "AppLogin", ["mt": "AppLogin", "digest": "abc", "info": ["apps": [["key": "k"]]]])
        #expect(log.entries().first?.text == #"{"mt":"AppLogin","digest":"•••","info":{"apps":[{"key":"•••"}]}}"#)
        log.add(.meta, .toService, "two", nil)
        log.add(.meta, .toService, "three", nil)
        #expect(log.entries().map(\.number) == [2, 3])
        #expect(log.entries(after: 2).map(\.summary) == ["three"])
    }

    @Test("The page finds all its files, and may load nothing else")
    func files() async throws {
        var seen: Set<String> = []
        var waiting = ["/"]
        while let path = waiting.popLast() {
            guard seen.insert(path).inserted else { continue }
            let response = try await response(HTTPRequest(method: .GET, uri: path, headers: ["Host": "localhost"]))
            #expect(response.status == .ok, "\(path)")
            #expect(response.headers.first(name: "Content-Security-Policy")?.hasPrefix("default-src 'none'; script-src 'self';") == true)
            let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
            waiting += text.matches(of: /(?:src=|href=|from )"(\/[a-z.]*)"/).map { String($0.1) }
        }
        #expect(seen.count == 24)
    }

    @Test("The page is served, and nothing else")
    func page() async throws {
        #expect(try await response(HTTPRequest(method: .GET, uri: "/", headers: ["Host": "localhost"])).status == .ok)
        #expect(try await response(HTTPRequest(method: .GET, uri: "/../etc/passwd", headers: ["Host": "localhost"])).status == .notFound)
        #expect(try await response(HTTPRequest(method: .GET, uri: "/", headers: ["Host": "example.com"])).status == .forbidden)
    }
}
