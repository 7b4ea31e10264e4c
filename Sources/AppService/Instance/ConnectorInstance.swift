public import Bridge
public import Logging
import ServiceLifecycle

/// One connector for one PBX domain: its loops over its store, between its two ports.
///
/// Webhook bytes → store → `WebhookIntake` → flows decide → `PostingLanes` → Connect; and back: Connect → `ConnectFeed` → flows decide →
/// `SendingLanes` → WhatsApp. Each arrow that could fail starts from something durable.
public struct ConnectorInstance: Sendable {
    private let store: any Store
    private let connect: any ConnectPort
    private let whatsApp: any WhatsAppPort
    private let media: any MediaPort
    private let clock: any WallClock
    private let read: @Sendable (StoredWebhook) -> [InboundEvent]
    private let heed: @Sendable (StoredWebhook) async -> Void
    private let jitter: @Sendable () -> Double
    private let privatePosts: PrivatePostVerification?
    private let logger: Logger
    private let desk: InstanceDesk

    /// How the parts of the instance are.
    public let health: InstanceHealth

    /// Creates an instance.
    /// - Parameters:
    ///   - read: reads a webhook's body; what cannot be read is an event, too.
    ///   - heed: told of a webhook before it is done with, perhaps more than once, for what in it is about accounts.
    ///   - makeKey: makes a new, unique key at each call (a UUID).
    ///   - jitter: a random number from 0 to 1 at each call.
    ///   - privatePosts: the check of private posts; its posts are nobody's messages.
    public init(
        settings: BridgeSettings,
        store: any Store,
        connect: any ConnectPort,
        whatsApp: any WhatsAppPort,
        media: any MediaPort,
        clock: any WallClock,
        read: @escaping @Sendable (StoredWebhook) -> [InboundEvent],
        heed: @escaping @Sendable (StoredWebhook) async -> Void = { _ in },
        makeKey: @escaping @Sendable () -> String,
        jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) },
        health: InstanceHealth = InstanceHealth(),
        privatePosts: PrivatePostVerification? = nil,
        logger: Logger
    ) {
        self.store = store
        self.connect = connect
        self.whatsApp = whatsApp
        self.media = media
        self.clock = clock
        self.read = read
        self.heed = heed
        self.jitter = jitter
        self.health = health
        self.privatePosts = privatePosts
        self.logger = logger
        self.desk = InstanceDesk(settings: settings, makeKey: makeKey)
    }

    /// Keeps a webhook's raw body. Durable when this returns.
    public func append(webhook body: [UInt8]) async throws {
        try await store.append(webhook: body, receivedAt: clock.now())
        health.note(.up, of: .webhook)
        desk.noteReceived()
    }

    /// Takes new settings over while running; events that were held for want of them go on, and refused tokens are tried again.
    ///
    /// If it throws, nothing new is placed until it is called again and succeeds: it would come before what is held.
    public func apply(_ settings: BridgeSettings) async throws {
        let number = desk.take(settings)
        health.accountsAre(Set(settings.numbers.values.map(\.account)))
        desk.zonesBell.ring()
        desk.postingBell.ring(everyone: true)
        try await settle()
        desk.settled(number)
        try await probeAccounts()
    }

    /// Closes what is open in zones that their numbers have left, then lets go what is held for no reason any more.
    private func settle() async throws {
        let desk = desk
        while true {
            let now = clock.now()
            // The settings are looked at when the transaction's turn has come: they may be newer by then.
            guard try await store.write({ try desk.moveFlow.closeMoved(at: now, in: $0) }) else { break }
        }
        try await releaseHeld()
    }

    /// Lets queues that stand still for a refused token try again at once, because it was replaced.
    public func probeAccounts() async throws {
        let flow = desk.sendingFlow
        let now = clock.now()
        try await store.write { try flow.probeAccounts(at: now, in: $0) }
        desk.sendingBell.ring(everyone: true)
        desk.filesBell.ring(everyone: true)
    }

    /// Decides again on everything that waits for a number, a zone or a licence, in the order in which it came.
    public func releaseHeld() async throws {
        var after: InboundRecord.ID?
        while true {
            let start = after
            let now = clock.now()
            let desk = desk
            let last = try await store.write { transaction in
                let flow = desk.inboundFlow
                let held = try transaction.heldInbound(reasons: [.unknownNumber, .zone, .licence], after: start, limit: 200)
                for record in held { try flow.release(record, at: now, in: transaction) }
                return held.last?.id
            }
            guard let last else { break }
            after = last
        }
        desk.postingBell.ring()
        desk.closingBell.ring()
    }

    /// Runs until the graceful shutdown, after which what is under way is brought to its end, or until the task is cancelled.
    public func run() async throws {
        let flow = desk.sendingFlow
        let now = clock.now()
        try await store.write { transaction in
            try transaction.forgetProgress()
            try flow.recover(at: now, in: transaction)
        }
        let desk = desk
        health.note(.up, of: .database)
        let number = desk.take(desk.settings)
        try await settle()
        desk.settled(number)
        await withGracefulShutdownHandler {
            await runLoops()
        } onGracefulShutdown: {
            desk.drain()
        }
    }

    private func runLoops() async {
        await withTaskGroup(of: Void.self) { group in
            let intake = WebhookIntake(store: store, clock: clock, desk: desk, read: read, heed: heed, logger: logger)
            let keeper = WindowKeeper(store: store, clock: clock, desk: desk, logger: logger)
            let posting = PostingLanes(store: store, connect: connect, media: media, clock: clock, desk: desk, logger: logger)
            let files = FileLanes(store: store, media: media, clock: clock, desk: desk, logger: logger)
            let sending = SendingLanes(
                store: store, whatsApp: whatsApp, connect: connect, media: media, clock: clock, desk: desk, jitter: jitter,
                health: health, logger: logger)
            let feed = ConnectFeed(
                store: store, connect: connect, clock: clock, desk: desk, health: health, privatePosts: privatePosts, logger: logger)
            let watcher = DiscussionWatcher(store: store, connect: connect, media: media, clock: clock, desk: desk, logger: logger)
            let replay = ReplayKeeper(store: store, connect: connect, clock: clock, desk: desk, read: read, logger: logger)
            group.addTask { await watcher.run() }
            group.addTask { await replay.run() }
            if let privatePosts { group.addTask { await privatePosts.run() } }
            group.addTask { await intake.run() }
            group.addTask { await keeper.run() }
            group.addTask { await feed.run() }
            // What is being loaded goes on where it stopped after the next start: nobody waits for it.
            group.addTask { await files.run() }
            // The lanes end first: what they have under way still needs the connections.
            await withTaskGroup(of: Void.self) { lanes in
                lanes.addTask { await posting.run() }
                lanes.addTask { await sending.run() }
            }
            group.cancelAll()
        }
    }
}
