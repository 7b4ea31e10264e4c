import Bridge
import Logging
import Protocol

/// Ends bindings from our side: takes the numbers' own addresses back, destroys the token, and tells the shared service. Which binding is
/// to be ended is durable, so a service that cannot be reached holds nobody up and is told later.
struct BindingEnder: Sendable {
    /// When it is tried again first; then after twice the time each.
    static let firstRetry: Duration = .seconds(30)
    /// It is tried again at least that often.
    static let longestRetry: Duration = .seconds(3_600)

    let instance: InstanceAddress
    let service: PairingClient?
    let setup: GraphAccountSetup
    let storage: InstanceStorage
    let clock: any WallClock
    let logger: Logger
    /// Rung when a binding may be to be ended.
    let bell: Bell
    /// Has the instance take changed settings over.
    let changed: @Sendable () -> Void

    /// Runs until the task is cancelled. A binding that was being agreed on when the service stopped comes first.
    func run() async {
        var pause = Self.firstRetry
        var isFirst = true
        while !Task.isCancelled {
            var next: Moment?
            do {
                if isFirst { try await giveUpPending() }
                isFirst = false
                let left = try await endAll()
                next = left ? clock.now() + pause : nil
            } catch {
                logger.error("A binding with the shared service cannot be ended yet", metadata: ["error": "\(error)"])
                next = clock.now() + pause
            }
            pause = next == nil ? Self.firstRetry : min(pause * 2, Self.longestRetry)
            await bell.wait(until: next, clock: clock)
        }
    }

    private func giveUpPending() async throws {
        try await storage.settingsStore.change { settings in
            for (id, binding) in settings.bindings where binding.state == .pending { settings.bindings[id]?.state = .ending }
        }
    }

    /// - Returns: whether something is left to be done later
    private func endAll() async throws -> Bool {
        let settings = try await storage.settingsStore.settings()
        var isLeft = false
        for (id, binding) in settings.bindings.sorted(by: { $0.key < $1.key }) where binding.state == .ending {
            if try await !end(id, binding, settings) { isLeft = true }
        }
        return isLeft
    }

    private func end(_ id: String, _ binding: StoredSettings.Binding, _ settings: StoredSettings) async throws -> Bool {
        let account = binding.account
        let isElsewhere = settings.bindings.contains { $0.key != id && $0.value.account == account && $0.value.state == .active }
        let isUsed = isElsewhere || settings.activeNumbers.values.contains { $0.account == account }
        if !isUsed {
            let paths = settings.directPaths.keys.filter { settings.numbers[$0]?.account == account }
            if !paths.isEmpty, let credentials = storage.secrets.current.credentials(for: account) {
                await setup.takeBack(paths.map(\.rawValue), credentials)
            }
            try await storage.settingsStore.change { settings in
                for path in paths { settings.directPaths[path] = nil }
                settings.accounts[account] = nil
            }
            changed()
        }
        guard try await tell(id, settings) else { return false }
        try await storage.settingsStore.change { $0.forget(binding: id) }
        changed()
        logger.notice("A binding with the shared service is ended", metadata: ["account": "\(account)"])
        return true
    }

    /// - Returns: whether the service knows, or need not know
    private func tell(_ id: String, _ settings: StoredSettings) async throws -> Bool {
        guard let (keyID, stored) = settings.relayKeys.first(where: { $0.value.binding == id && $0.value.retiredAt == nil }) else { return true }
        let secret = try storage.sealer.open(stored.key, for: InstanceSecrets.relayKeyContext(keyID, of: instance))
        guard let service, let key = RelayKey(id: keyID, secret: secret).key else {
            logger.warning("The shared service cannot be told that a binding is ended, because none is configured")
            return true
        }
        switch await service.end(id, key: key, keyID: keyID, time: clock.now().milliseconds / 1_000) {
        case .answered: return true
        case .refused(let refusal) where refusal.known == .internal || refusal.known == .tooMany: return false
        // It does not know the binding any more, or not this key.
        case .refused(let refusal):
            logger.notice("The shared service did not end a binding", metadata: ["reason": "\(MetaQuotation.plain(refusal.code, upTo: 40))"])
            return true
        case .unanswered, .unreadable: return false
        }
    }
}
