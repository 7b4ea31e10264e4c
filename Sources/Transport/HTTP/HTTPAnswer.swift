/// What becomes of a request.
public enum HTTPAnswer: Sendable {
    /// It is answered with a response.
    case response(HTTPResponse)
    /// The connection becomes a WebSocket; the closure owns it, and when it returns the WebSocket is closed with 1000.
    /// If the request is not ``HTTPRequest/isWebSocketUpgrade`` it is answered 426 or 400 instead, and the closure never runs.
    case webSocket(WebSocketConfiguration = .init(), @Sendable (WebSocketConnection) async -> Void)
}
