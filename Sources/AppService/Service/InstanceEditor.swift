import Bridge

/// Changes what instances have stored, for commands: beside a running service, which takes it over within two seconds, or without one.
public struct InstanceEditor: Sendable {
    private let configuration: ServiceConfiguration

    /// Creates an editor; nothing is opened yet.
    /// - Parameter configuration: the whole service's, because all its instances share one sealing key
    public init(configuration: ServiceConfiguration) {
        self.configuration = configuration
    }

    /// Takes over what the configuration gives an instance (its password, Graph secrets, accounts and numbers), whatever is stored. A
    /// number that was deleted comes back; what the configuration does not name stays.
    ///
    /// - Returns: what is now another value than before, in words for people; empty if nothing is.
    /// - Throws: ``StoreError`` if the database cannot be used, ``ConfigurationError`` if the sealing key does not fit.
    public func apply(_ instance: InstanceConfiguration) async throws -> [String] {
        try await change(instance.address) { settings, key in
            let seeder = InstanceSeeder(instance: instance.address, key: key)
            return try seeder.apply(instance, to: &settings, rule: .fileWins) { SealingKey.randomToken() }.taken
        }
    }

    /// Sets an instance's password.
    ///
    /// - Returns: whether it is another one than before.
    /// - Throws: as ``apply(_:)``.
    public func setPassword(_ password: Secret, of instance: InstanceAddress) async throws -> Bool {
        try await change(instance) { settings, key in
            let sealer = Sealer(key: key)
            let context = SealingContext(instance: instance, field: StoredSettings.SecretName.password.rawValue)
            // A stored value that does not open any more is replaced.
            if let stored = settings.secrets[.password], let old = try? sealer.open(stored, for: context), old == password { return false }
            settings.secrets[.password] = try sealer.seal(password, for: context)
            return true
        }
    }

    private func change<Result: Sendable>(
        _ instance: InstanceAddress, _ body: @escaping @Sendable (inout StoredSettings, SealingKey) throws -> Result
    ) async throws -> Result {
        let database = try InstanceDatabase(at: location(of: instance), for: .settings)
        let store = SettingsStore(database)
        let keyIDs = try await store.settings().sealingKeys.union(keyIDs(besides: instance))
        let key = try configuration.secretKey.open(keyIDsInUse: keyIDs)
        let result = try await store.change { settings in try body(&settings, key) }
        try database.close()
        return result
    }

    /// The keys that the other instances need. One that cannot be read is only in the way if a new key would have to be made.
    private func keyIDs(besides instance: InstanceAddress) throws -> Set<String> {
        var keyIDs: Set<String> = []
        for other in configuration.instances.map(\.address) where other != instance {
            do {
                keyIDs.formUnion(try SettingsReader.settings(at: location(of: other)).sealingKeys)
            } catch let error as StoreError where error.code == .missing {
                continue
            } catch {
                if case .file(let file) = configuration.secretKey, try file.read() == nil { throw error }
            }
        }
        return keyIDs
    }

    private func location(of instance: InstanceAddress) -> StoreLocation {
        StoreLocation(dataDirectory: configuration.dataDirectory, instance: instance)
    }
}
