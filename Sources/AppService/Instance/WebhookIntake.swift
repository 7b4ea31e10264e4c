import Bridge
import Logging
import Transport

/// Takes durable webhooks apart, in the order in which they came, and records what follows from each element.
struct WebhookIntake: Sendable {
    let store: any Store
    let clock: any WallClock
    let desk: InstanceDesk
    /// Reads a body; never fails: what cannot be read is an event, too.
    let read: @Sendable (StoredWebhook) -> [InboundEvent]
    /// Told of a webhook before it is done with, perhaps more than once.
    var heed: @Sendable (StoredWebhook) async -> Void = { _ in }
    let logger: Logger

    /// How many webhooks share a transaction.
    private static let batch = 128
    /// How many bytes of bodies they may have together, if there is more than one.
    private static let batchBytes = 4 << 20

    /// Runs until the task is cancelled.
    func run() async {
        var pace = IntakePace()
        var lastLook = ContinuousClock.now
        while !Task.isCancelled {
            do {
                guard !desk.isSettling else {
                    await desk.intakeBell.wait()
                    continue
                }
                let webhooks = try await store.read { try $0.pendingWebhooks(limit: Self.batch, bytes: Self.batchBytes) }
                guard !webhooks.isEmpty else {
                    await desk.intakeBell.wait()
                    continue
                }
                for webhook in webhooks { await heed(webhook) }
                do {
                    try await record(webhooks.map { ($0.id, read($0)) })
                } catch is Settling {
                    continue
                } catch {
                    logger.error("Webhooks could not be recorded together; trying one by one", metadata: ["error": "\(error)"])
                    for webhook in webhooks { try await recordOneByOne(webhook) }
                }
                desk.filesBell.ring()
                desk.postingBell.ring()
                desk.sendingBell.ring()
                desk.closingBell.ring()
                let now = ContinuousClock.now
                let waited = clock.now().since(webhooks[0].receivedAt)
                let rest = pace.rest(received: desk.receivedCount, after: lastLook.duration(to: now), oldestWaited: waited)
                lastLook = now
                // What the machine has to do is a matter of its own time, wherever the clock stands.
                if let rest { try await Alarm.sleep(for: rest) }
            } catch is Settling {
                continue
            } catch _ where Task.isCancelled {
                return
            } catch {
                logger.error("Webhooks wait: the store cannot be written; trying again in a second", metadata: ["error": "\(error)"])
                try? await clock.sleep(for: .seconds(1))
            }
        }
    }

    private func record(_ elements: [(StoredWebhook.ID, [InboundEvent])]) async throws {
        let now = clock.now()
        let desk = desk
        let waiting = try await store.write { transaction in
            let present = try Self.flow(desk)
            for (id, events) in elements {
                let flow = try present.afterRestoration(of: id, in: transaction)
                for event in events { try flow.record(event, at: now, in: transaction) }
                try transaction.finishWebhook(id)
            }
            return elements.lazy.flatMap(\.1).count { $0.conversationNumber.map { desk.lacksLicence($0) } ?? false }
        }
        desk.heldReport.note(waiting, at: now, logger: logger)
    }

    private func record(_ event: InboundEvent, of webhook: StoredWebhook.ID, at now: Moment) async throws {
        let desk = desk
        try await store.write { transaction in
            try Self.flow(desk).afterRestoration(of: webhook, in: transaction).record(event, at: now, in: transaction)
        }
    }

    /// New settings have to be settled first.
    private struct Settling: Error {}

    /// The flow with the settings as they are when its transaction's turn has come.
    private static func flow(_ desk: InstanceDesk) throws -> InboundFlow {
        if desk.isSettling { throw Settling() }
        return desk.inboundFlow
    }

    /// Finds the element that cannot be recorded and sets it aside, so that it costs neither its siblings nor what comes later. Repeating
    /// the others does no harm: they are known by their keys.
    private func recordOneByOne(_ webhook: StoredWebhook) async throws {
        let desk = desk
        for event in read(webhook) {
            let now = clock.now()
            do {
                try await record(event, of: webhook.id, at: now)
            } catch let error as Settling {
                throw error
            } catch {
                // A store in trouble says nothing against the element: everything waits, and is tried again.
                if StoreError.concernsWholeStore(error) { throw error }
                let reason = "\(error)"
                try await clock.sleep(for: .seconds(1))
                do {
                    try await record(event, of: webhook.id, at: now)
                } catch let error as Settling {
                    throw error
                } catch {
                    if StoreError.concernsWholeStore(error) { throw error }
                    try await store.write { try desk.inboundFlow.quarantine(event, because: reason, at: now, in: $0) }
                    logger.error("An element of a webhook is quarantined", metadata: ["error": "\(reason)"])
                }
            }
        }
        try await store.write { try $0.finishWebhook(webhook.id) }
    }
}
