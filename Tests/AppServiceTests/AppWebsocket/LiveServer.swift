import Bridge
import Logging
import NIOCore
import Protocol
import Synchronization
import Transport

@testable import AppService

/// An instance's sessions behind a real listener on loopback.
struct LiveServer: Sendable {
    static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let url: String
    let server: AppWebsocketServer
    let links: PBXLinks

    /// Runs a server, then the body, then ends both.
    static func run(
        clock: any WallClock, passwords: @escaping @Sendable () -> [Secret] = { [Secret(Logins.password)] }, apis: [any AppWebsocketApi] = [],
        _ body: @escaping @Sendable (LiveServer) async throws -> Void
    ) async throws {
        let links = PBXLinks()
        let server = AppWebsocketServer(
            domain: Logins.domain, passwords: passwords,
            describe: { app in
                AppInfoResult(app: app, info: ["hidden": true, "apis": [:]], serviceInfo: ["apis": ["com.acme.connector": [:]]])
            }, apis: apis, links: links, clock: clock, makeChallenge: { Logins.challenge }, logger: log)
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        let listener = HTTPServer(configuration: .init(port: 0), logger: log, onListening: { report.yield($0.port ?? 0) }) { request in
            server.answer(request)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await listener.run() }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            try await body(LiveServer(url: "ws://127.0.0.1:\(port)/example.com/connector", server: server, links: links))
            group.cancelAll()
        }
    }

    func connect<Result: Sendable>(_ body: @escaping @Sendable (Peer) async throws -> Result) async throws -> Result {
        try await WebSocketClient(logger: Self.log).withConnection(to: url) { try await body(Peer(connection: $0)) }
    }

    /// Connects and logs in.
    func logIn<Result: Sendable>(as role: SessionRole, _ body: @escaping @Sendable (Peer) async throws -> Result) async throws -> Result {
        try await connect { peer in
            try await peer.logIn(Logins.signed(Logins.login(role)))
            return try await body(peer)
        }
    }
}

/// A bare WebSocket that talks in texts.
struct Peer: Sendable {
    let connection: WebSocketConnection

    func send(_ text: String) async throws { try await connection.send(text: text) }

    func receive() async throws -> String? {
        guard case .text(let buffer)? = try await connection.receive() else { return nil }
        return String(buffer: buffer)
    }

    func ask(_ text: String) async throws -> String? {
        try await send(text)
        return try await receive()
    }

    struct NotLoggedIn: Error {
        var answer: String?
    }

    func logIn(_ login: AppLogin) async throws {
        _ = try await ask(#"{"mt":"AppChallenge"}"#)
        let answer = try await ask(Logins.text(login.encoded()))
        guard answer?.contains(#""ok":true"#) == true else { throw NotLoggedIn(answer: answer) }
    }
}

/// An API that repeats what it gets.
final class EchoApi: AppWebsocketApi {
    let name = "Echo"
    let roles: Set<SessionRole> = [.manager]
    let endedSessions = Mutex<[Int]>([])

    struct Failure: Error {}

    func receive(_ message: Envelope, from session: AppSession) async throws {
        if message.mt == "Fail" { throw Failure() }
        var writer = JSONObjectWriter()
        writer.write("api", name)
        writer.write("mt", message.mt + "Result")
        writer.write("src", message.src?.raw)
        writer.write("sip", session.login.sip)
        try await session.send(writer.finish())
    }

    func ended(_ session: AppSession) async { endedSessions.withLock { $0.append(session.id) } }
}
