public import Logging
public import NIOCore
import NIOPosix
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
    ///   - handler: Answers requests, many at once.
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

    /// Listens and serves until shutdown or cancellation.
    ///
    /// - Throws: If it cannot listen there, or if the TLS configuration is unusable.
    public func run() async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: configuration.host, port: configuration.port).get()
        if let address = channel.localAddress { await onListening(address) }
        try? await gracefulShutdown()
        try await channel.close()
    }
}
