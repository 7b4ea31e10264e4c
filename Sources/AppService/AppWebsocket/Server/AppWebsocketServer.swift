public import Bridge
public import Logging
import NIOCore
public import Protocol
import Synchronization
public import Transport

/// The AppWebsocket sessions of one instance: every upgrade below its root.
///
/// A session costs one task and its WebSocket. Passwords and descriptions are asked for anew each time, so that they may change.
public final class AppWebsocketServer: Sendable {
    private struct State {
        var sessions: [Int: Entry] = [:]
        var throttle = LoginThrottle()
        var challenges = RecentChallenges()
    }

    private struct Entry {
        var session: AppSession
        var password: Secret
    }

    /// Numbers the sessions of the process.
    private static let lastID = Mutex(0)

    private let instance: ServerSession.Instance
    private let describe: @Sendable (String) -> AppInfoResult
    private let apis: [String: any AppWebsocketApi]
    private let links: PBXLinks?
    private let clock: any WallClock
    private let makeChallenge: @Sendable () -> String
    private let logger: Logger
    private let tracingLogger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - domain: the instance's PBX domain
    ///   - passwords: the passwords that logins may be made with now; the first is the instance's
    ///   - describe: what an app is, by the last segment of its URL; of an unknown one both descriptions are empty
    ///   - apis: what messages with `api` are handed to; of several with one name the first
    ///   - links: where the PBX's connections are entered; without it they are sessions like any other
    ///   - clock: the one clock
    ///   - makeChallenge: makes 16 digits that nobody can guess
    ///   - logger: where it logs
    public init(
        domain: String,
        passwords: @escaping @Sendable () -> [Secret],
        describe: @escaping @Sendable (String) -> AppInfoResult,
        apis: [any AppWebsocketApi] = [],
        links: PBXLinks?,
        clock: any WallClock,
        makeChallenge: @escaping @Sendable () -> String = AppWebsocketServer.randomChallenge,
        logger: Logger
    ) {
        self.describe = describe
        self.apis = Dictionary(apis.map { ($0.name, $0) }) { first, _ in first }
        instance = ServerSession.Instance(domain: domain, apis: self.apis.mapValues(\.roles), passwords: { _ in passwords() })
        self.links = links
        self.clock = clock
        self.makeChallenge = makeChallenge
        self.logger = logger
        tracingLogger = logger.tracing(.appWebSocket)
    }

    /// Sessions of several domains, each with passwords of its own.
    ///
    /// - Parameters:
    ///   - passwords: the passwords that a login of this domain may be made with now
    ///   - describe, apis, clock, logger: as for an instance
    public init(
        passwordsOfDomain passwords: @escaping @Sendable (String) -> [Secret],
        describe: @escaping @Sendable (String) -> AppInfoResult,
        apis: [any AppWebsocketApi],
        clock: any WallClock,
        logger: Logger
    ) {
        self.describe = describe
        self.apis = Dictionary(apis.map { ($0.name, $0) }) { first, _ in first }
        instance = ServerSession.Instance(domain: nil, apis: self.apis.mapValues(\.roles), passwords: passwords)
        links = nil
        self.clock = clock
        makeChallenge = Self.randomChallenge
        self.logger = logger
        tracingLogger = logger.tracing(.appWebSocket)
    }

    /// 16 decimal digits of the system's random source (AppWebsocket, Messages).
    @Sendable public static func randomChallenge() -> String {
        String(decoding: (0..<16).map { _ in UInt8.random(in: UInt8(ascii: "0")...UInt8(ascii: "9")) }, as: UTF8.self)
    }

    /// Answers an upgrade: it becomes a session.
    ///
    /// - Parameters:
    ///   - request: its path plays no part in what the session may do
    ///   - address: the client's address as a trusted proxy forwards it; nil: the peer's
    public func answer(_ request: HTTPRequest, from address: String? = nil) -> HTTPAnswer {
        let address = address ?? request.remoteAddress
        let path = request.path
        return .webSocket { await self.serve($0, address: address, path: path) }
    }

