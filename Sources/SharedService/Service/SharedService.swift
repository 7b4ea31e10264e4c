public import AppService
import AsyncHTTPClient
public import Bridge
public import Logging
import NIOHTTP1
public import ServiceLifecycle
import Transport

/// A shared service: owns a Meta app for many instances, so that nobody has to copy tokens. It hosts the signup page, exchanges codes, and
/// forwards what Meta sends (WhatsApp Cloud API, 5.7 and 5.8).
///
/// On a graceful shutdown it finishes what it is forwarding, then the listeners finish their requests and close; what still waits is
/// forwarded after the next start.
public struct SharedService: Service {
    /// Where the service listens, each as `http://host:port` (or `https://`).
    public struct Addresses: Sendable {
        /// Instances, browsers and Meta.
        public var application: String
        /// Health.
        public var operations: String
    }

    private let configuration: SharedServiceConfiguration
    private let clock: any WallClock
    private let logger: Logger
    private let onReady: @Sendable (Addresses) async -> Void

    /// Creates the service; nothing is opened before it runs.
    /// - Parameters:
    ///   - configuration: what it is told
    ///   - clock: the one clock
    ///   - logger: where it logs; no secret and no content goes there
    ///   - onReady: called once both listeners take connections
    public init(
        configuration: SharedServiceConfiguration, clock: any WallClock = SystemClock(), logger: Logger,
        onReady: @escaping @Sendable (Addresses) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        self.onReady = onReady
    }

    /// Runs until shut down.
    /// - Throws: `ConfigurationError` for what somebody has to correct first; `ServiceError` if a listener cannot listen; `StoreError` if
    ///   the database cannot be opened. Each is one sentence.
    public func run() async throws {
        let database = try SharedDatabase(below: configuration.dataDirectory, for: .serving)
        let graphClient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: GraphClient.clientConfiguration)
        let relayClient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: RelayClient.clientConfiguration)
        let result: Result<Void, any Error>
        do {
            try await run(with: database, graphClient, relayClient)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try? await graphClient.shutdown()
        try? await relayClient.shutdown()
        try? database.close()
        try result.get()
    }

    private func run(with database: SharedDatabase, _ graphClient: HTTPClient, _ relayClient: HTTPClient) async throws {
        let key = try configuration.secretKey.open(keyIDsInUse: try await SharedStore.keyIDs(in: database))
        let store = SharedStore(database: database, sealer: Sealer(key: key))
        let graph = GraphClient(
            client: graphClient, configuration: .init(baseURL: configuration.graphBaseURL, version: configuration.graphVersion))
        let steps = SignupSteps(graph: graph, app: configuration.app)
        let (waiting, endings, subscriptions) = (Bell(), Bell(), Turns())
        let desk = PairingDesk(
            store: store, steps: steps, publicURL: configuration.publicURL, graphVersion: configuration.graphVersion, clock: clock, logger: logger,
            endings: endings, subscriptions: subscriptions)
        try await desk.restore()
        let intake = RelayIntake(store: store, logger: logger, bell: waiting)
        let router = router(desk: desk, store: store, intake: intake, endings: endings)
        let operations = SharedOperations(store: store, intake: intake)
        let ready = ReadyReport { [onReady] in await onReady(Addresses(application: $0, operations: $1)) }
        let listening = try HTTPListener.configuration(configuration.listen, tls: configuration.tls)
        let renewal = CertificateRenewal(configuration.tls, of: listening.tls, clock: clock, logger: logger)
        let application = HTTPServer(
            configuration: listening,
            logger: logger,
            onListening: { await ready.applicationListens("\(configuration.tls == nil ? "http" : "https")://\(HTTPListener.text($0))") },
            handler: { .response(await router.answer($0)) }
        )
        let operationsServer = HTTPServer(
            configuration: try HTTPListener.configuration(configuration.operations, tls: nil),
            logger: logger,
            onListening: { await ready.operationsListens("http://\(HTTPListener.text($0))") },
            handler: { .response(await operations.answer($0)) }
        )
        let relay = RelayRunner(
            store: store, client: RelayClient(client: relayClient), clock: clock, logger: logger, bell: waiting, endings: endings)
        let ender = BindingEnder(store: store, steps: steps, clock: clock, logger: logger, bell: endings, subscriptions: subscriptions)
        // Shutdown goes from the last to the first: what is under way still needs the sockets.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: HTTPListener(server: application, address: configuration.listen, key: "listen"), serviceName: "listen"),
            .init(
                service: HTTPListener(server: operationsServer, address: configuration.operations, key: "operations"),
                serviceName: "operations"),
            .init(service: DeskWatch(desk: desk, logger: logger), serviceName: "pairings"),
            .init(service: ender, serviceName: "endings"),
            .init(service: relay, serviceName: "relay"),
        ]
        if let renewal { services.append(.init(service: renewal, serviceName: "certificate")) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
        try await group.run()
    }

    private func router(desk: PairingDesk, store: SharedStore, intake: RelayIntake, endings: Bell) -> SharedRouter {
        let secrets = [configuration.app.secret] + (configuration.app.previousSecret.map { [$0] } ?? [])
        let verifyToken = configuration.verifyToken
        return SharedRouter(
            desk: desk,
            store: store,
            pages: SignupPages(
                desk: desk, app: configuration.app, graphVersion: configuration.graphVersion, publicURL: configuration.publicURL,
                sdkURL: configuration.sdkURL, logger: logger),
            webhook: WebhookEndpoint(
                senders: { WebhookSenders(appSecrets: secrets) },
                verifyToken: { verifyToken },
                clock: clock,
                logger: logger,
                append: { try await intake.take($0, at: $1) }
            ),
            connectors: ConnectorKeys(configuration.connectors, trustedProxies: configuration.trustedProxies, clock: clock, logger: logger),
            endings: endings,
            clock: clock,
            logger: logger
        )
    }
}

/// Keeps the time of pairings.
private struct DeskWatch: Service {
    let desk: PairingDesk
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await desk.watch()
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("Pairings cannot be ended at the moment", metadata: ["error": "\(error)"])
                    try? await Task.sleep(for: .seconds(5))
                }
            }
        }
    }
}

/// Answers on the operations listener.
struct SharedOperations: Sendable {
    let store: SharedStore
    let intake: RelayIntake

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard request.method == .GET || request.method == .HEAD else { return .text(.methodNotAllowed, "Use GET.\n") }
        switch request.path {
        case "/healthz": return .text(.ok, "ok\n")
        case "/readyz": return await report()
        default: return .text(.notFound, "There is nothing here.\n")
        }
    }

    private func report() async -> HTTPResponse {
        do {
            let (bindings, waiting) = (try await store.bindings(), try await store.waitingCount())
            let figures = intake.figures
            let lines = [
                "database up", "bindings \(bindings.count { $0.state == .live })", "waiting \(waiting)", "taken \(figures.taken)",
                "unclaimed \(figures.unclaimed)", "unreadable \(figures.unreadable)",
            ]
            return .text(.ok, lines.joined(separator: "\n") + "\n")
        } catch {
            return .text(.serviceUnavailable, "database down: \(error)\n")
        }
    }
}
