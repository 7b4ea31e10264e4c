import NIOHTTP1
import Testing

@testable import Transport

@Suite struct WebSocketHandshakeTests {
    private static let fields: HTTPHeaders = [
        "Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    ]

    struct Change: Sendable {
        var name: String
        var value: String?
        var verdict: WebSocketHandshake.Verdict

        init(_ name: String, _ value: String?, _ verdict: WebSocketHandshake.Verdict) {
            self.name = name
            self.value = value
            self.verdict = verdict
        }
    }

    @Test(
        "An opening handshake is judged by its fields",
        arguments: [
            Change("Host", "localhost", .acceptable),
            Change("Upgrade", "WebSocket", .acceptable),
            Change("Upgrade", "h2c, websocket", .acceptable),
            Change("Connection", "keep-alive, Upgrade", .acceptable),
            Change("Connection", "UPGRADE", .acceptable),
            Change("Origin", "https://elsewhere.example.com", .acceptable),
            Change("Sec-WebSocket-Protocol", "chat", .acceptable),
            Change("Sec-WebSocket-Extensions", "permessage-deflate", .acceptable),
            Change("Upgrade", nil, .upgradeRequired),
            Change("Upgrade", "h2c", .upgradeRequired),
            Change("Connection", nil, .upgradeRequired),
            Change("Connection", "keep-alive", .upgradeRequired),
            Change("Sec-WebSocket-Version", nil, .upgradeRequired),
            Change("Sec-WebSocket-Version", "8", .upgradeRequired),
            Change("Sec-WebSocket-Key", nil, .malformed),
            Change("Sec-WebSocket-Key", "", .malformed),
            Change("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ", .malformed),
            Change("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=A", .malformed),
            Change("Sec-WebSocket-Key", "dGhl!HNhbXBsZSBub25jZQ==", .malformed),
        ])
    func judgesFields(change: Change) {
        var fields = Self.fields
        fields.remove(name: change.name)
        if let value = change.value { fields.add(name: change.name, value: value) }
        #expect(WebSocketHandshake.verdict(method: .GET, version: .http1_1, headers: fields, hasBody: false) == change.verdict)
    }

    @Test("Method, version, a body and a second key are judged")
    func judgesTheRest() {
        #expect(WebSocketHandshake.verdict(method: .POST, version: .http1_1, headers: Self.fields, hasBody: false) == .malformed)
        #expect(WebSocketHandshake.verdict(method: .GET, version: .http1_1, headers: Self.fields, hasBody: true) == .malformed)
        #expect(WebSocketHandshake.verdict(method: .GET, version: .http1_0, headers: Self.fields, hasBody: false) == .upgradeRequired)
        var twice = Self.fields
        twice.add(name: "Sec-WebSocket-Key", value: "dGhlIHNhbXBsZSBub25jZQ==")
        #expect(WebSocketHandshake.verdict(method: .GET, version: .http1_1, headers: twice, hasBody: false) == .malformed)
    }

    @Test("A request says of itself whether it is an upgrade")
    func requestKnows() {
        #expect(HTTPRequest(method: .GET, uri: "/a", headers: Self.fields).isWebSocketUpgrade)
        #expect(!HTTPRequest(method: .GET, uri: "/a").isWebSocketUpgrade)
    }
}