    /// The sessions that are logged in.
    public var sessions: [AppSession] { state.withLock { $0.sessions.values.map(\.session) } }

    /// Whether one of the sessions was given this challenge in the last 60 s.
    public func hasIssued(_ challenge: String) -> Bool {
        let now = clock.now()
        return state.withLock { $0.challenges.contains(challenge, at: now) }
    }

    /// Closes the sessions whose password is no longer one of the passwords.
    public func closeOutdatedSessions() async {
        let entries = state.withLock { Array($0.sessions.values) }
        let outdated = entries.filter { !instance.passwords($0.session.login.domain).contains($0.password) }.map(\.session)
        await withDiscardingTaskGroup { group in
            for session in outdated { group.addTask { await session.close() } }
        }
    }

    // MARK: One session

    // What a session keeps while it waits is the largest stack that its task has had, a thousand times: so whatever is over is done in tasks
    // that have ended by then.

    /// A session that is logged in.
    private struct LiveSession {
        var session: AppSession
        var connection: WebSocketConnection
        var rules: ServerSession
        var link: PBXLink?
    }

    @inline(never)
    private func serve(_ connection: WebSocketConnection, address: String, path: String) async {
        guard var live = try? await inOwnTask({ await self.begin(connection, address: address, path: path) }) else { return }
        while await goOn(&live) {}
        await end(live)
    }

    private func begin(_ connection: WebSocketConnection, address: String, path: String) async -> LiveSession? {
        guard let entrance = await logIn(connection, address: address) else { return nil }
        let live = enter(entrance, connection, address: address, path: path)
        // The password may have changed between the login and now, when the session is known to whoever changes it.
        guard instance.passwords(entrance.login.domain).contains(entrance.password) else {
            await connection.close(code: .normal)
            await end(live)
            return nil
        }
        return live
    }

    private func enter(_ entrance: Entrance, _ connection: WebSocketConnection, address: String, path: String) -> LiveSession {
        let login = entrance.login
        let id = Self.lastID.withLock { last in
            last += 1
            return last
        }
        let session = AppSession(
            id: id, login: login, address: address, connection: connection, trace: MessageTrace(tracingLogger, of: .session(id)))
        logger.info(
            "Session logged in",
            metadata: [
                "session": "\(id)", "role": "\(login.role.rawValue)", "sip": "\(login.sip.prefix(64))", "address": "\(address)",
                "path": "\(path.prefix(200))",
            ])
        state.withLock { $0.sessions[id] = Entry(session: session, password: entrance.password) }
        var live = LiveSession(session: session, connection: connection, rules: entrance.rules)
        if login.role == .pbx {
            var logger = logger
            logger[metadataKey: "session"] = "\(id)"
            live.link = links?.add(session, at: clock.now(), clock: clock, logger: logger)
        }
        return live
    }

    @inline(never)
    private func end(_ live: LiveSession) async {
        let session = live.session
        state.withLock { $0.sessions[session.id] = nil }
        if let link = live.link { links?.remove(link) }
        for api in apis.values { await api.ended(session) }
        let closure = live.connection.closeReason
        logger.info(
            "Session ended",
            metadata: [
                "session": "\(session.id)", "code": "\(closure?.code.rawValue ?? 0)", "by": "\(closure.map { "\($0.side)" } ?? "us")",
            ])
    }

    /// A login that holds.
    private struct Entrance {
        var login: SessionLogin
        var password: Secret
        /// The rules, as far as they have come.
        var rules: ServerSession
    }

