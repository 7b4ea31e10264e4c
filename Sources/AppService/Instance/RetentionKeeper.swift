import Bridge
import Logging

/// Removes what is older than messages are kept: once an hour, in small steps with rests between them, so that nobody waits for it.
struct RetentionKeeper: Sendable {
    /// How long it waits between two sweeps, and before the first.
    static let interval: Duration = .seconds(3_600)
    /// How long it rests after each step.
    static let rest: Duration = .milliseconds(100)

    let clock: any WallClock
    let logger: Logger
    /// How many days messages are kept, as it is set now.
    let days: @Sendable () -> Int
    /// Makes one step of a sweep.
    let advance: @Sendable (RetentionSweep) async throws -> RetentionSweep

    /// Runs until the task is cancelled.
    func run() async {
        while (try? await clock.sleep(for: Self.interval)) != nil {
            do {
                try await sweep()
            } catch _ where Task.isCancelled {
                return
            } catch {
                logger.error("What is too old cannot be removed; trying again in an hour", metadata: ["error": "\(error)"])
            }
        }
    }

    private func sweep() async throws {
        let days = days()
        var sweep = RetentionSweep(at: clock.now(), keeping: days)
        while sweep.part != nil {
            sweep = try await advance(sweep)
            try await clock.sleep(for: Self.rest)
        }
        guard !sweep.removed.isEmpty else { return }
        logger.info(
            "Removed what is older than messages are kept",
            metadata: [
                "days": "\(days)", "webhooks": "\(sweep.removed[.webhooks] ?? 0)", "events": "\(sweep.removed[.events] ?? 0)",
                "posts": "\(sweep.removed[.posts] ?? 0)", "messages": "\(sweep.removed[.messages] ?? 0)",
            ])
    }
}
