import Bridge
import Logging
import Synchronization

/// Reads discussions again in which colleagues answered lately, one at a time, and passes on what changed.
struct DiscussionWatcher: Sendable {
    let store: any Store
    let connect: any ConnectPort
    let media: any MediaPort
    let clock: any WallClock
    let desk: InstanceDesk
    let logger: Logger

    /// How long a reading that is due waits for Connect to come back, at most, before it is looked again.
    private static let patience: Duration = .seconds(5)

    /// Runs until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let now = clock.now()
            let identity = desk.identity
            if let identity, let reading = desk.watch.withLock({ $0.take(at: now) }) {
                await read(reading, as: identity)
            } else {
                let due = desk.watch.withLock { $0.due }
                await desk.watchBell.wait(until: identity == nil ? due.map { max($0, now + Self.patience) } : due, clock: clock)
            }
        }
    }

    private func read(_ reading: DiscussionWatch.Reading, as identity: ConnectorIdentity) async {
        do {
            let posts = try await connect.posts(of: reading.discussion, in: reading.zone)
            let forwarding = desk.forwardingFlow(as: identity)
            let changes = desk.changeFlow(as: identity)
            let now = clock.now()
            let dropped = try await store.write { transaction in
                try forwarding.note(posts, in: transaction)
                for post in posts { try changes.compare(post, at: now, in: transaction) }
                return try reading.gone(from: posts).flatMap { try changes.deleted($0, at: now, in: transaction) }
            }
            for message in dropped { await media.discard(message) }
            desk.sendingBell.ring()
            desk.postingBell.ring()
        } catch {
            // It comes again at its next age; nothing else depends on it.
            logger.info("A discussion could not be read again", metadata: ["error": "\(error)"])
        }
    }
}