    /// Runs a connection up to its login; nil if it ends without.
    private func logIn(_ connection: WebSocketConnection, address: String) async -> Entrance? {
        var rules = ServerSession(at: clock.now())
        let trace = MessageTrace(tracingLogger, of: .address(address))
        func send(_ bytes: [UInt8]) async throws {
            trace.sent(bytes)
            try await connection.send(text: ByteBuffer(bytes: bytes))
        }
        while true {
            let actions: [ServerSession.Action]
            switch await receive(connection, until: rules.deadline, trace) {
            case .text(let bytes): actions = rules.received(bytes, of: instance, makeChallenge: makeChallenge)
            case .nothing: actions = rules.timeReached(at: clock.now())
            case .end: return nil
            }
            for action in actions {
                do {
                    switch action {
                    case .challenge(let challenge, let answer):
                        let now = clock.now()
                        state.withLock { $0.challenges.issued(challenge, at: now) }
                        try await send(answer)
                    case .refuse(let answer):
                        let failedAt = clock.now()
                        let delay = state.withLock { $0.throttle.failed(from: address, at: failedAt) }
                        logger.notice("Login failed", metadata: ["address": "\(address)"])
                        try await clock.sleep(for: delay)
                        try await send(answer)
                        if case .close(let code, let reason)? = rules.refused(at: clock.now()).first {
                            await connection.close(code: code, reason: reason)
                            return nil
                        }
                    case .loggedIn(let login, let password, let answer):
                        try await send(answer)
                        return Entrance(login: login, password: password, rules: rules)
                    case .close(let code, let reason):
                        logger.debug("Connection closed before login", metadata: ["address": "\(address)", "code": "\(code)"])
                        await connection.close(code: code, reason: reason)
                        return nil
                    case .send(let answer):
                        try await send(answer)
                    case .describe, .pbxInfo, .services, .deliver, .deny, .ignored:
                        break
                    }
                } catch {
                    return nil
                }
            }
        }
    }

    /// Takes the next message; returns whether there may be more.
    private func goOn(_ live: inout LiveSession) async -> Bool {
        guard let bytes = await live.session.receive() else { return false }
        return await take(bytes, &live)
    }

    @inline(never)
    private func take(_ bytes: [UInt8], _ live: inout LiveSession) async -> Bool {
        let actions = live.rules.received(bytes, of: instance, makeChallenge: makeChallenge)
        let (session, link) = (live.session, live.link)
        return (try? await inOwnTask { try await self.perform(actions, of: session, link: link) }) != nil
    }

    /// Performs what the rules say of a message after the login.
    ///
    /// - Throws: `CancellationError`
    private func perform(_ actions: [ServerSession.Action], of session: AppSession, link: PBXLink?) async throws {
        for action in actions {
            do {
                switch action {
                case .send(let answer): try await session.send(answer)
                case .describe(let question, let src): try await session.send(description(of: question.app), src: src)
                case .pbxInfo(let info): try await link?.received(info)
                case .services(let message): try await link?.received(message)
                case .deliver(let message): try await apis[message.api ?? ""]?.receive(message, from: session)
                case .deny(let message): try await apis[message.api ?? ""]?.refuse(message, from: session)
                case .ignored(let mt):
                    logger.debug("Ignored a message", metadata: ["session": "\(session.id)", "mt": "\(mt.prefix(64))"])
                case .challenge, .refuse, .loggedIn, .close: break
                }
            } catch let error as CancellationError {
                throw error
            } catch is WebSocketClosed {
                // What arrived before is still taken; then receiving ends.
            } catch {
                logger.error("A message could not be handled", metadata: ["session": "\(session.id)", "error": "\(error)"])
            }
        }
    }

    private func description(of app: String) -> AppInfoResult {
        var result = describe(app)
        result.app = app
        return result
    }

    private enum Received {
        case text([UInt8])
        case nothing
        case end
    }

    /// The next text message before the login; `nothing` if there is none until the deadline.
    private func receive(_ connection: WebSocketConnection, until deadline: Moment?, _ trace: MessageTrace) async -> Received {
        guard let deadline else { return await Self.receive(connection, trace) }
        return await withTaskGroup(of: Received.self) { group in
            group.addTask { await Self.receive(connection, trace) }
            group.addTask { [clock] in
                (try? await clock.sleep(until: deadline)) == nil ? .end : .nothing
            }
            defer { group.cancelAll() }
            return await group.next() ?? .end
        }
    }

    private static func receive(_ connection: WebSocketConnection, _ trace: MessageTrace) async -> Received {
        guard let bytes = await connection.nextText() else { return .end }
        trace.received(bytes)
        return .text(bytes)
    }
}
