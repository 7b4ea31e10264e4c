import Bridge
import Logging
import Synchronization

/// Follows the zones in Connect and decides on each post, one after the other.
struct ConnectFeed: Sendable {
    let store: any Store
    let connect: any ConnectPort
    let clock: any WallClock
    let desk: InstanceDesk
    let health: InstanceHealth
    let privatePosts: PrivatePostVerification?
    let logger: Logger

    /// How long a post waits for the confirmation of a post of ours that it depends on.
    private static let patience: Duration = .seconds(60)

    /// The same after a restoration, when much may be looked for at once.
    private static let patienceAfterRestoration: Duration = .seconds(600)

    /// How often it is tried to read a discussion on which a post depends. Connect may refuse it for ever, and others wait behind it.
    private static let attempts = 3

    /// Runs until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                let failures = DiscussionFailures()
                try await untilZonesChange {
                    try await connect.run(
                        zones: { try await subscriptions() },
                        receive: { try await receive($0, failures) }
                    )
                }
                guard !Task.isCancelled else { return }
                desk.identity = nil
                health.connectIsDown("the zones have changed")
            } catch {
                guard !Task.isCancelled else { return }
                logger.error("The Connect adapter stopped; starting it again in a second", metadata: ["error": "\(error)"])
                try? await clock.sleep(for: .seconds(1))
            }
        }
    }

    /// Runs `body` until it ends, or until the settings name other zones: they are asked for at each connection only.
    private func untilZonesChange(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let zones = desk.settings.zones
        health.zonesAre(zones)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask {
                while !Task.isCancelled, desk.settings.zones == zones { await desk.zonesBell.wait() }
            }
            try await group.next()
        }
    }

    private func subscriptions() async throws -> [ZoneSubscription] {
        let zones = desk.settings.zones
        let since = clock.now() - MoveFlow.afterlife
        return try await store.read { transaction in
            // Whoever still answers where a number was before is told so.
            let former = try transaction.zonesInUse(since: since).filter { !zones.contains($0) }
            return try zones.map { ZoneSubscription(zone: $0, cursor: try transaction.cursor(of: $0)) }
                + former.map { ZoneSubscription(zone: $0, cursor: try transaction.cursor(of: $0), isFormer: true) }
        }
    }

    private func receive(_ event: ConnectEvent, _ failures: DiscussionFailures) async throws {
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
            try await catchUp(zone, posts, cursor: cursor, failures)
        case .posted(let post):
            try await decide(on: post, failures)
        case .changed(let post):
            try await note(change: post)
        }
    }

    private func catchUp(_ zone: Zone, _ posts: [ConnectPost], cursor: ConnectCursor, _ failures: DiscussionFailures) async throws {
        guard let identity = desk.identity else { throw CancellationError() }
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
            // From now on answers are seen, so there may be something to answer.
            desk.postingBell.ring(everyone: true)
            return
        }
        let isRestored = try await store.read { try $0.isRestored(zone) }
        for post in posts { try await decide(on: post, as: isRestored ? .restored : .current, failures) }
        try await store.write { transaction in
            try transaction.setCursor(cursor, of: zone)
            // In the same transaction: until everything is decided, whatever comes again is still from before.
            if isRestored { try transaction.finishRestoration(of: zone) }
        }
    }

    /// Posts that were handled may change; what that means for the customer is decided by the same rules as at first.
    private func note(change post: ConnectPost) async throws {
        guard let identity = desk.identity else { throw CancellationError() }
        let forwarding = desk.forwardingFlow(as: identity)
        let changes = desk.changeFlow(as: identity)
        let now = clock.now()
        if try await isOfCheck(post) {
            return try await store.write { try forwarding.note([post], in: $0) }
        }
        try await store.write { transaction in
            try forwarding.note([post], in: transaction)
            try changes.compare(post, at: now, in: transaction)
        }
        desk.sendingBell.ring()
    }

    /// Whether a post belongs to the check of private posts, which learns that it was read.
    private func isOfCheck(_ post: ConnectPost) async throws -> Bool { try await privatePosts?.takes(post) ?? false }

    private func decide(
        on post: ConnectPost, as occasion: ForwardingFlow.Occasion = .current, _ failures: DiscussionFailures
    ) async throws {
        guard let identity = desk.identity else { throw CancellationError() }
        let flow = desk.forwardingFlow(as: identity)
        if try await isOfCheck(post) {
            let present = post
            return try await store.write { try flow.setAside(present, in: $0) }
        }
        let giveUpAt = clock.now() + (occasion == .restored ? Self.patienceAfterRestoration : Self.patience)
        var isComplete = false
        var hasRead = false
        var post = post
        while true {
            let now = clock.now()
            let final = isComplete
            let present = post
            switch try await store.write({ try flow.handle(present, on: occasion, isComplete: final, at: now, in: $0) }) {
            case .done:
                // Nothing follows from what we wrote ourselves, and there may be thousands of that.
                guard !identity.isNamed(post.author) else { return }
                desk.sendingBell.ring()
                desk.postingBell.ring()
                let reference = post.reference
                if try await store.read({ try $0.outgoing(of: reference).contains { $0.state.name != "failed" } }) {
                    desk.noteAnswer(post, at: now)
                }
                await connect.markRead(reference)
                return
            case .needsFiles:
                // If Connect does not say now, it is asked again when the post's turn comes; others do not wait for that.
                post.files = try? await connect.files(of: post.reference, in: post.zone)
                if post.files == nil { isComplete = true }
            case .needsDiscussion(let root):
                // What the discussion does not show is not there for us. It may show a post of ours that is still to be confirmed, though.
                guard !hasRead else {
                    isComplete = true
                    continue
                }
                do {
                    let posts = try await connect.posts(of: root, in: post.zone)
                    for other in posts { _ = try await isOfCheck(other) }
                    try await store.write { try flow.note(posts, in: $0) }
                    hasRead = true
                } catch {
                    // Everything is read again after a new login; if that does not help either, the post is decided on without.
                    guard failures.add(root) >= Self.attempts else { throw error }
                    logger.warning("A discussion cannot be read; a post in it is decided on without", metadata: ["error": "\(error)"])
                    isComplete = true
                }
            case .needsConfirmation:
                if clock.now() >= giveUpAt {
                    isComplete = true
                } else {
                    await desk.confirmationBell.wait(until: min(giveUpAt, clock.now() + .seconds(1)), clock: clock)
                    try Task.checkCancellation()
                }
            }
        }
    }
}

/// How often each discussion could not be read.
private final class DiscussionFailures: Sendable {
    private let counts = Mutex<[PostReference: Int]>([:])

    /// Counts a failure, and says how many there were.
    func add(_ discussion: PostReference) -> Int {
        counts.withLock { counts in
            if counts.count >= 1_000 { counts = [:] }
            counts[discussion, default: 0] += 1
            return counts[discussion] ?? 1
        }
    }
}
