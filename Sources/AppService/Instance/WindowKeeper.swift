import Bridge
import Logging

/// Closes discussions when their windows end.
struct WindowKeeper: Sendable {
    let store: any Store
    let clock: any WallClock
    let desk: InstanceDesk
    let logger: Logger

    /// Runs until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            do {
                let desk = desk
                let now = clock.now()
                let next = try await store.write { try desk.closingFlow.closeDue(at: now, in: $0) }
                desk.postingBell.ring()
                if let next, next <= now { continue }
                await desk.closingBell.wait(until: next, clock: clock)
            } catch _ where Task.isCancelled {
                return
            } catch {
                logger.error("Windows cannot be closed; trying again in a second", metadata: ["error": "\(error)"])
                try? await clock.sleep(for: .seconds(1))
            }
        }
    }
}
