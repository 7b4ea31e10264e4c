import AsyncHTTPClient
import Bridge
import FoundationEssentials
import Logging
import NIOHTTP1
import Protocol
import ServiceLifecycle
import Transport

/// One instance with everything that it is made of, ready to run: its store, its sessions, its ways to Connect and to Meta.
final class ServedInstance: Sendable {
    let address: InstanceAddress
    let health: InstanceHealth
    private let connector: ConnectorInstance
    private let links: PBXLinks
    private let server: AppWebsocketServer
    private let watcher: SettingsWatcher
    private let webhookLog: WebhookLog
    private let storage: InstanceStorage
    private let webhook: WebhookEndpoint
    private let media: MediaPipeline
    private let offers: FileOffers
    private let licences: LicenceKeeper
    private let privatePosts: PrivatePostVerification
    private let administration: InstanceAdministration
    private let joining: Onboarding?
    private let care: AccountCare
    private let ender: BindingEnder
    private let directWebhook: DirectWebhook
    private let added: InstanceExtension
    private let trustedProxies: [AddressRange]
    private let clock: any WallClock
    private let logger: Logger

    /// Puts an instance together.
    /// - Parameters:
    ///   - service: the whole service's configuration
    ///   - storage: what is stored, with all seeds taken over
    ///   - log: what is written with `logger` goes through it
    ///   - parts: what others do for an administrator
    ///   - extend: what other modules add
    ///   - spoolDirectory: where files on their way lie
    ///   - httpClient: made with `GraphClient.clientConfiguration`
    ///   - mediaClient: made with `GraphClient.mediaClientConfiguration`
    init(
        _ configuration: InstanceConfiguration,
        service: ServiceConfiguration,
        storage: InstanceStorage,
        spoolDirectory: String,
        httpClient: HTTPClient,
        mediaClient: HTTPClient,
        parts: InstanceAdministration.Parts,
        extend: (InstanceAdministration) -> InstanceExtension,
        clock: any WallClock,
        log: InstanceLog,
        logger: Logger
    ) {
        address = configuration.address
        trustedProxies = service.trustedProxies
        self.clock = clock
        self.logger = logger
        let settings = storage.settings
        let secrets = storage.secrets
        let health = InstanceHealth()
        let links = PBXLinks()
        let services = PBXConnectServices(
            links: links,
            client: AppWebsocketClient(links: links, client: WebSocketClient(logger: logger), clock: clock)
        )
        let graph = GraphClient(
            client: httpClient,
            mediaClient: mediaClient,
            configuration: GraphClient.Configuration(baseURL: configuration.graph.baseURL, version: configuration.graph.version),
            logger: logger
        )
        storage.store.trace(to: logger)
        let reader = WebhookReader()
        let spool = Spool(directory: spoolDirectory)
        let offers = FileOffers(baseURL: "\(service.publicURL)/\(configuration.address)", spool: spool, clock: clock)
        let files = ConnectFiles(client: ConnectFileClient(client: mediaClient), spool: spool, offers: offers)
        let connect = ConnectApps(noteAway: { health.connectAppsAreAway($0) }) {
            ConnectAdapter(app: $0, services: services, clock: clock, logger: logger, files: files)
        }
        let licences = LicenceKeeper(
            storage.licences, settings: settings, source: links, language: configuration.language, clock: clock, logger: logger)
        let settingsStore = storage.settingsStore
        let privatePosts = PrivatePostVerification(
            storage.privatePosts, zones: { licences.zones }, makeCode: { String(SealingKey.randomToken().prefix(8)) },
            save: { try await settingsStore.remember($0) }, clock: clock, logger: logger)
        let credentials: @Sendable (String) async -> GraphCredentials? = { account in
            secrets.current.credentials(for: account)
        }
        let media = MediaPipeline(
            spool: spool, graph: graph, connect: connect, store: storage.store, clock: clock, logger: logger, credentials: credentials)
        let taken = Watched(settings)
        let care = AccountCare(
            storage.accountCare,
            AccountCare.Surroundings(
                graph: graph, settings: { taken.current.value }, credentials: { secrets.current.credentials(for: $0) },
                save: { try await settingsStore.remember($0) },
                saveProfiles: { account, numbers in try await settingsStore.change { $0.take(numbers, of: account) } },
                clock: clock, logger: logger))
        let connector = ConnectorInstance(
            settings: licences.beginning,
            store: storage.store,
            connect: FaultyPorts.around(connect),
            whatsApp: FaultyPorts.around(GraphSender(client: graph, credentials: credentials)),
            media: FaultyPorts.around(media),
            clock: clock,
            read: { reader.events(in: $0.body, receivedAt: $0.receivedAt) },
            heed: { await care.take(WhatsApp.AccountNotice.all(in: $0.body)) },
            makeKey: { UUID().uuidString.lowercased() },
            health: health,
            privatePosts: privatePosts,
            logger: logger
        )
        let probe = WebhookProbe(client: httpClient)
        let webhookURL = service.publicURL.appending("\(configuration.address.path)/webhook")
        var parts = parts
        parts.licences = parts.licences ?? { licences.standing(of: $0) }
        parts.privatePosts = parts.privatePosts ?? privatePosts
        let setup = GraphAccountSetup(graph: graph, probe: probe) {
            // The seeder made a token if nobody else had.
            WebhookCallback(url: webhookURL, verifyToken: secrets.current.verifyToken ?? Secret(SealingKey.randomToken()))
        }
        parts.accountSetup = parts.accountSetup ?? setup
        let sharedService = service.sharedService.map { PairingClient(client: httpClient, base: $0.base, key: $0.key) }
        joining = sharedService.map { sharedService in
            Onboarding(
                Onboarding.Surroundings(
                    instance: configuration.address, base: service.publicURL.appending(configuration.address.path),
                    language: configuration.language, mode: service.sharedServiceMode, service: sharedService, setup: setup, secrets: secrets,
                    clock: clock, logger: logger))
        }
        let pulse = Watched<Void>(())
        let webhookLog = WebhookLog(clock: clock) { pulse.update { _ in } }
        let (bell, endings) = (Bell(), Bell())
        let administration = InstanceAdministration(
            configuration,
            service: service,
            storage: storage,
            links: links,
            health: health,
            directory: ConnectDirectory(links: links, services: services, clock: clock, logger: logger),
            webhook: webhookLog,
            probe: probe,
            log: log,
            parts: parts,
            bell: bell,
            joining: joining,
            care: care,
            endings: endings,
            pulse: pulse,
            clock: clock,
            logger: logger
        )
        let added = extend(administration)
        webhook = WebhookEndpoint(
            senders: { WebhookSenders(appSecrets: secrets.current.appSecrets, relayKeys: secrets.current.relayKeys) },
            verifyToken: { secrets.current.verifyToken },
            clock: clock,
            logger: logger,
            observe: { webhookLog.note($0) },
            append: { body, _ in try await connector.append(webhook: body) }
        )
        directWebhook = DirectWebhook(
            paths: { secrets.current.directPaths + secrets.passingPaths },
            clock: clock,
            logger: logger,
            observe: { webhookLog.note($0) },
            append: { body, _ in try await connector.append(webhook: body) }
        )
        ender = BindingEnder(
            instance: configuration.address, service: sharedService, setup: setup, storage: storage, clock: clock, logger: logger, bell: endings,
            changed: { bell.ring() })
        let server = AppWebsocketServer(
            domain: configuration.address.domain,
            passwords: { secrets.current.password.map { [$0] } ?? [] },
            describe: { app in
                // The app is hidden and offers nothing to others: it is granted for the zone's sake.
                AppInfoResult(
                    app: app, info: app == HiddenApp.name ? ["hidden": true, "apis": [:]] : [:], serviceInfo: ["version": ConnectorVersion.json])
            },
            apis: added.apis,
            links: links,
            clock: clock,
            logger: logger
        )
        health.note(secrets.current.webhookCondition, of: .webhook)
        log.follow(settings.options)
        watcher = SettingsWatcher(
            instance: configuration.address, storage: storage, clock: clock, logger: logger, bell: bell, note: { administration.note($0, $1) }
        ) { change in
            log.follow(change.new.settings.options)
            taken.update { $0 = change.new.settings }
            care.settingsChanged()
            // A command beside the service may have deleted an account's last number.
            endings.ring()
            // A peer that does not answer the closing must not hold up the rest.
            async let closing: Void = change.passwordChanged ? server.closeOutdatedSessions() : ()
            if change.old.secrets.webhookCondition != change.new.secrets.webhookCondition {
                health.note(change.new.secrets.webhookCondition, of: .webhook)
            }
            try await licences.take(change.new.settings) { try await connector.apply($0) }
            await closing
        }
        self.care = care
        self.licences = licences
        self.privatePosts = privatePosts
        self.administration = administration
        self.webhookLog = webhookLog
        self.storage = storage
        self.added = added
        self.media = media
        self.offers = offers
        self.server = server
        self.health = health
        self.links = links
        self.connector = connector
    }

