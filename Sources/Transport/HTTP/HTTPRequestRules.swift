import NIOHTTP1

/// What the parser lets through and this server does not (RFC 9110, RFC 9112).
struct HTTPRequestRules {
    /// The longest path, in bytes ("AppWebsocket, Transport").
    static let maximumPathLength = 8192
    /// The longest request target, in bytes.
    static let maximumTargetLength = 16384

    /// The status to refuse a request with, before its body is read; nil if nothing is wrong with it.
    static func refusal(of head: HTTPRequestHead) -> HTTPResponseStatus? {
        guard head.version.major == 1 else { return .httpVersionNotSupported }
        if let status = targetRefusal(method: head.method, uri: head.uri) { return status }
        guard !head.headers.contains(where: { hasControl($0.value) }) else { return .badRequest }
        let hosts = head.headers["host"]
        guard hosts.count <= 1, hosts.count == 1 || head.version == .http1_0 else { return .badRequest }
        guard !hosts.contains(where: { $0.contains(" ") || $0.contains(",") }) else { return .badRequest }
        if let status = framingRefusal(of: head) { return status }
        if head.version == .http1_1, head.headers["expect"].contains(where: { $0.lowercased() != "100-continue" }) {
            return .expectationFailed
        }
        return nil
    }

    /// Whether the client waits for `100 Continue` before it sends the body.
    static func expectsContinue(_ head: HTTPRequestHead) -> Bool {
        head.version == .http1_1 && head.headers.hasToken("100-continue", in: "expect")
    }

    /// Whether a body follows the head.
    static func hasBody(_ head: HTTPRequestHead) -> Bool {
        if head.headers.contains(name: "transfer-encoding") { return true }
        guard let length = head.headers.first(name: "content-length") else { return false }
        // A length that is none, or beyond all, may have the parser wait for a body: such a request is refused without waiting, too.
        return Int(length) != 0
    }

    /// The declared length; nil if the body is chunked.
    static func bodyLength(of head: HTTPRequestHead) -> Int? {
        if head.headers.contains(name: "transfer-encoding") { return nil }
        return head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    }

    /// Whether the parser stops after this request, as what follows may be another protocol.
    static func stopsParser(_ head: HTTPRequestHead) -> Bool {
        head.headers.contains(name: "upgrade") && head.headers.hasToken("upgrade", in: "connection")
    }

    private static func targetRefusal(method: HTTPMethod, uri: String) -> HTTPResponseStatus? {
        guard method != .CONNECT else { return .notImplemented }
        let path = RequestTarget.path(of: uri)
        guard path.utf8.count <= maximumPathLength, uri.utf8.count <= maximumTargetLength else { return .uriTooLong }
        guard uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return .badRequest }
        if uri == "*" { return method == .OPTIONS ? nil : .badRequest }
        return path.hasPrefix("/") ? nil : .badRequest
    }

    /// Ambiguous framing is how requests are smuggled past a proxy: none of it is taken.
    private static func framingRefusal(of head: HTTPRequestHead) -> HTTPResponseStatus? {
        let encodings = head.headers["transfer-encoding"]
        let lengths = head.headers["content-length"]
        if !encodings.isEmpty {
            guard lengths.isEmpty, head.version == .http1_1 else { return .badRequest }
            guard encodings.count == 1, encodings[0].lowercased() == "chunked" else { return .notImplemented }
        }
        guard lengths.count <= 1 else { return .badRequest }
        guard lengths.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } && Int($0) != nil }) else { return .badRequest }
        return nil
    }

    private static func hasControl(_ value: String) -> Bool {
        value.utf8.contains { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }
    }
}
