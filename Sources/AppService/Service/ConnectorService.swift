import AsyncHTTPClient
public import Bridge
public import Logging
import NIOHTTP1
public import ServiceLifecycle
import Transport

/// The whole service: its listeners and its instances.
///
/// ```swift
/// let service = ConnectorService(configuration: configuration, logger: logger)
/// try await ServiceGroup(services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
/// ```
///
/// Webhooks are taken and sockets answered as soon as it listens. On a graceful shutdown the instances bring to an end what they have
/// under way, then the listeners finish their requests and close.
public struct ConnectorService: Service {
    /// Where the service listens, each as `http://host:port` (or `https://`).
    public struct Addresses: Sendable {
        /// The application listener.
        public var application: String
        /// Health and metrics.
        public var operations: String
    }

    private let configuration: ServiceConfiguration
    private let clock: any WallClock
    private let logger: Logger
    private let parts: @Sendable (InstanceConfiguration) -> InstanceAdministration.Parts
    private let extend: @Sendable (InstanceAdministration) -> InstanceExtension
    private let extendService: @Sendable (ServiceAccess) async throws -> ServiceExtension
    private let onReady: @Sendable (Addresses) async -> Void

    /// Creates the service; nothing is opened before it runs.
    /// - Parameters:
    ///   - clock: the one clock
    ///   - parts: what others do for the administrators of an instance
    ///   - extend: what other modules add to an instance; called once for each
    ///   - extendService: what other modules add to the whole service; called once, when the instances are open
    ///   - onReady: called once both listeners take connections
    public init(
        configuration: ServiceConfiguration,
        clock: any WallClock = SystemClock(),
        logger: Logger,
        parts: @escaping @Sendable (InstanceConfiguration) -> InstanceAdministration.Parts = { _ in InstanceAdministration.Parts() },
        extend: @escaping @Sendable (InstanceAdministration) -> InstanceExtension = { _ in InstanceExtension() },
        extendService: @escaping @Sendable (ServiceAccess) async throws -> ServiceExtension = { _ in ServiceExtension() },
        onReady: @escaping @Sendable (Addresses) async -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        self.parts = parts
        self.extend = extend
        self.extendService = extendService
        self.onReady = onReady
    }

    /// Runs until shut down.
    /// - Throws: `ConfigurationError` for what somebody has to correct first; `ServiceError` if a listener cannot listen; `StoreError` if
    ///   no instance's database can be opened. Each is one sentence.
    public func run() async throws {
        let httpClient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: GraphClient.clientConfiguration)
        let mediaClient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: GraphClient.mediaClientConfiguration)
        do {
            try await run(with: httpClient, mediaClient)
        } catch {
            try? await httpClient.shutdown()
            try? await mediaClient.shutdown()
            throw error
        }
        try? await httpClient.shutdown()
        try? await mediaClient.shutdown()
    }

    private func run(with httpClient: HTTPClient, _ mediaClient: HTTPClient) async throws {
        let opened = try await InstanceOpener(configuration: configuration, logger: logger).open()
        var answers: [ApplicationRouter.Name: ApplicationRouter.Instance] = [:]
        var reports: [OperationsRouter.Instance] = []
        var instances: [ServedInstance] = []
        for item in opened {
            let name = ApplicationRouter.Name(domain: item.configuration.address.domain, instance: item.configuration.address.name)
            switch item.state {
            case .open(let storage):
                let secrets = storage.secrets
                let log = InstanceLog(of: item.configuration.address, clock: clock) { secrets.all }
                let instance = ServedInstance(
                    item.configuration,
                    service: configuration,
                    storage: storage,
                    spoolDirectory: StoreLocation(dataDirectory: configuration.dataDirectory, instance: item.configuration.address)
                        .spoolDirectory,
                    httpClient: httpClient,
                    mediaClient: mediaClient,
                    parts: parts(item.configuration),
                    extend: extend,
                    clock: clock,
                    log: log,
                    logger: log.logger(item.logger)
                )
                instances.append(instance)
                answers[name] = instance.routes
                reports.append(.init(name: "\(instance.address)", health: instance.health))
            case .failed(let error):
                // Meta tries again later, and so does the PBX.
                answers[name] = .unavailable
                let health = InstanceHealth()
                health.note(.down("\(error)"), of: .database)
                reports.append(.init(name: "\(item.configuration.address)", health: health))
            }
        }
        let added = try await serviceExtension(opened, instances)
        let router = ApplicationRouter(instances: answers, serviceRoutes: added.routes)
        let operations = OperationsRouter(instances: reports)
        let ready = ReadyReport { [onReady] in await onReady(Addresses(application: $0, operations: $1)) }
        let listening = try HTTPListener.configuration(configuration.listen, tls: configuration.tls)
        let renewal = CertificateRenewal(configuration.tls, of: listening.tls, clock: clock, logger: logger)
        let applicationServer = HTTPServer(
            configuration: listening,
            logger: logger,
            onListening: { await ready.applicationListens("\(configuration.tls == nil ? "http" : "https")://\(HTTPListener.text($0))") },
            handler: { await router.answer($0) }
        )
        let operationsServer = HTTPServer(
            configuration: try HTTPListener.configuration(configuration.operations, tls: nil),
            logger: logger,
            onListening: { await ready.operationsListens("http://\(HTTPListener.text($0))") },
            handler: { await operations.answer($0) }
        )
        // Shutdown goes from the last to the first: what is under way still needs the sockets.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: HTTPListener(server: applicationServer, address: configuration.listen, key: "listen"), serviceName: "listen"),
            .init(
                service: HTTPListener(server: operationsServer, address: configuration.operations, key: "operations"),
                serviceName: "operations"),
            .init(service: Instances(instances: instances, added: added), serviceName: "instances"),
        ]
        if let renewal { services.append(.init(service: renewal, serviceName: "certificate")) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
        try await group.run()
    }

    private func serviceExtension(_ opened: [InstanceOpener.Opened], _ instances: [ServedInstance]) async throws -> ServiceExtension {
        // All instances share one key; without an open one there is nothing to add to.
        for case .open(let storage) in opened.map(\.state) {
            return try await extendService(
                ServiceAccess(
                    configuration: configuration, instances: instances.map(\.access), sealer: storage.sealer, clock: clock, logger: logger))
        }
        return ServiceExtension()
    }
}

/// Why the service cannot run, as one sentence that says what to do.
public struct ServiceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String
}

/// All instances, each for itself.
private struct Instances: Service {
    let instances: [ServedInstance]
    let added: ServiceExtension

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await added.run() }
            await withDiscardingTaskGroup { group in
                for instance in instances { group.addTask { await instance.run() } }
            }
            group.cancelAll()
        }
        // Without instances there is nothing to run, and no reason to end.
        if instances.isEmpty { try await gracefulShutdown() }
    }
}

extension ApplicationRouter.Instance {
    /// The answers of an instance whose database cannot be opened: come again later.
    fileprivate static var unavailable: ApplicationRouter.Instance {
        let response = HTTPResponse.text(.serviceUnavailable, "This instance is not available at the moment.\n")
        return ApplicationRouter.Instance(session: { _ in .response(response) }, webhook: { _ in response })
    }
}