    /// What a part of the service may do with the instance for somebody who has proved who it is.
    var access: InstanceAccess {
        InstanceAccess(
            address: address,
            hasIssued: { self.server.hasIssued($0) },
            password: { self.storage.secrets.current.password },
            setPassword: { try await self.administration.setPassword($0) }
        )
    }

    /// The answers to requests for the instance.
    var routes: ApplicationRouter.Instance {
        let trace = logger.tracing(.webserver)
        return ApplicationRouter.Instance(
            session: { request in
                trace.debug("\(request.method) upgrade", metadata: ["from": "\(request.remoteAddress)"])
                return self.server.answer(request, from: self.client(of: request))
            },
            webhook: { request in
                let response = await self.webhook.respond(to: request)
                trace.debug("\(request.method) webhook \(response.status.code)", metadata: ["from": "\(request.remoteAddress)"])
                return response
            },
            routes: [
                { request, path in
                    guard path.count == 2, path[0] == "files" else { return nil }
                    let response = await self.offers.respond(to: request, name: path[1])
                    // The rest of the path is what lets somebody have the file.
                    trace.debug("\(request.method) files \(response.status.code)", metadata: ["from": "\(request.remoteAddress)"])
                    return .response(response)
                },
                { request, path in
                    guard path.count == 2, path[0] == "webhook" else { return nil }
                    let response = await self.directWebhook.respond(to: request, at: path[1])
                    // The rest of the path is what lets somebody post.
                    trace.debug("\(request.method) direct webhook \(response.status.code)", metadata: ["from": "\(request.remoteAddress)"])
                    return .response(response)
                },
                { request, path in
                    guard path.count == 2, path[0] == "onboarding", let joining = self.joining else { return nil }
                    let response = joining.respond(to: request, name: path[1])
                    trace.debug("\(request.method) onboarding \(response.status.code)", metadata: ["from": "\(request.remoteAddress)"])
                    return .response(response)
                },
            ] + added.routes
        )
    }

