public import Bridge

extension InstanceAdministration {
    /// Adds an account with its numbers, or gives a known one a new token and the numbers that it lacks.
    ///
    /// New numbers begin with the zone of the App object, the only Connect app if there is one only, and a licence as long as there are any.
    /// - Returns: the numbers of the request as they are now, and for those that could not be registered why, as a sentence.
    /// - Throws: ``AdministrationFailure``, and then nothing is stored; `StoreError`
    public func add(_ request: AccountRequest) async throws -> (numbers: [AdministeredNumber], problems: [PhoneNumberID: String]) {
        _ = try NumberRules.identifier(request.account, field: "waba", of: "a WhatsApp Business Account")
        for id in request.numbers ?? [] { _ = try NumberRules.identifier(id.rawValue, field: "phoneIds", of: "a phone number") }
        try Self.checkToken(request.token, field: "token")
        if let appSecret = request.appSecret { try Self.checkToken(appSecret, field: "appSecret") }
        if let numbers = request.numbers { try Self.requireRoom(for: numbers, in: settings) }
        guard let setup = parts.accountSetup else {
            throw AdministrationFailure.refused("Accounts cannot be added here; put the account into the configuration file.")
        }
        let account: DiscoveredAccount
        do {
            var complete = request
            // What proves to Meta that the app's owner is calling, if no other is given.
            complete.appSecret = request.appSecret ?? taken.current.value.state.secrets.appSecrets.first
            account = try await setup.prepare(complete)
        } catch {
            throw AdministrationFailure(error)
        }
        try await store(account, as: request)
        let ids = Set(account.numbers.map(\.id))
        let problems = account.numbers.compactMap { number in number.problem.map { (number.id, $0) } }
        return (await numbers().filter { ids.contains($0.id) }, Dictionary(problems) { first, _ in first })
    }

    private func store(_ account: DiscoveredAccount, as request: AccountRequest) async throws {
        let token = try storage.sealer.seal(request.token, for: InstanceSecrets.tokenContext(request.account, of: address))
        let (sealer, address) = (storage.sealer, address)
        let now = clock.now()
        let (app, zone) = newNumberPlace
        try await change { settings in
            settings.accounts[request.account] = StoredSettings.Account(
                token: token, tokenStoredAt: now, name: account.name ?? settings.accounts[request.account]?.name)
            if let appSecret = request.appSecret { try settings.take(appSecret: appSecret, of: address, sealer) }
            try self.take(account.numbers, of: request.account, app: app, zone: zone, at: now, into: &settings)
        }
    }

    /// Where numbers begin that nobody has chosen a place for.
    var newNumberPlace: (app: String, zone: Zone?) {
        let apps = directory.apps ?? []
        return (apps.count == 1 ? apps[0].name : "connect", object.map { Zone(rawValue: $0.sip) })
    }

    /// Takes numbers into the settings: what is there keeps what was chosen for it.
    func take(
        _ numbers: [DiscoveredNumber], of account: String, app: String, zone: Zone?, at now: Moment, into settings: inout StoredSettings
    ) throws(AdministrationFailure) {
        try Self.requireRoom(for: numbers.map(\.id), in: settings)
        for discovered in numbers {
            let profile = StoredSettings.Number.Profile(
                display: discovered.display, verifiedName: discovered.verifiedName, quality: discovered.quality,
                isRegistered: discovered.isRegistered)
            if settings.activeNumbers[discovered.id] != nil {
                settings.numbers[discovered.id]?.account = account
                settings.numbers[discovered.id]?.profile = profile
            } else {
                let isLicensed = (try? requireLicence(in: settings)) != nil
                settings.numbers[discovered.id] = StoredSettings.Number(
                    account: account, app: app, zone: zone, isLicensed: isLicensed,
                    closedMessage: settings.options.closedMessage ?? "", licensedAt: isLicensed ? now : nil, profile: profile)
            }
        }
    }

    static func requireRoom(for numbers: [PhoneNumberID], in settings: StoredSettings) throws(AdministrationFailure) {
        let all = Set(settings.activeNumbers.keys).union(numbers)
        guard all.count <= NumberRules.limit else {
            throw .limit("An instance has at most \(NumberRules.limit) numbers, and these would be \(all.count); name fewer, or delete some first.")
        }
    }

    private static func checkToken(_ secret: Secret, field: String) throws(AdministrationFailure) {
        let bytes = secret.revealedBytes
        guard (1...4_096).contains(bytes.count), bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .badValue(field: field, "This must be one line of text without blanks.")
        }
    }
}

extension AdministrationFailure {
    init(_ failure: AccountSetupFailure) {
        self =
            switch failure {
            case .token(let text): .badValue(field: "token", text)
            case .missingScope: .badValue(field: "token", failure.description)
            case .account(let text): .notFound(field: "waba", text)
            case .number(let id, let text): .badValue(field: "phoneIds", "\(id): \(text)")
            case .invalidPIN(let text): .invalidPIN(text)
            case .meta(let text, _): .meta(text)
            }
    }
}

extension StoredSettings {
    /// Takes a new app secret. The one before still counts, because Meta signs with it until it is told.
    mutating func take(appSecret: Secret, of instance: InstanceAddress, _ sealer: Sealer) throws {
        let context = SealingContext(instance: instance, field: SecretName.appSecret.rawValue)
        if let stored = secrets[.appSecret], let old = try? sealer.open(stored, for: context) {
            if old == appSecret { return }
            let place = SealingContext(instance: instance, field: SecretName.previousAppSecret.rawValue)
            secrets[.previousAppSecret] = try sealer.seal(old, for: place)
        }
        secrets[.appSecret] = try sealer.seal(appSecret, for: context)
    }
}
