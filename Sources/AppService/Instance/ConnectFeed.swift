import Bridge
import Logging

/// Follows the zones in Connect and decides on each post, one after the other.
struct ConnectFeed: Sendable {
    let store: any Store
    let connect: any ConnectPort
    let clock: any WallClock
    let desk: InstanceDesk
    let health: InstanceHealth
    let logger: Logger

    /// How long a post waits for the confirmation of a post of ours that it depends on.
    private static let patience: Duration = .seconds(60)

    /// Runs until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                try await connect.run(
                    zones: { try await subscriptions() },
                    receive: { try await receive($0) }
                )
            } catch {
                guard !Task.isCancelled else { return }
                logger.error("The Connect adapter stopped; starting it again in a second", metadata: ["error": "\(error)"])
                try? await clock.sleep(for: .seconds(1))
            }
        }
    }

    private func subscriptions() async throws -> [ZoneSubscription] {
        let zones = desk.settings.zones
        return try await store.read { transaction in
            try zones.map { ZoneSubscription(zone: $0, cursor: try transaction.cursor(of: $0)) }
        }
    }

    private func receive(_ event: ConnectEvent) async throws {
        switch event {
        case .connected(let identity, let moderatorIsMissing):
            desk.identity = identity
            health.connectIsUp(moderatorIsMissing: moderatorIsMissing)
            logger.info("Connect is there", metadata: ["sip": "\(identity.sip)", "moderator": "\(!moderatorIsMissing)"])
            desk.postingBell.ring(everyone: true)
        case .disconnected(let reason):
            desk.identity = nil
            health.connectIsDown(reason)
            logger.notice("Connect is away", metadata: ["reason": "\(reason)"])
        case .zoneMissing(let zone):
            health.zoneIsMissing(zone)
            logger.warning(
                "Connect has no access to a zone: tick the connector in the Apps tab of the Connect object",
                metadata: ["zone": "\(zone)"]
            )
        case .caughtUp(let zone, let posts, let cursor):
            health.zoneIsThere(zone)
            try await catchUp(zone, posts, cursor: cursor)
        case .posted(let post):
            try await decide(on: post)
        }
    }

    private func catchUp(_ zone: Zone, _ posts: [ConnectPost], cursor: ConnectCursor) async throws {
        guard let identity = desk.identity else { return }
        let flow = desk.forwardingFlow(as: identity)
        let now = clock.now()
        if try await store.read({ try $0.cursor(of: zone) }) == nil {
            // First contact: what is there was not written for us.
            try await store.write { transaction in
                for post in posts {
                    _ = try flow.handle(post, on: .firstContact, isComplete: true, at: now, in: transaction)
                }
                try transaction.setCursor(cursor, of: zone)
            }
            return
        }
        for post in posts { try await decide(on: post) }
        try await store.write { try $0.setCursor(cursor, of: zone) }
    }

    private func decide(on post: ConnectPost) async throws {
        guard let identity = desk.identity else { throw CancellationError() }
        let flow = desk.forwardingFlow(as: identity)
        let giveUpAt = clock.now() + Self.patience
        var hasReadDiscussion = false
        while true {
            let now = clock.now()
            let isComplete = hasReadDiscussion && now >= giveUpAt
            switch try await store.write({ try flow.handle(post, on: .current, isComplete: isComplete, at: now, in: $0) }) {
            case .done:
                desk.sendingBell.ring()
                desk.postingBell.ring()
                await connect.markRead(post.reference)
                return
            case .needsDiscussion(let root) where !hasReadDiscussion:
                let posts = try await connect.posts(of: root, in: post.zone)
                try await store.write { try flow.note(posts, in: $0) }
                hasReadDiscussion = true
            case .needsDiscussion:
                // Read, and still unknown: it will not become known.
                let now = clock.now()
                _ = try await store.write { try flow.handle(post, on: .current, isComplete: true, at: now, in: $0) }
                desk.postingBell.ring()
                return
            case .needsConfirmation:
                guard now < giveUpAt else {
                    hasReadDiscussion = true
                    continue
                }
                await desk.confirmationBell.wait(until: min(giveUpAt, now + .seconds(1)), clock: clock)
                try Task.checkCancellation()
            }
        }
    }
}
