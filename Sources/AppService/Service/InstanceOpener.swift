import Bridge
import Logging

/// Opens the databases of all instances, finds the sealing key for them, and takes over the configuration file's seeds.
struct InstanceOpener: Sendable {
    /// An instance as it could be opened.
    struct Opened: Sendable {
        var configuration: InstanceConfiguration
        var state: State
        var logger: Logger
    }

    /// Whether an instance can run.
    enum State: Sendable {
        case open(InstanceStorage)
        case failed(any Error)
    }

    let configuration: ServiceConfiguration
    let logger: Logger

    /// Opens what can be opened; an instance that cannot does not hinder the others.
    /// - Throws: `ConfigurationError` if the sealing key does not fit; the first instance's error if none can be opened.
    func open() async throws -> [Opened] {
        var databases: [(InstanceConfiguration, Result<InstanceDatabase, any Error>)] = []
        for instance in configuration.instances {
            let location = StoreLocation(dataDirectory: configuration.dataDirectory, instance: instance.address)
            databases.append((instance, Result { try InstanceDatabase(at: location) }))
        }
        var keyIDs: Set<String> = []
        for case (let index, (_, .success(let database))) in databases.enumerated() {
            do {
                keyIDs.formUnion(try await SettingsStore(database).settings().sealingKeys)
            } catch {
                databases[index].1 = .failure(error)
            }
        }
        if !databases.isEmpty, databases.allSatisfy({ (try? $0.1.get()) == nil }) { _ = try databases[0].1.get() }
        if databases.contains(where: { (try? $0.1.get()) == nil }), case .file(let file) = configuration.secretKey, try file.read() == nil {
            throw ConfigurationError(
                "secretKeyFile: \(file.path) does not exist, and a database that may need it cannot be opened; restore the key or the database."
            )
        }
        let key = try configuration.secretKey.open(keyIDsInUse: keyIDs)

        var opened: [Opened] = []
        for (instance, result) in databases {
            var logger = logger
            logger[metadataKey: "instance"] = "\(instance.address)"
            do {
                let database = try result.get()
                let settingsStore = SettingsStore(database)
                let sealer = Sealer(key: key)
                let (settings, lines) = try await Self.seed(instance, into: settingsStore, key: key)
                for line in lines { logger.notice("\(line)") }
                let secrets = try InstanceSecrets.open(settings, of: instance.address, with: sealer)
                let storage = InstanceStorage(
                    store: SQLiteStore(database),
                    settingsStore: settingsStore,
                    sealer: sealer,
                    settings: settings,
                    secrets: InstanceSecrets(secrets),
                    licences: try await settingsStore.licences(),
                    privatePosts: try await settingsStore.privatePosts(),
                    accountCare: try await settingsStore.accountCare()
                )
                opened.append(Opened(configuration: instance, state: .open(storage), logger: logger))
            } catch {
                logger.error("The instance cannot run: \(error)")
                opened.append(Opened(configuration: instance, state: .failed(error), logger: logger))
            }
        }
        return opened
    }

    private static func seed(
        _ instance: InstanceConfiguration,
        into store: SettingsStore,
        key: SealingKey
    ) async throws -> (StoredSettings, [String]) {
        let seeder = InstanceSeeder(instance: instance.address, key: key)
        let lines = try await store.change { settings in
            try seeder.apply(instance, to: &settings) { SealingKey.randomToken() }.notices
        }
        return (try await store.settings(), lines)
    }
}
