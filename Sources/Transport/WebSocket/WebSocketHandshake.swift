import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The server's side of the opening handshake (RFC 6455 section 4.2).
enum WebSocketHandshake {
    /// What a request is worth as an opening handshake.
    enum Verdict: Equatable {
        case acceptable
        /// It asks for no WebSocket, or for one of another version: 426.
        case upgradeRequired
        /// It asks for a WebSocket in a way that is not allowed: 400.
        case malformed
    }

    static func verdict(method: HTTPMethod, version: HTTPVersion, headers: HTTPHeaders, hasBody: Bool) -> Verdict {
        guard version == .http1_1, headers.hasToken("websocket", in: "upgrade"), headers.hasToken("upgrade", in: "connection"),
            headers["sec-websocket-version"] == ["13"]
        else { return .upgradeRequired }
        let keys = headers["sec-websocket-key"]
        guard method == .GET, !hasBody, keys.count == 1, isKey(keys[0]) else { return .malformed }
        return .acceptable
    }

    /// The answer that accepts an opening handshake. It agrees upon no extension and no subprotocol.
    static func answer(to head: HTTPRequestHead, on channel: any Channel) async throws -> ByteBuffer {
        // Only for the accept value; the pipeline is not the upgrader's.
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededFuture(()) })
        let fields = try await upgrader.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:]).get()
        let accept = fields.first(name: "sec-websocket-accept") ?? ""
        return ByteBuffer(
            string: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: \(accept)\r\n\r\n")
    }

    /// Whether the text is 16 bytes in base64.
    private static func isKey(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 24, bytes.suffix(2).elementsEqual("==".utf8) else { return false }
        return bytes.dropLast(2).allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "+"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
    }
}

extension HTTPHeaders {
    /// Whether a list field holds the token, in upper or lower case.
    func hasToken(_ token: String, in name: String) -> Bool {
        self[canonicalForm: name].contains { $0.lowercased() == token }
    }
}
