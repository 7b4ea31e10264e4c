public import Bridge
import Logging
public import Protocol
import Synchronization
import Transport

/// One connection of the PBX to us, and what it gives. Everything that it gave ends with it.
public final class PBXLink: Sendable, Identifiable {
    /// What is known of a link.
    public struct Status: Hashable, Sendable, Identifiable {
        /// The link's id.
        public var id: Int
        /// The login that the link was made with: `info.lics` and `info.testmode` are what the PBX says about licences.
        public var login: SessionLogin
        /// When the PBX logged in.
        public var since: Moment
        /// What the PBX says of itself; nil until it does.
        public var info: PbxInfo?
        /// The services that it lists; nil until it does, empty if its Services API is not activated.
        public var services: [ServicesInfo.Service]?
    }

    private typealias Answer = Result<GetServiceLoginResult, ServiceLoginFailure>

    private enum Waiter {
        case waiting(CheckedContinuation<Answer, Never>)
        case answered(Answer)
    }

    private struct State {
        var conversation = PBXConversation()
        var waiters: [Int: Waiter] = [:]
        var hasEnded = false
    }

    /// How long the PBX may take to answer.
    static let patience: Duration = .seconds(10)

    /// The session's id.
    public let id: Int
    private let session: AppSession
    private let since: Moment
    private let clock: any WallClock
    private let logger: Logger
    private let state = Mutex(State())
    private let ending = Watched(false)
    /// Services of which a login is being asked for: of each, one at a time.
    private let busy = Watched<Set<String>>([])
    private let onChange: @Sendable () -> Void

    /// - Parameter onChange: called after each change of what is known
    init(_ session: AppSession, at now: Moment, clock: any WallClock, logger: Logger, onChange: @escaping @Sendable () -> Void) {
        self.onChange = onChange
        id = session.id
        self.session = session
        self.clock = clock
        self.logger = logger
        since = now
    }

    /// What is known now.
    public var status: Status {
        state.withLock { state in
            Status(id: id, login: session.login, since: since, info: state.conversation.info, services: state.conversation.services)
        }
    }

    /// Asks the PBX for a login to a service; waits at most 10 s.
    ///
    /// - Parameters:
    ///   - app: name of the service's App object
    ///   - challenge: of the service
    /// - Throws: ``ServiceLoginFailure``, or `CancellationError`
    func serviceLogin(for app: String, challenge: String) async throws -> ServiceLogin {
        let answer = try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask { try await self.ask(for: app, challenge: challenge) }
            group.addTask { [clock] in
                try await clock.sleep(for: Self.patience)
                return .failure(.noAnswer)
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .failure(.linkEnded)
        }
        try Task.checkCancellation()
        switch try answer.get() {
        case .login(let login): return login
        case .refused(_, let text): throw ServiceLoginFailure.refused(text)
        }
    }

    /// The session key of a connection that was logged in to with the PBX's help; nil if none comes out.
    func sessionKey(of login: ServiceLogin) -> SessionKey? { login.sessionKey(under: session.login.key) }

    /// Returns when the link has ended.
    ///
    /// - Throws: `CancellationError`
    func waitUntilEnded() async throws { _ = try await ending.first { $0 } }

    // MARK: The session's side

    func received(_ info: PbxInfo) async throws {
        logger.info("The PBX is there", metadata: ["pbx": "\(info.pbx)", "version": "\(info.version ?? "-")", "build": "\(info.build ?? "-")"])
        try await perform(state.withLock { $0.conversation.received(info) })
    }

    func received(_ message: Envelope) async throws {
        try await perform(state.withLock { $0.conversation.received(message) })
    }

    /// The session has ended: so does everything that it gave.
    func end() {
        let ids = state.withLock { state in
            state.hasEnded = true
            return Array(state.waiters.keys)
        }
        for id in ids { answer(id, .failure(.linkEnded)) }
        ending.update { $0 = true }
    }

    // MARK: Requests

    private func ask(for app: String, challenge: String) async throws -> Answer {
        try await claim(app)
        defer { busy.update { _ = $0.remove(app) } }
        let (id, message) = state.withLock { $0.conversation.ask(for: app, challenge: challenge) }
        defer {
            state.withLock { state in
                state.waiters[id] = nil
                state.conversation.giveUp(id)
            }
        }
        do { try await session.send(message) } catch is WebSocketClosed { return .failure(.linkEnded) }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let early = state.withLock { state -> Answer? in
                    if case .answered(let answer) = state.waiters[id] { return answer }
                    if state.hasEnded { return .failure(.linkEnded) }
                    state.waiters[id] = .waiting(continuation)
                    return nil
                }
                if let early { continuation.resume(returning: early) }
            }
        } onCancel: {
            answer(id, .failure(.noAnswer))
        }
    }

    private func claim(_ app: String) async throws {
        while true {
            let (version, apps) = busy.current
            if !apps.contains(app), busy.update({ $0.insert(app).inserted }) { return }
            try await busy.changed(since: version)
        }
    }

    private func answer(_ id: Int, _ answer: Answer) {
        let continuation = state.withLock { state -> CheckedContinuation<Answer, Never>? in
            guard case .waiting(let continuation) = state.waiters[id] else {
                if state.waiters[id] == nil { state.waiters[id] = .answered(answer) }
                return nil
            }
            state.waiters[id] = nil
            return continuation
        }
        continuation?.resume(returning: answer)
    }

    private func perform(_ actions: [PBXConversation.Action]) async throws {
        for action in actions {
            switch action {
            case .send(let bytes): try await session.send(bytes)
            case .answered(let id, let result): answer(id, .success(result))
            case .changed: onChange()
            case .odd(let what): logger.notice("Unexpected from the PBX", metadata: ["what": "\(what)"])
            }
        }
    }
}

/// Why the PBX gave no login to a service.
public enum ServiceLoginFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// It refused; with its text for people.
    case refused(String?)
    /// It did not answer within 10 s.
    case noAnswer
    /// Its connection to us ended.
    case linkEnded

    /// A phrase that may be shown.
    public var description: String {
        switch self {
        case .refused(let text): "the PBX gave no login" + (text.map { " (\($0.prefix(200)))" } ?? "")
        case .noAnswer: "the PBX did not answer within 10 s"
        case .linkEnded: "the connection to the PBX ended"
        }
    }
}
