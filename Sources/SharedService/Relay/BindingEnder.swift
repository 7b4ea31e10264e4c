import AppService
import Bridge
import Logging
import Protocol
import ServiceLifecycle

/// Brings bindings that are to be ended to their end: once nothing waits for them any more, the app is unsubscribed from the account
/// unless another binding uses it, and the secrets are erased.
actor BindingEnder: Service {
    /// How often it looks for what a command beside the service ended.
    static let pace = Duration.seconds(2)

    private let store: SharedStore
    private let steps: SignupSteps
    private let clock: any WallClock
    private let logger: Logger
    private let bell: Bell
    private let subscriptions: Turns
    private var attempts: [String: (count: Int, next: Moment)] = [:]

    init(store: SharedStore, steps: SignupSteps, clock: any WallClock, logger: Logger, bell: Bell, subscriptions: Turns) {
        self.store = store
        self.steps = steps
        self.clock = clock
        self.logger = logger
        self.bell = bell
        self.subscriptions = subscriptions
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                do {
                    for binding in try await store.bindings() where binding.state == .ending { try await end(binding) }
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("Bindings cannot be ended at the moment", metadata: ["error": "\(error)"])
                }
                await bell.wait(until: clock.now() + Self.pace, clock: clock)
            }
        }
    }

    private func end(_ binding: RelayBinding) async throws {
        let now = clock.now()
        if let next = attempts[binding.id]?.next, next > now { return }
        guard try await !store.isWaiting(binding.id) else { return }
        let isUnsubscribed = try await subscriptions.take {
            let others = try await store.bindings(of: binding.account)
            guard !others.contains(where: { $0.id != binding.id && [.live, .provisional].contains($0.state) }) else { return true }
            return try await unsubscribe(binding)
        }
        guard isUnsubscribed else { return }
        try await store.finish(binding.id, at: clock.now())
        attempts[binding.id] = nil
        logger.notice("A binding ended; its secrets are erased", metadata: ["instance": "\(binding.instance)", "binding": "\(binding.id)"])
    }

    /// - Returns: whether there is nothing more to try
    private func unsubscribe(_ binding: RelayBinding) async throws -> Bool {
        guard let token = try await store.token(of: binding.id) else { return true }
        let reason: String
        switch await steps.unsubscribe(from: binding.account, token) {
        case .accepted: return true
        case .rejected(let error) where !error.isTransient:
            // Mostly the token is dead, which is what an end is for.
            logger.notice(
                "Meta refused to unsubscribe from an account that is left",
                metadata: ["binding": "\(binding.id)", "code": "\(error.code ?? 0)"])
            return true
        case .rejected(let error): reason = "Meta's error code is \(error.code ?? 0)"
        case .notSent(let phrase), .ambiguous(let phrase): reason = phrase
        }
        let now = clock.now()
        if let since = try await store.changed(binding.id), now.since(since) >= RelaySchedule.longestEnding {
            logger.warning(
                "An account is left without having unsubscribed from it: Meta did not answer for a day",
                metadata: ["binding": "\(binding.id)", "reason": "\(reason)"])
            return true
        }
        let count = (attempts[binding.id]?.count ?? 0) + 1
        attempts[binding.id] = (count, now + RelaySchedule.pause(afterFailures: count))
        return false
    }
}
