public import NIOHTTP1

/// The server answered the opening request, but not with a WebSocket.
public struct WebSocketUpgradeRefused: Error, Sendable, Equatable {
    /// The status of its answer.
    public var status: HTTPResponseStatus

    /// Creates the error.
    ///
    /// - Parameter status: The status of the answer.
    public init(status: HTTPResponseStatus) {
        self.status = status
    }
}

/// There was no connection.
public enum WebSocketConnectError: Error, Sendable, Equatable {
    /// The text is no `ws` or `wss` URL.
    case invalidURL
    /// A header field of the opening request has a name or value that cannot be sent.
    case invalidHeader(String)
    /// The name cannot be resolved, nobody listens there, or TLS failed; the text says which.
    case unreachable(String)
    /// It took too long.
    case timedOut
    /// The answer breaks the opening handshake: a wrong accept key, an extension or a subprotocol, or no HTTP; the text says what.
    case invalidAnswer(String)
}
