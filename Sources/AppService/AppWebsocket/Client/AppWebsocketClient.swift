public import Bridge
import NIOCore
import NIOHTTP1
import Protocol
public import Transport

/// Connects to other services, and logs in there with the PBX's help (AppWebsocket, Services).
///
/// It makes one attempt; whoever uses it knows when another one makes sense.
public struct AppWebsocketClient: Sendable {
    /// How long the service may take for its part of the login.
    static let patience: Duration = .seconds(30)

    private let links: PBXLinks
    private let client: WebSocketClient
    private let clock: any WallClock

    /// - Parameters:
    ///   - links: the PBX's connections, which list the services and give the logins
    ///   - client: opens the WebSockets
    ///   - clock: the one clock
    public init(links: PBXLinks, client: WebSocketClient, clock: any WallClock) {
        self.links = links
        self.client = client
        self.clock = clock
    }

    /// Connects to a service, logs in, runs `body` and closes the connection. It ends with the PBX's connection that gave the login, too.
    ///
    /// - Parameters:
    ///   - name: of the service's App object, as the PBX lists it
    ///   - body: owns the connection
    /// - Throws: ``ServiceConnectionFailure``, ``ServiceLoginFailure``, `CancellationError`, and what `body` throws
    public func withConnection<Result: Sendable>(
        to name: String, _ body: @escaping @Sendable (ServiceConnection) async throws -> Result
    ) async throws -> Result {
        guard let (link, service) = links.link(listing: name) else { throw ServiceConnectionFailure.notListed(name) }
        guard let address = ServiceAddress(service.url) else { throw ServiceConnectionFailure.unusableURL(name) }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await connect(to: address, name, link, body) }
            group.addTask {
                try await link.waitUntilEnded()
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else { throw ServiceLoginFailure.linkEnded }
            return result
        }
    }

    /// Tries the URL without its last segment, and if the server knows nothing there the whole one.
    private func connect<Result: Sendable>(
        to address: ServiceAddress, _ name: String, _ link: PBXLink, _ body: @escaping @Sendable (ServiceConnection) async throws -> Result
    ) async throws -> Result {
        var refusal: HTTPResponseStatus?
        for url in address.candidates {
            do {
                return try await client.withConnection(to: url) { connection in
                    let service = try await withTimeout { try await logIn(to: name, on: connection, link) }
                    return try await body(service)
                }
            } catch let refused as WebSocketUpgradeRefused {
                refusal = refused.status
                guard refused.status == .notFound || refused.status == .badRequest else { break }
            } catch let error as WebSocketConnectError {
                throw ServiceConnectionFailure.unreachable("\(error)")
            }
        }
        throw ServiceConnectionFailure.noWebSocket(status: Int(refusal?.code ?? 0))
    }

    private func logIn(to name: String, on connection: WebSocketConnection, _ link: PBXLink) async throws -> ServiceConnection {
        var rules = ClientLogin()
        var actions = rules.start()
        var sessionKey: SessionKey?
        while true {
            while !actions.isEmpty {
                switch actions.removeFirst() {
                case .send(let message):
                    try await connection.send(text: ByteBuffer(bytes: message))
                case .obtainLogin(let challenge):
                    let login = try await link.serviceLogin(for: name, challenge: challenge)
                    sessionKey = link.sessionKey(of: login)
                    actions += rules.obtained(login.login)
                case .loggedIn(let login):
                    return ServiceConnection(login: login, sessionKey: sessionKey, connection: connection)
                case .refused(let text):
                    throw ServiceConnectionFailure.loginRefused(text)
                }
            }
            guard let message = try await connection.receive() else { throw ServiceConnectionFailure.closed }
            if case .text(let buffer) = message { actions = rules.received(Array(buffer.readableBytesView)) }
        }
    }

    private func withTimeout(_ operation: @escaping @Sendable () async throws -> ServiceConnection) async throws -> ServiceConnection {
        try await withThrowingTaskGroup(of: ServiceConnection.self) { group in
            group.addTask(operation: operation)
            group.addTask { [clock] in
                try await clock.sleep(for: Self.patience)
                throw ServiceConnectionFailure.noAnswer
            }
            defer { group.cancelAll() }
            guard let connection = try await group.next() else { throw ServiceConnectionFailure.closed }
            return connection
        }
    }
}

/// Why there is no connection to a service.
public enum ServiceConnectionFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// No PBX lists it; with its name.
    case notListed(String)
    /// The PBX lists it with a URL that leads nowhere; with its name.
    case unusableURL(String)
    /// The server cannot be reached; with the reason.
    case unreachable(String)
    /// The server answers, but with no WebSocket.
    case noWebSocket(status: Int)
    /// The service refused the login; with its text for people.
    case loginRefused(String?)
    /// The service did not finish the login within 30 s.
    case noAnswer
    /// The service closed the connection before the login.
    case closed

    /// A phrase that may be shown.
    public var description: String {
        switch self {
        case .notListed(let name): "the PBX lists no service \(name)"
        case .unusableURL(let name): "the URL of the service \(name) leads nowhere"
        case .unreachable(let reason): "the service cannot be reached (\(reason))"
        case .noWebSocket(let status): "the service answers with HTTP status \(status) instead of a WebSocket"
        case .loginRefused(let text): "the service refused the login" + (text.map { " (\($0.prefix(200)))" } ?? "")
        case .noAnswer: "the service did not finish the login within 30 s"
        case .closed: "the service closed the connection before the login"
        }
    }
}
