import Testing

@testable import Transport

@Suite struct WebSocketURLTests {
    @Test("A URL is taken apart")
    func takesApart() throws {
        let url = try #require(WebSocketURL("wss://pbx.example.com/PBX0/APPS/websocket?a=b"))
        #expect(url.isSecure)
        #expect(url.host == "pbx.example.com")
        #expect(url.port == 443)
        #expect(url.target == "/PBX0/APPS/websocket?a=b")
        #expect(url.hostField == "pbx.example.com")
    }

    @Test(
        "Host, port and target have their defaults and forms",
        arguments: [
            ("ws://h", "h", 80, "/", "h"), ("WS://h:80/", "h", 80, "/", "h"), ("ws://h:8080/a", "h", 8080, "/a", "h:8080"),
            ("ws://h?a", "h", 80, "/?a", "h"), ("ws://[::1]:81/a", "::1", 81, "/a", "[::1]:81"), ("ws://[::1]", "::1", 80, "/", "[::1]"),
            ("ws://h:/a", "h", 80, "/a", "h"), ("wss://h:80", "h", 80, "/", "h:80"),
        ])
    func knowsForms(text: String, host: String, port: Int, target: String, hostField: String) throws {
        let url = try #require(WebSocketURL(text))
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.target == target)
        #expect(url.hostField == hostField)
    }

    @Test(
        "What is no WebSocket URL is refused",
        arguments: [
            "", "ws", "ws:", "ws:/h", "ws://", "ws:///a", "http://h/", "ws://h:0/", "ws://h:65536/", "ws://h:-1/", "ws://h:x/", "ws://u@h/",
            "ws://h/a#b", "ws://h/a b", "ws://h/\r\nX: y", "ws://[::1", "ws://[h]/", "ws://[::1]x/", "ws://h/ü",
        ])
    func refuses(text: String) {
        #expect(WebSocketURL(text) == nil)
    }
}
