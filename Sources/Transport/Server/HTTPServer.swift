public import Logging
public import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle

/// An HTTP/1.1 server whose connections may become WebSockets at any request.
///
/// ```swift
/// let server = HTTPServer(configuration: .init(port: 8080), logger: logger) { request in
///     .response(.text(.ok, "You asked for \(request.path)"))
/// }
/// try await server.run()
/// ```
///
/// A graceful shutdown stops accepting, lets requests finish, closes WebSockets with 1001 and ends within the drain
/// time-out; cancelling the task that runs it cuts everything now.
public struct HTTPServer: Service {
    private let configuration: Configuration
    private let logger: Logger
    private let onListening: @Sendable (SocketAddress) async -> Void
    private let handler: @Sendable (HTTPRequest) async -> HTTPAnswer

    /// Creates a server; it listens once it runs.
    ///
    /// - Parameters:
    ///   - configuration: Where it listens, and what it takes.
    ///   - logger: Where it logs.
    ///   - onListening: Called once with the address that it listens on.
    ///   - handler: Answers requests, many at once; it is cancelled when the server is.
    public init(
        configuration: Configuration,
        logger: Logger,
        onListening: @escaping @Sendable (SocketAddress) async -> Void = { _ in },
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPAnswer
    ) {
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        self.handler = handler
    }

    private typealias Listener = NIOAsyncChannel<HTTPConnection?, Never>

    private enum End {
        /// All connections are served.
        case served
        /// They took too long after the shutdown.
        case drainTimedOut
    }

    /// Listens and serves until shutdown or cancellation.
    ///
    /// - Throws: If it cannot listen there.
    public func run() async throws {
        let server = HTTPServerContext(configuration: configuration, logger: logger, handler: handler)
        let (time, registry) = (server.time, server.registry)
        let listener = try await listen(server)
        defer { registry.cut() }
        if let address = listener.channel.localAddress { await onListening(address) }
        try await withThrowingTaskGroup(of: End.self) { group in
            group.addTask {
                try await accept(listener)
                return .served
            }
            group.addTask {
                try await gracefulShutdown()
                try? await listener.channel.close().get()
                registry.quiesce()
                try await time.sleep(configuration.drainTimeout)
                return .drainTimedOut
            }
            group.addTask {
                while true {
                    try await time.sleep(Self.tick)
                    registry.tell(time.now())
                }
            }
            if case .drainTimedOut = try await group.next() {
                logger.notice("Connections were cut after the drain time-out", metadata: ["connections": "\(registry.count)"])
            }
            group.cancelAll()
        }
    }

    /// How exactly times are kept.
    private static let tick = Duration.milliseconds(500)

    private func listen(_ server: HTTPServerContext) async throws -> Listener {
        let tls = configuration.tls
        return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { [logger] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AcceptErrorHandler(logger: logger))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // Each connection keeps the buffer that it reads into. It grows with what arrives, and most that last long are idle WebSockets.
            .childChannelOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 512, maximum: 65_536))
            .bind(host: configuration.host, port: configuration.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.connection(on: channel, tls, server)
                }
            }
    }

    /// Prepares a new connection; nil if there are too many.
    private static func connection(on channel: any Channel, _ tls: ServerTLS?, _ server: HTTPServerContext) throws -> HTTPConnection? {
        let deadline = Deadline()
        guard server.registry.add(channel, deadline) else {
            channel.close(promise: nil)
            return nil
        }
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls.context)) }
        let http = HTTPServerHandler(server: server, deadline: deadline)
        try http.install(in: pipeline)
        let handler = NIOLoopBound(http, eventLoop: channel.eventLoop)
        return HTTPConnection(connection: HTTPServerChannel(channel: channel, handler: handler), server: server)
    }

    /// Serves connections until the listening socket is closed and the last of them is served.
    private func accept(_ listener: Listener) async throws {
        try await listener.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    guard let connection else { continue }
                    group.addTask(executorPreference: connection.executor) { await connection.run() }
                }
            }
        }
    }
}
