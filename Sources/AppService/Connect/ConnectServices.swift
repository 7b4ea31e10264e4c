/// What the Connect adapter needs of the connection to the PBX: the list of services, and logged-in connections to them.
public protocol ConnectServices: Sendable {
    /// The services as the PBX lists them: what is known now, then every further list, also one that is the same as before.
    ///
    /// Nil means that there is no connection to the PBX; it takes the list, and every connection derived from it, with it.
    func lists() -> AsyncStream<[ConnectServiceEntry]?>

    /// Connects to a service and logs in to it with the PBX's help, runs `body`, and closes the connection.
    ///
    /// The connection also ends when the one to the PBX does. Times out by itself.
    /// - Throws: what `body` throws, or why the connection or the login failed, in words that may be shown.
    func withConnection<Result: Sendable>(
        to entry: ConnectServiceEntry, _ body: @escaping @Sendable (any ConnectConnection) async throws -> Result
    ) async throws -> Result
}

/// A logged-in connection to Connect.
public protocol ConnectConnection: Sendable {
    /// The SIP name under which we are logged in: the one of our app object.
    var sip: String { get }

    /// Sends one message. May be called by several tasks at once; suspends while the other side does not read.
    /// - Throws: once the connection is closed.
    func send(_ message: [UInt8]) async throws

    /// The next message; nil once the connection is closed. Called by one task at a time.
    /// - Throws: if the connection broke, or `CancellationError` when the task is cancelled.
    func receive() async throws -> [UInt8]?
}

/// An entry of the PBX's list of services (AppWebsocket, Services).
public struct ConnectServiceEntry: Hashable, Sendable {
    /// The app object's name.
    public var name: String
    /// Where the service is.
    public var url: String
    /// The ids that it offers: the keys of `info.apis`, or of `info` itself where there is no `apis`. Empty if `info` is null.
    public var apis: Set<String>

    /// Creates an entry.
    public init(name: String, url: String, apis: Set<String>) {
        self.name = name
        self.url = url
        self.apis = apis
    }
}
