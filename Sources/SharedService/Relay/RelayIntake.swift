import AppService
import Bridge
import Logging
import Synchronization

/// Takes what Meta sends: divided among the bindings and durable before Meta gets its answer.
final class RelayIntake: Sendable {
    private let store: SharedStore
    private let logger: Logger
    private let bell: Bell
    private let counts = Mutex((taken: 0, unclaimed: 0, unreadable: 0))

    init(store: SharedStore, logger: Logger, bell: Bell) {
        self.store = store
        self.logger = logger
        self.bell = bell
    }

    /// Notifications taken, changes that nobody got, and notifications that could not be read, since the start.
    var figures: (taken: Int, unclaimed: Int, unreadable: Int) { counts.withLock { $0 } }

    /// Takes a notification whose signature was right.
    func take(_ body: [UInt8], at now: Moment) async throws {
        guard let split = WebhookSplit(body) else {
            counts.withLock { $0.unreadable += 1 }
            logger.error("A notification of Meta's cannot be read and goes to nobody", metadata: ["bytes": "\(body.count)"])
            return
        }
        let (receivers, unclaimed) = try await store.append(split, at: now, bytes: body.count)
        counts.withLock {
            $0.taken += 1
            $0.unclaimed += unclaimed
        }
        if unclaimed > 0 {
            let accounts = split.accounts.filter(MetaID.isValid).sorted().prefix(5).joined(separator: ", ")
            logger.notice("Changes go to nobody: no instance is joined with them", metadata: ["changes": "\(unclaimed)", "accounts": "\(accounts)"])
        }
        if receivers > 0 { bell.ring() }
    }
}
