extension HTTPServer {
    /// Where a server listens, and what it takes from its peers.
    public struct Configuration: Sendable {
        /// The host name or address to listen on.
        public var host: String
        /// The port to listen on; 0 takes any free one.
        public var port: Int
        /// Certificate and key for TLS; plain text if nil.
        public var tls: ServerTLS?
        /// How long a new connection may take to send its first request's head, TLS handshake included.
        public var firstRequestTimeout: Duration = .seconds(15)
        /// How long a connection may be idle between two requests.
        public var idleTimeout: Duration = .seconds(75)
        /// How long a later request's head may take from its first byte on.
        public var headTimeout: Duration = .seconds(10)
        /// How long the server waits in total for a request's body, besides what ``minimumBodyRate`` grants.
        public var bodyTimeout: Duration = .seconds(30)
        /// The bytes a second that a body must have in the long run.
        public var minimumBodyRate: Int = 500
        /// How long a part of a response (up to 64 KiB) may take until the peer's side has taken it.
        public var writeTimeout: Duration = .seconds(60)
        /// The most connections at once; more are closed at once.
        public var maximumConnections: Int = 8192
        /// How long a graceful shutdown waits for requests and WebSockets before it cuts them.
        public var drainTimeout: Duration = .seconds(25)
        /// The most bytes of a request's line and header fields; 431 above.
        public var maximumHeadSize: Int = 64 * 1024
        /// The most header fields of a request; 431 above.
        public var maximumHeaderCount: Int = 100
        /// How much of a body that the handler left unread is read to keep the connection; above, it is closed.
        public var unreadBodyLimit: Int = 256 * 1024
        /// The clock of all these times.
        public var clock: any Clock<Duration> = ContinuousClock()

        /// Creates a configuration.
        ///
        /// - Parameters:
        ///   - host: The host name or address to listen on.
        ///   - port: The port to listen on; 0 takes any free one.
        ///   - tls: Certificate and key for TLS; plain text if nil.
        public init(host: String = "127.0.0.1", port: Int = 0, tls: ServerTLS? = nil) {
            self.host = host
            self.port = port
            self.tls = tls
        }
    }
}