    /// Runs until the graceful shutdown or until the task is cancelled. Trouble with the store is logged and tried again.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.watchPBX() }
            group.addTask { await self.watcher.run() }
            group.addTask { await self.followLicences() }
            group.addTask { await self.watchPrivatePosts() }
            group.addTask { await self.watchHealth() }
            group.addTask { await self.watchWebhook() }
            group.addTask { await self.added.run() }
            group.addTask { await self.care.run() }
            group.addTask { await self.watchCare() }
            group.addTask { await self.ender.run() }
            if let joining {
                group.addTask { await joining.run(self.administration) }
                group.addTask { await self.watchOnboarding(joining) }
            }
            while !Task.isCancelled, !Task.isShuttingDownGracefully {
                do {
                    try await media.recover()
                    try await connector.run()
                    break
                } catch {
                    health.note(.down("\(error)"), of: .database)
                    logger.error("The instance stands still; trying again in five seconds", metadata: ["error": "\(error)"])
                    // A shutdown does not wait for a store that does not come back.
                    _ = await cancelWhenGracefulShutdown { try? await self.clock.sleep(for: .seconds(5)) }
                }
            }
            group.cancelAll()
        }
    }

    private func watchPBX() async {
        for await links in links.statuses() {
            health.note(links.isEmpty ? .down("no PBX is connected") : .up, of: .pbx)
            administration.touch()
        }
    }

    private func followLicences() async {
        await licences.run { grant, seenAt in
            try await self.storage.settingsStore.remember(grant, seenAt: seenAt)
        } apply: { settings in
            try await self.connector.apply(settings)
            self.administration.touch()
        }
    }

    private func watchPrivatePosts() async {
        while !Task.isCancelled {
            let version = privatePosts.version
            health.note(privatePosts.standing.condition, of: .privatePosts)
            administration.touch()
            guard (try? await privatePosts.changed(since: version)) != nil else { return }
        }
    }

    /// Keeps what Meta does seldom, so that it is known after a restart too.
    private func watchWebhook() async {
        var known = storage.settings.options.webhookVerifiedAt
        webhookLog.remember(verifiedAt: known, lastEventAt: try? await storage.store.newestWebhookAt())
        while !Task.isCancelled {
            let version = administration.version
            if let verified = webhookLog.activity.verifiedAt, verified != known {
                known = verified
                do {
                    try await storage.settingsStore.change { $0.options.webhookVerifiedAt = verified }
                } catch {
                    logger.warning("It cannot be kept that Meta verified the webhook", metadata: ["error": "\(error)"])
                }
            }
            guard (try? await administration.changed(since: version)) != nil else { return }
        }
    }

    private func watchCare() async {
        while !Task.isCancelled {
            let version = care.version
            administration.touch()
            guard (try? await care.changed(since: version)) != nil else { return }
        }
    }

    private func watchOnboarding(_ joining: Onboarding) async {
        while !Task.isCancelled {
            let version = joining.version
            administration.touch()
            guard (try? await joining.changed(since: version)) != nil else { return }
        }
    }

    private func watchHealth() async {
        for await _ in health.changes() { administration.touch() }
    }

    /// The client's address as a trusted proxy forwards it; nil if no trusted proxy did.
    private func client(of request: HTTPRequest) -> String? {
        InstanceAdministration.forwardedClient(of: request, trustedProxies: trustedProxies)
    }
}

extension InstanceSecrets.Contents {
    /// What can be said of Meta's calls before the first one.
    fileprivate var webhookCondition: InstanceHealth.Condition {
        appSecrets.isEmpty && relayKeys.allSatisfy { $0.until != nil } && directPaths.isEmpty
            ? .down("no app secret is configured, so notifications of Meta are refused") : .unknown
    }
}
