public import Bridge

extension InstanceAdministration {
    /// Somebody else has changed the number since.
    private struct Conflict: Error {}

    // MARK: Looking

    /// The numbers that were not deleted, in the order of their IDs.
    public func numbers() async -> [AdministeredNumber] { await describe(settings) }

    /// A number; nil if there is none.
    public func number(_ id: PhoneNumberID) async -> AdministeredNumber? { await numbers().first { $0.id == id } }

    private func describe(_ settings: StoredSettings) async -> [AdministeredNumber] {
        let licences = licences(settings)
        let apps = directory.apps.map { Set($0.map { $0.name.lowercased() }) }
        let refused = await refusedAccounts(in: settings)
        return settings.activeNumbers.map { id, number in
            let state: AdministeredNumber.State =
                if number.app.isEmpty || apps?.contains(number.app.lowercased()) == false {
                    .noApp
                } else if number.zone == nil {
                    .noZone
                } else if !licences.active.contains(id) {
                    .unlicensed
                } else if refused.contains(number.account) {
                    .tokenInvalid
                } else if number.profile?.isRegistered == false {
                    .notRegistered
                } else {
                    .ok
                }
            return AdministeredNumber(id: id, settings: number, isActive: number.isJoined && licences.active.contains(id), state: state)
        }.sorted { $0.id.rawValue < $1.id.rawValue }
    }

    /// The accounts that have no token, or one that Meta refuses.
    func refusedAccounts(in settings: StoredSettings) async -> Set<String> {
        let accounts = Set(settings.activeNumbers.values.map(\.account)).union(settings.accounts.keys)
        let stopped = try? await storage.store.read { transaction in
            try accounts.filter { try transaction.accountStop($0) != nil }
        }
        return accounts.filter { settings.accounts[$0]?.token == nil }.union(stopped ?? []).union(care?.refused.intersection(accounts) ?? [])
    }

    // MARK: Changing

    /// Changes a number.
    ///
    /// - Parameters:
    ///   - id: which one
    ///   - revision: the revision of the number that the administrator has seen
    ///   - change: what of it
    /// - Returns: the number as it is now.
    /// - Throws: ``AdministrationFailure``, and then nothing is changed; `StoreError`
    public func update(_ id: PhoneNumberID, revision: Int64, _ change: NumberChange) async throws -> AdministeredNumber {
        let change = try change.checked()
        guard let present = try await storage.settingsStore.settings().activeNumbers[id] else { throw Self.noNumber(id) }
        if present.revision == revision { try await check(change, of: present) }
        let now = clock.now()
        do {
            try await self.change { settings in
                guard var number = settings.activeNumbers[id] else { throw Self.noNumber(id) }
                guard number.revision == revision else { throw Conflict() }
                change.apply(to: &number)
                if let isLicensed = change.isLicensed, isLicensed != number.isLicensed {
                    if isLicensed { try self.requireLicence(in: settings) }
                    number.isLicensed = isLicensed
                    number.licensedAt = isLicensed ? now : nil
                }
                settings.numbers[id] = number
            }
        } catch is Conflict {
            guard let present = try await describe(storage.settingsStore.settings()).first(where: { $0.id == id }) else { throw Self.noNumber(id) }
            throw AdministrationFailure.conflict(present)
        }
        guard let number = try await describe(storage.settingsStore.settings()).first(where: { $0.id == id }) else { throw Self.noNumber(id) }
        return number
    }

    /// Deletes a number here; at Meta it stays. What the configuration file says of it does not bring it back. With the last number of an
    /// account that a shared service joined, what was agreed about the account ends, and its token is destroyed.
    /// - Throws: ``AdministrationFailure``, `StoreError`
    public func delete(_ id: PhoneNumberID) async throws {
        let now = clock.now()
        try await change { settings in
            guard settings.activeNumbers[id] != nil else { throw Self.noNumber(id) }
            settings.numbers[id]?.deletedAt = now
            guard let account = settings.numbers[id]?.account, !settings.activeNumbers.values.contains(where: { $0.account == account }) else {
                return
            }
            // With its last number an account that a shared service joined has no use any more.
            for (id, binding) in settings.bindings where binding.account == account { settings.bindings[id]?.state = .ending }
        }
        endings.ring()
    }

    /// Gives all numbers of one zone another one, because the object that the zone is named after has another name.
    ///
    /// - Returns: how many there were.
    /// - Throws: ``AdministrationFailure``, `StoreError`
    public func moveZone(from old: String, to new: String) async throws -> Int {
        let new = try NumberRules.objectName(new, field: "to")
        return try await change { settings in
            var count = 0
            for (id, number) in settings.activeNumbers where number.zone?.rawValue.lowercased() == old.lowercased() {
                settings.numbers[id]?.zone = Zone(rawValue: new)
                count += 1
            }
            return count
        }
    }

    // MARK: Connect

    /// The Connect apps that the App object may use.
    /// - Throws: ``AdministrationFailure/noConnect(_:)`` while no PBX lists them.
    public func connectApps() throws(AdministrationFailure) -> [ConnectApp] {
        guard let apps = directory.apps else { throw .noConnect("No PBX is connected, so its Connect apps are not known.") }
        return apps
    }

    /// The zones of a Connect app that the connector may use.
    /// - Throws: `noConnect` if they cannot be read now, `notFound` if there is no such app.
    public func zones(of app: String) async throws(AdministrationFailure) -> [ConnectZone] {
        try await directory.zones(of: NumberRules.objectName(app, field: "app"))
    }

    /// Whether app and zone are there, as far as that can be found out now; what cannot be read is taken as it is.
    private func check(_ change: NumberChange, of number: StoredSettings.Number) async throws(AdministrationFailure) {
        let app = change.app ?? number.app
        if let new = change.app, !new.isEmpty, new != number.app, let apps = directory.apps,
            !apps.contains(where: { $0.name.lowercased() == new.lowercased() })
        {
            throw .notFound(field: "app", "The PBX does not list a Connect app \(new); tick it in the Apps tab of the connector's object.")
        }
        guard let zone = change.zone, !zone.isEmpty, !app.isEmpty, zone != number.zone?.rawValue || app != number.app else { return }
        guard let zones = try? await directory.zones(of: app) else { return }
        guard zones.contains(where: { $0.name.lowercased() == zone.lowercased() }) else {
            throw .notFound(
                field: "zone", "Connect has no zone \(zone) for this connector; tick the connector in the Apps tab of the Connect object first.")
        }
    }

    // MARK: Licences

    /// Makes sure that one more number may be licensed.
    func requireLicence(in settings: StoredSettings) throws(AdministrationFailure) {
        let licensed = settings.activeNumbers.values.count(where: \.isLicensed)
        let licences = licences(settings)
        guard licences.hasRoom(besides: licensed) else { throw .noLicence("\(licensed) of \(licences.count) licences are in use.") }
    }

    static func noNumber(_ id: PhoneNumberID) -> AdministrationFailure {
        .notFound(field: "id", "There is no number \(id.rawValue.prefix(40)) here any more.")
    }
}
