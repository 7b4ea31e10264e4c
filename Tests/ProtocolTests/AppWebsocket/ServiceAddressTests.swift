import Protocol
import Testing

@Suite("Service address")
struct ServiceAddressTests {
    @Test(
        "The URL without its last segment comes first, then the whole",
        arguments: [
            (
                "https://ap.example.com/example.com/connect/innovaphone-connect",
                ["wss://ap.example.com/example.com/connect", "wss://ap.example.com/example.com/connect/innovaphone-connect"]
            ),
            ("http://10.0.0.1:8080/d/i/app", ["ws://10.0.0.1:8080/d/i", "ws://10.0.0.1:8080/d/i/app"]),
            ("ws://h/d/i/app", ["ws://h/d/i", "ws://h/d/i/app"]),
            ("WSS://h/d/i/app", ["wss://h/d/i", "wss://h/d/i/app"]),
            ("https://h/app", ["wss://h/", "wss://h/app"]),
            ("https://h/", ["wss://h/"]),
            ("https://h", ["wss://h"]),
            ("https://h/d/i/app?x=/y#z", ["wss://h/d/i", "wss://h/d/i/app"]),
            ("https://pbx/PBX0/APPS/websocket", ["wss://pbx/PBX0/APPS/websocket"]),
        ])
    func candidates(url: String, candidates: [String]) {
        #expect(ServiceAddress(url)?.candidates == candidates)
    }

    @Test(
        "A relative URL, or one of another kind, leads nowhere",
        arguments: ["", "../../APPS/x", "/d/i/app", "ftp://h/a", "https://", "https:///a", "https://h/a b", "https://h/a\r\nX: y"])
    func unusable(url: String) {
        #expect(ServiceAddress(url) == nil)
    }
}
