import Bridge
import Logging

/// Takes durable webhooks apart, in the order in which they came, and records what follows from each element.
struct WebhookIntake: Sendable {
    let store: any Store
    let clock: any WallClock
    let desk: InstanceDesk
    /// Reads a body; never fails: what cannot be read is an event, too.
    let read: @Sendable (StoredWebhook) -> [InboundEvent]
    let logger: Logger

    /// How many webhooks share a transaction.
    private static let batch = 64

    /// Runs until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                let webhooks = try await store.read { try $0.pendingWebhooks(limit: Self.batch) }
                guard !webhooks.isEmpty else {
                    await desk.intakeBell.wait()
                    continue
                }
                let elements = webhooks.map { ($0.id, read($0)) }
                let flow = desk.inboundFlow
                let now = clock.now()
                try await store.write { transaction in
                    for (id, events) in elements {
                        for event in events { try flow.record(event, at: now, in: transaction) }
                        try transaction.finishWebhook(id)
                    }
                }
                desk.postingBell.ring()
                desk.sendingBell.ring()
                desk.closingBell.ring()
            } catch {
                logger.error("Webhooks wait: the store cannot be written; trying again in a second", metadata: ["error": "\(error)"])
                try? await clock.sleep(for: .seconds(1))
            }
        }
    }
}
