import AppService
import Bridge
import Logging
import NIOHTTP1
import Protocol
import Synchronization
import Transport

/// Registers domains on connections that log in with the password that everybody knows: nothing else can be done on them.
final class RegistrationAPI: AppWebsocketApi {
    let name = ""
    let roles = Set(SessionRole.allCases)
    private let managerPassword: Secret
    private let registry: DomainRegistry
    private let clock: any WallClock
    private let logger: Logger
    /// A domain has another password than before.
    private let registered: @Sendable () async -> Void
    private let throttle = Mutex(LoginThrottle())

    init(
        managerPassword: Secret, registry: DomainRegistry, clock: any WallClock, logger: Logger, registered: @escaping @Sendable () async -> Void
    ) {
        self.managerPassword = managerPassword
        self.registry = registry
        self.clock = clock
        self.logger = logger
        self.registered = registered
    }

    func receive(_ message: Envelope, from session: AppSession) async throws {
        guard message.mt == RegisterDomain.mt else {
            guard let answer = UnknownMessage(answering: message) else { return }
            return try await session.send(answer.encoded())
        }
        let error = try await register(RegisterDomain(message), session)
        try await session.send(Manager.done(error: error, answering: message))
    }

    /// Why not, as a sentence; nil if it is done.
    private func register(_ request: RegisterDomain, _ session: AppSession) async throws -> String? {
        let domain = session.login.domain
        // Whoever does not know the manager password learns nothing, not even which domains there are.
        guard Secret(request.managerPassword) == managerPassword else {
            let now = clock.now()
            let delay = throttle.withLock { $0.failed(from: session.address, at: now) }
            note("the manager password is wrong", session)
            try await clock.sleep(for: delay)
            return "The manager password is wrong. It is in the service's configuration file, under manager."
        }
        do {
            try await registry.register(domain, password: Secret(request.password))
        } catch DomainRegistry.Refusal.foreignDomain {
            note("the configuration file has no instance of this domain", session)
            return "This service has no instance of the domain \(domain.prefix(253)). Add one to the configuration file first."
        } catch DomainRegistry.Refusal.badPassword {
            note("the password is unusable", session)
            return "The domain's password must have 1 to \(DomainRegistry.longestPassword) bytes, and must not be \"-\"."
        } catch {
            logger.error("A domain cannot be registered at the App Platform", metadata: ["domain": "\(domain.prefix(253))", "error": "\(error)"])
            return "The service cannot store the registration; its log says why."
        }
        logger.notice("A domain is registered at the App Platform", metadata: ["domain": "\(domain)", "address": "\(session.address)"])
        await registered()
        return nil
    }

    private func note(_ reason: String, _ session: AppSession) {
        logger.notice(
            "The App Platform refused to register a domain: \(reason)",
            metadata: ["domain": "\(session.login.domain.prefix(253))", "address": "\(session.address)"])
    }
}

/// The connections that register domains: few, and short, because everybody can open one.
final class RegistrationServer: Sendable {
    /// How many there may be at once.
    static let most = 64
    /// How often those are ended that were there the last time.
    static let round: Duration = .seconds(60)

    private let server: AppWebsocketServer
    private let clock: any WallClock

    init(_ server: AppWebsocketServer, clock: any WallClock) {
        self.server = server
        self.clock = clock
    }

    func answer(_ request: HTTPRequest, from address: String) -> HTTPAnswer {
        guard server.sessions.count < Self.most else {
            return .response(.text(.serviceUnavailable, "There are too many connections to register domains; try again in a minute.\n"))
        }
        return server.answer(request, from: address)
    }

    /// Ends old connections until cancelled.
    func run() async {
        var old: Set<AppSession> = []
        while (try? await clock.sleep(for: Self.round)) != nil {
            let sessions = Set(server.sessions)
            await withDiscardingTaskGroup { group in
                for session in sessions.intersection(old) { group.addTask { await session.close() } }
            }
            old = sessions
        }
    }
}
