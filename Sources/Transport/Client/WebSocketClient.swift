public import Logging
import NIOCore
public import NIOHTTP1
import NIOPosix
public import NIOSSL

/// Opens WebSockets.
///
/// ```swift
/// let client = WebSocketClient(logger: logger)
/// try await client.withConnection(to: "wss://pbx.example.com/PBX0/APPS/websocket") { connection in
///     try await connection.send(text: #"{"mt":"AppChallenge"}"#)
///     while let message = try await connection.receive() { … }
/// }
/// ```
public struct WebSocketClient: Sendable {
    private let tls: TLSContextCache
    private let connectTimeout: Duration
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - tls: The TLS settings for `wss`, 1.2 and 1.3 only; the system's trust roots if nil.
    ///   - connectTimeout: How long connecting may take, from the name's resolution to the server's answer.
    ///   - clock: The clock of all times.
    ///   - logger: Where it logs.
    public init(
        tls: TLSConfiguration? = nil,
        connectTimeout: Duration = .seconds(10),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) {
        self.tls = TLSContextCache(tls)
        self.connectTimeout = connectTimeout
        self.clock = clock
        self.logger = logger
    }

    /// Connects, runs the body with the connection, closes it and returns what the body returned.
    ///
    /// If the body returns, the WebSocket is closed with 1000, if it throws with 1011; if the task is cancelled it is cut.
    ///
    /// - Parameters:
    ///   - url: A `ws` or `wss` URL.
    ///   - headers: Further header fields of the opening request; those of the handshake itself are replaced.
    ///   - configuration: Limits and times.
    ///   - body: Owns the connection.
    /// - Throws: ``WebSocketUpgradeRefused`` if the server answers anything but 101, ``WebSocketConnectError`` if there is no
    ///   connection, and what the body throws.
    @discardableResult
    public func withConnection<Result: Sendable>(
        to url: String,
        headers: HTTPHeaders = [:],
        configuration: WebSocketConfiguration = .init(),
        _ body: @Sendable (WebSocketConnection) async throws -> Result
    ) async throws -> Result {
        guard let url = WebSocketURL(url) else { throw WebSocketConnectError.invalidURL }
        if let field = headers.first(where: { !Self.isSendable($0.name) || !Self.isSendable($0.value) }) {
            throw WebSocketConnectError.invalidHeader(field.name)
        }
        let time = TimeSource(clock)
        let deadline = Deadline()
        let connection = try await withTimeout(time) {
            try await connect(url, headers, configuration, time, deadline)
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await time.sleep(Self.tick)
                    connection.tell(time.now(), deadline)
                }
            }
            defer { group.cancelAll() }
            return try await withTaskCancellationHandler {
                do {
                    let result = try await body(connection)
                    await connection.close()
                    return result
                } catch {
                    await connection.close(code: .internalError)
                    throw error
                }
            } onCancel: {
                connection.cut()
            }
        }
    }

    /// How exactly times are kept.
    private static let tick = Duration.milliseconds(500)

    private func connect(
        _ url: WebSocketURL, _ headers: HTTPHeaders, _ configuration: WebSocketConfiguration, _ time: TimeSource, _ deadline: Deadline
    ) async throws -> WebSocketConnection {
        let context: NIOSSLContext?
        do {
            context = url.isSecure ? try tls.get() : nil
        } catch {
            throw WebSocketConnectError.unreachable("TLS settings: \(error)")
        }
        let waiter = Waiter<WebSocketConnection>()
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.milliseconds(Int64(connectTimeout / .milliseconds(1))))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(try Self.tlsHandler(context, url.host)) }
                    try WebSocketClientHandler(
                        url: url, headers: headers, configuration: configuration, time: time, deadline: deadline, waiter: waiter
                    ).install(in: pipeline)
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(host: url.host, port: url.port).get()
        } catch {
            throw WebSocketConnectError.unreachable("\(error)")
        }
        return try await waiter.wait {
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private static func tlsHandler(_ context: NIOSSLContext, _ host: String) throws -> NIOSSLClientHandler {
        // An address is no server name; the certificate is then checked against the peer's address.
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host)
    }

    private func withTimeout(
        _ time: TimeSource, _ operation: @escaping @Sendable () async throws -> WebSocketConnection
    ) async throws -> WebSocketConnection {
        try await withThrowingTaskGroup(of: WebSocketConnection.self) { group in
            group.addTask(operation: operation)
            group.addTask { [connectTimeout] in
                try await time.sleep(connectTimeout)
                throw WebSocketConnectError.timedOut
            }
            do {
                guard let connection = try await group.next() else { throw CancellationError() }
                group.cancelAll()
                return connection
            } catch {
                group.cancelAll()
                // A connection that came too late has no owner.
                while let late = await group.nextResult() {
                    if case .success(let connection) = late { connection.cut() }
                }
                throw error
            }
        }
    }

    private static func isSendable(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
