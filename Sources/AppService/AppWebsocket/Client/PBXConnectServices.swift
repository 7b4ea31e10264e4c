import Protocol

/// What the Connect adapter needs of the PBX: its connections, and the client that logs in through them.
public struct PBXConnectServices: ConnectServices {
    private let links: PBXLinks
    private let client: AppWebsocketClient

    /// - Parameters:
    ///   - links: the PBX's connections
    ///   - client: connects to services
    public init(links: PBXLinks, client: AppWebsocketClient) {
        self.links = links
        self.client = client
    }

    /// The services that the PBXs list; of one name that of the newest connection. Nil until one of them lists any.
    public func lists() -> AsyncStream<[ConnectServiceEntry]?> { links.stream { Self.list($0) } }

    static func list(_ links: [PBXLink.Status]) -> [ConnectServiceEntry]? {
        let lists = links.compactMap(\.services)
        guard !lists.isEmpty else { return nil }
        var names: Set<String> = []
        return lists.joined().filter { names.insert($0.name).inserted }.map { service in
            let offers = service.info?["apis"]?.members ?? service.info?.members ?? []
            return ConnectServiceEntry(name: service.name, url: service.url, apis: Set(offers.map(\.name)))
        }
    }

    /// Connects, logs in, runs `body` and closes.
    public func withConnection<Result: Sendable>(
        to entry: ConnectServiceEntry, _ body: @escaping @Sendable (any ConnectConnection) async throws -> Result
    ) async throws -> Result {
        try await client.withConnection(to: entry.name) { try await body($0) }
    }
}

extension ServiceConnection: ConnectConnection {
    /// The SIP name under which we are logged in.
    public var sip: String { login.sip }
}
