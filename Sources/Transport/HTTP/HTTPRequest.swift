public import NIOHTTP1

/// A request as it reached the server. Its head is complete and checked; its body arrives as it is read.
public struct HTTPRequest: Sendable {
    /// The request method. `CONNECT` never reaches a handler.
    public var method: HTTPMethod
    /// The request target as received: path and query, or an absolute URL.
    public var uri: String
    /// The path without query, percent-encoding kept, beginning with a slash (or `*` of `OPTIONS *`); at most 8,192 bytes.
    public var path: String
    /// The query's names and values, decoded as a form, in the order received.
    public var query: [QueryItem]
    /// The header fields, in the order received.
    public var headers: HTTPHeaders
    /// The peer's IP address without port; of a proxy, if one is in between.
    public var remoteAddress: String
    /// Whether the connection itself is TLS.
    public var isSecure: Bool
    /// The body. It can be read once; a handler may leave it unread.
    public var body: HTTPRequestBody
    /// The protocol version, 1.0 or 1.1.
    public var version: HTTPVersion

    /// Composes a request, as tests of handlers do.
    ///
    /// - Parameters:
    ///   - method: The request method.
    ///   - uri: The request target; path and query are taken from it.
    ///   - headers: The header fields.
    ///   - body: The body.
    ///   - remoteAddress: The peer's IP address without port.
    ///   - isSecure: Whether the connection itself is TLS.
    ///   - version: The protocol version.
    public init(
        method: HTTPMethod,
        uri: String,
        headers: HTTPHeaders = [:],
        body: HTTPRequestBody = HTTPRequestBody(),
        remoteAddress: String = "127.0.0.1",
        isSecure: Bool = false,
        version: HTTPVersion = .http1_1
    ) {
        let target = RequestTarget(uri)
        self.method = method
        self.uri = uri
        self.path = target.path
        self.query = target.query
        self.headers = headers
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
        self.body = body
        self.version = version
    }
}

extension HTTPRequest {
    /// Whether the request asks for a WebSocket in the way RFC 6455 section 4.2.1 wants it: `GET`, HTTP/1.1 without body,
    /// `Upgrade: websocket`, `Connection: upgrade`, version 13 and a valid key. `Origin` and subprotocols play no part.
    public var isWebSocketUpgrade: Bool {
        WebSocketHandshake.verdict(method: method, version: version, headers: headers, hasBody: body.length != 0) == .acceptable
    }
}
