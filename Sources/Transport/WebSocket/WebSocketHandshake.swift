import NIOHTTP1

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
