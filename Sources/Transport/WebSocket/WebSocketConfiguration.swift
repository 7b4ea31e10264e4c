/// The limits and times of one WebSocket.
public struct WebSocketConfiguration: Sendable, Equatable {
    /// The longest message that is taken, in bytes; a longer one closes with 1009.
    public var maximumMessageSize: Int
    /// The longest single frame that is taken, in bytes; a longer one closes with 1009.
    public var maximumFrameSize: Int
    /// The longest frame that is sent, in bytes; longer messages are sent as several frames ("AppWebsocket, Transport").
    public var fragmentSize: Int
    /// The time between two pings.
    public var pingInterval: Duration
    /// How long nothing may arrive before the connection is given up. While received messages wait to be taken it does not run.
    public var silenceLimit: Duration
    /// How long to wait for the peer's part of closing.
    public var closeTimeout: Duration

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - maximumMessageSize: The longest message that is taken, in bytes.
    ///   - maximumFrameSize: The longest single frame that is taken, in bytes; as long as a message if nil.
    ///   - fragmentSize: The longest frame that is sent, in bytes.
    ///   - pingInterval: The time between two pings.
    ///   - silenceLimit: How long nothing may arrive before the connection is given up.
    ///   - closeTimeout: How long to wait for the peer's part of closing.
    public init(
        maximumMessageSize: Int = 1 << 20,
        maximumFrameSize: Int? = nil,
        fragmentSize: Int = 16_000,
        pingInterval: Duration = .seconds(30),
        silenceLimit: Duration = .seconds(90),
        closeTimeout: Duration = .seconds(5)
    ) {
        self.maximumMessageSize = maximumMessageSize
        self.maximumFrameSize = min(maximumFrameSize ?? maximumMessageSize, maximumMessageSize)
        self.fragmentSize = fragmentSize
        self.pingInterval = pingInterval
        self.silenceLimit = silenceLimit
        self.closeTimeout = closeTimeout
    }
}
