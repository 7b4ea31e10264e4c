import Bridge
import Logging
public import Protocol

extension InstanceAdministration {
    /// The onboarding that is under way, or the last one since the service was started.
    public var onboarding: OnboardingProgress? { joining?.progress }

    /// Starts to join an account, or a further number of one, with the help of the shared service.
    ///
    /// - Parameters:
    ///   - kind: what is wanted
    ///   - account: the account that a number is to be added to; nil for the only one
    ///   - pin: to register numbers with
    /// - Returns: how it stands; ``changed(since:)`` tells what becomes of it.
    public func startOnboarding(
        _ kind: Pairing.Kind, account: String?, pin: PIN
    ) async throws(AdministrationFailure) -> OnboardingProgress {
        guard let joining else { throw .refused("No shared service is configured; add the account by hand.") }
        guard kind == .number else { return try await joining.start(.full, account: nil, pin: pin) }
        let accounts = Set(settings.activeNumbers.values.map(\.account)).union(settings.accounts.keys)
        if let account {
            guard accounts.contains(account) else { throw .notFound(field: "waba", "There is no account \(account.prefix(40)) here.") }
            return try await joining.start(.number, account: account, pin: pin)
        }
        guard let only = accounts.first else { throw .refused("There is no account yet that a number could be added to; join one first.") }
        guard accounts.count == 1 else { throw .badValue(field: "waba", "There are several accounts; say which one the number is to be added to.") }
        return try await joining.start(.number, account: only, pin: pin)
    }

    /// Gives an onboarding up.
    /// - Parameter id: as ``startOnboarding(_:account:pin:)`` gave it
    public func cancelOnboarding(_ id: String) throws(AdministrationFailure) {
        guard let joining else { throw .refused("No shared service is configured.") }
        try joining.cancel(id)
    }
}

extension InstanceAdministration: OnboardingKeeper {
    var standing: (shared: Set<String>, numbers: [PhoneNumberID: String]) {
        (taken.current.value.state.secrets.sharedAccounts, settings.activeNumbers.mapValues(\.account))
    }

    func path(of number: PhoneNumberID) -> DirectPath? {
        taken.current.value.state.secrets.directPaths.first { $0.number == number }
    }

    func requireRoom(for numbers: [PhoneNumberID]) throws(AdministrationFailure) { try Self.requireRoom(for: numbers, in: settings) }

    func begin(_ joined: JoinedAccount) async throws {
        let key = try storage.sealer.seal(joined.relayKey.secret, for: InstanceSecrets.relayKeyContext(joined.relayKey.id, of: address))
        let now = clock.now()
        try await storage.settingsStore.change { settings in
            // A binding that is renewed holds on, whatever becomes of this.
            guard settings.bindings[joined.binding] == nil, settings.relayKeys[joined.relayKey.id] == nil else { return }
            settings.bindings[joined.binding] = StoredSettings.Binding(account: joined.account, mode: joined.mode, state: .pending, since: now)
            settings.relayKeys[joined.relayKey.id] = StoredSettings.RelayKey(binding: joined.binding, key: key)
        }
    }

    func keep(_ joined: JoinedAccount) async throws -> Int {
        let (sealer, address, now) = (storage.sealer, address, clock.now())
        let token = try sealer.seal(joined.token, for: InstanceSecrets.tokenContext(joined.account, of: address))
        let proof = try joined.proof.map { try sealer.seal($0, for: InstanceSecrets.proofContext(joined.account, of: address)) }
        let key = try sealer.seal(joined.relayKey.secret, for: InstanceSecrets.relayKeyContext(joined.relayKey.id, of: address))
        let paths = try joined.paths.map { path in
            (
                path.number,
                StoredSettings.DirectPath(
                    path: try sealer.seal(path.path, for: InstanceSecrets.pathContext(path.number, of: address)),
                    verifyToken: try sealer.seal(path.verifyToken, for: InstanceSecrets.pathTokenContext(path.number, of: address)))
            )
        }
        let (app, zone) = newNumberPlace
        try await change { settings in
            settings.accounts[joined.account] = StoredSettings.Account(
                token: token, tokenStoredAt: now, name: joined.discovered.name ?? settings.accounts[joined.account]?.name, proof: proof)
            try self.take(joined.discovered.numbers, of: joined.account, app: app, zone: zone, at: now, into: &settings)
            settings.take(
                StoredSettings.Binding(account: joined.account, mode: joined.mode, state: .active, since: now), id: joined.binding,
                keyID: joined.relayKey.id, key: key)
            for (number, path) in paths { settings.directPaths[number] = path }
        }
        care?.note(joined.account, expiresAt: joined.expiresAt, dataAccessExpiresAt: joined.dataAccessExpiresAt)
        return joined.discovered.numbers.count
    }

    func abandon(_ binding: String, mayHold: Bool) async {
        do {
            try await storage.settingsStore.change { settings in
                guard settings.bindings[binding]?.state == .pending else { return }
                if mayHold { settings.bindings[binding]?.state = .ending } else { settings.forget(binding: binding) }
            }
        } catch {
            logger.error("A binding that came to nothing cannot be forgotten yet", metadata: ["error": "\(error)"])
        }
        bell.ring()
        endings.ring()
    }

    // MARK: Looking

    /// What is wrong with the accounts.
    func accountProblems(_ settings: StoredSettings) -> [(account: String, AccountStanding.Finding)] {
        let now = clock.now()
        return (care?.standings ?? [:]).sorted { $0.key < $1.key }.flatMap { account, standing in
            settings.accounts[account] == nil ? [] : standing.findings(at: now).map { (account, $0) }
        }
    }
}

extension InstanceOverview.Problem {
    /// What somebody has to know of an account, and what to do.
    init(_ finding: AccountStanding.Finding, of account: String) {
        switch finding {
        case .lost(let reason):
            self.init(
                code: "account-lost", severity: .error, arguments: [account, reason],
                text: "The app has lost account \(account) (\(reason)); nothing can be sent from it. Join it again.")
        case .revoked:
            self.init(
                code: "token-invalid", severity: .error, arguments: [account],
                text: "Meta refuses the access token of account \(account); replace it.")
        case .expires(let end, let isUrgent):
            self.init(
                code: "token-expires", severity: isUrgent ? .error : .warning, arguments: [account, "\(end.milliseconds)"],
                text: "The access token of account \(account) ends soon; replace it before.")
        case .shortLived(let end):
            self.init(
                code: "token-short-lived", severity: .error, arguments: [account, "\(end.milliseconds)"],
                text: "The access token of account \(account) is one for first tests and ends within a day or two; make one for a system user.")
        case .dataAccessExpires(let end, let isUrgent):
            self.init(
                code: "data-access-expires", severity: isUrgent ? .error : .warning, arguments: [account, "\(end.milliseconds)"],
                text: "The access to the data of account \(account) ends soon; join it again before.")
        }
    }
}
