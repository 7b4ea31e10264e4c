import AppService
import Bridge
import Protocol

/// Tells subscribed sessions what changes, be it by themselves, by other administrators, by commands beside the service, or in the world.
struct Pushes: Sendable {
    /// How often subscribers are looked after although nobody says that something changed: the ledger says nothing of refused tokens.
    static let interval: Duration = .seconds(2)

    let administration: InstanceAdministration
    let config: Subscriptions<GeneralSettings>
    let info: Subscriptions<WhatsAppAdmin.Info>
    let numbers: Subscriptions<[WhatsAppAdmin.Number]>
    let onboarding: Subscriptions<OnboardingProgress?>

    /// Runs until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await config.run() }
            group.addTask { await info.run() }
            group.addTask { await numbers.run() }
            group.addTask { await onboarding.run() }
            group.addTask { await watch() }
            group.addTask { await lookAround() }
        }
    }

    private func watch() async {
        while !Task.isCancelled {
            let version = administration.version
            touch()
            guard (try? await administration.changed(since: version)) != nil else { return }
        }
    }

    private func lookAround() async {
        while (try? await administration.clock.sleep(for: Self.interval)) != nil {
            if !info.isEmpty || !numbers.isEmpty { touch() }
        }
    }

    private func touch() {
        config.touch()
        info.touch()
        numbers.touch()
        onboarding.touch()
    }
}
