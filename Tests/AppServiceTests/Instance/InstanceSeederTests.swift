import Bridge
import Testing

@testable import AppService

@Suite("Seeds of the configuration file")
struct InstanceSeederTests {
    private static let instance = InstanceAddress("example.com/whatsapp")
    private static let number = PhoneNumberID(rawValue: "7")

    private let seeder: InstanceSeeder
    private let sealer: Sealer
    private let instance: InstanceAddress

    init() throws {
        let key = try #require(SealingKey(bytes: Array(0..<32)))
        instance = try #require(Self.instance)
        seeder = InstanceSeeder(instance: instance, key: key)
        sealer = Sealer(key: key)
    }

    private func file(_ change: (inout InstanceConfiguration) -> Void = { _ in }) -> InstanceConfiguration {
        var configuration = InstanceConfiguration(
            address: instance,
            password: Secret("password-1"),
            graph: GraphConfiguration(appSecret: Secret("app-1"), previousAppSecret: Secret("app-0"), verifyToken: Secret("verify-1")),
            accounts: [
                AccountConfiguration(
                    waba: "1", token: Secret("token-1"),
                    numbers: [NumberConfiguration(id: Self.number, zone: Zone(rawValue: "sales"), closedMessage: "Closed.")])
            ]
        )
        change(&configuration)
        return configuration
    }

    private func seed(
        _ file: InstanceConfiguration, into settings: inout StoredSettings, rule: InstanceSeeder.Rule = .storedWins
    ) throws -> InstanceSeeder.Report {
        try seeder.apply(file, to: &settings, rule: rule) { "made-up" }
    }

    private func secrets(_ settings: StoredSettings) throws -> InstanceSecrets.Contents {
        try InstanceSecrets.open(settings, of: instance, with: sealer)
    }

    private static let first = InstanceSecrets.Contents(
        password: Secret("password-1"), appSecrets: [Secret("app-1"), Secret("app-0")], verifyToken: Secret("verify-1"),
        tokens: ["1": Secret("token-1")])

    @Test("New seeds are taken over, in words without values")
    func new() throws {
        var settings = StoredSettings()
        let report = try seed(file(), into: &settings)
        #expect(
            report.taken == ["the password", "the app secret", "the previous app secret", "the verify token", "the token of account 1", "number 7"])
        #expect(report.kept == [])
        #expect(try secrets(settings) == Self.first)
        #expect(
            settings.numbers == [
                Self.number: StoredSettings.Number(account: "1", app: "connect", zone: Zone(rawValue: "sales"), closedMessage: "Closed.")
            ])
        #expect(
            settings.seeds.keys.sorted() == [
                "account/1/token", "graph/appSecret", "graph/previousAppSecret", "graph/verifyToken", "number/7", "password",
            ])
    }

    @Test("Unchanged seeds change nothing, not even how secrets are sealed", arguments: [InstanceSeeder.Rule.storedWins, .fileWins])
    func unchanged(rule: InstanceSeeder.Rule) throws {
        var settings = StoredSettings()
        _ = try seed(file(), into: &settings)
        let before = settings
        #expect(try seed(file(), into: &settings, rule: rule) == InstanceSeeder.Report())
        #expect(settings == before)
    }

    @Test("What was stored before the file had it is kept, and the file's is not taken over later")
    func storedFirst() throws {
        var settings = StoredSettings()
        settings.secrets[.password] = try sealer.seal(Secret("from the PBX"), for: SealingContext(instance: instance, field: "password"))
        settings.numbers[Self.number] = StoredSettings.Number(account: "1", zone: Zone(rawValue: "support"))
        let report = try seed(file(), into: &settings)
        #expect(report.taken == ["the app secret", "the previous app secret", "the verify token", "the token of account 1"])
        #expect(report.kept == [])
        #expect(try secrets(settings).password == Secret("from the PBX"))
        #expect(settings.numbers[Self.number]?.zone == Zone(rawValue: "support"))
        #expect(try seed(file(), into: &settings) == InstanceSeeder.Report())
    }

    /// What is changed in the file, and the words for it.
    struct Change: Sendable, CustomTestStringConvertible {
        var words: String
        var change: @Sendable (inout InstanceConfiguration) -> Void
        var testDescription: String { words }

        init(_ words: String, _ change: @escaping @Sendable (inout InstanceConfiguration) -> Void) {
            self.words = words
            self.change = change
        }
    }

    static let changes = [
        Change("the password") { $0.password = Secret("password-2") },
        Change("the app secret") { $0.graph.appSecret = Secret("app-2") },
        Change("the previous app secret") { $0.graph.previousAppSecret = Secret("app-1") },
        Change("the verify token") { $0.graph.verifyToken = Secret("verify-2") },
        Change("the token of account 1") { $0.accounts[0].token = Secret("token-2") },
        Change("number 7") { $0.accounts[0].numbers[0].app = "connect2" },
        Change("number 7") { $0.accounts[0].numbers[0].zone = Zone(rawValue: "support") },
        Change("number 7") { $0.accounts[0].numbers[0].tags = ["vip"] },
        Change("number 7") { $0.accounts[0].numbers[0].licensed = false },
        Change("number 7") { $0.accounts[0].numbers[0].closedMessage = "" },
        Change("number 7") { $0.accounts[0].numbers[0].readReceipts = true },
        Change("number 7") { $0.accounts[0].numbers[0].typing = true },
        Change("number 7") { $0.accounts[0].numbers[0].edits = .correction },
    ]

    @Test("A changed seed is kept and reported at every start, until it is applied", arguments: changes)
    func changed(change: Change) throws {
        var settings = StoredSettings()
        _ = try seed(file(), into: &settings)
        let before = settings
        let changed = file(change.change)
        for _ in 0..<2 { #expect(try seed(changed, into: &settings) == InstanceSeeder.Report(kept: [change.words])) }
        #expect(settings == before)

        #expect(try seed(changed, into: &settings, rule: .fileWins) == InstanceSeeder.Report(taken: [change.words]))
        var fresh = StoredSettings()
        _ = try seed(changed, into: &fresh)
        #expect(try secrets(settings) == secrets(fresh))
        #expect(settings.numbers == fresh.numbers)
        #expect(settings.seeds == fresh.seeds)
        #expect(try seed(changed, into: &settings) == InstanceSeeder.Report())
    }

    @Test("The line about a changed seed says what to do, and no value")
    func notice() throws {
        var settings = StoredSettings()
        _ = try seed(file(), into: &settings)
        let report = try seed(file { $0.password = Secret("password-2") }, into: &settings)
        #expect(
            report.notices == [
                "The configuration file has changed the password, but the stored value is kept; use `instance apply` to take the file's."
            ])
    }

    @Test("A deleted number stays deleted, changed in the file or not; applying the file brings it back")
    func deleted() throws {
        var settings = StoredSettings()
        _ = try seed(file(), into: &settings)
        settings.numbers[Self.number]?.deletedAt = Moment(seconds: 5)
        let deleted = settings
        #expect(try seed(file(), into: &settings) == InstanceSeeder.Report())
        #expect(settings == deleted)
        let changed = file { $0.accounts[0].numbers[0].tags = ["vip"] }
        #expect(try seed(changed, into: &settings).kept == ["number 7"])
        #expect(settings.activeNumbers.isEmpty)

        #expect(try seed(file(), into: &settings, rule: .fileWins).taken == ["number 7"])
        #expect(settings.activeNumbers[Self.number]?.zone == Zone(rawValue: "sales"))
    }

    @Test("Applying takes the file's value also where another one was stored since, but leaves what the file does not name")
    func applyOverStored() throws {
        var settings = StoredSettings()
        _ = try seed(file { $0.accounts[0].numbers[0].zone = nil }, into: &settings)
        settings.secrets[.password] = try sealer.seal(Secret("from the PBX"), for: SealingContext(instance: instance, field: "password"))
        settings.numbers[Self.number]?.zone = Zone(rawValue: "chosen")
        settings.numbers[Self.number]?.app = "connect2"
        settings.numbers[Self.number]?.tags = ["chosen"]
        settings.numbers[PhoneNumberID(rawValue: "8")] = StoredSettings.Number(account: "2")
        settings.accounts["2"] = StoredSettings.Account(token: nil)

        let report = try seed(file { $0.accounts[0].numbers[0].zone = nil }, into: &settings, rule: .fileWins)
        #expect(report == InstanceSeeder.Report(taken: ["the password", "number 7"]))
        #expect(try secrets(settings).password == Secret("password-1"))
        #expect(
            settings.numbers[Self.number]
                == StoredSettings.Number(account: "1", app: "connect2", zone: Zone(rawValue: "chosen"), closedMessage: "Closed."))
        #expect(settings.numbers[PhoneNumberID(rawValue: "8")] != nil)
        #expect(settings.accounts["2"] != nil)
    }

    @Test("A file that names only one app secret ends the one before when it is applied")
    func rotationEnds() throws {
        var settings = StoredSettings()
        _ = try seed(file(), into: &settings)
        let rotated = file { $0.graph.previousAppSecret = nil }
        #expect(try seed(rotated, into: &settings) == InstanceSeeder.Report())
        #expect(try secrets(settings).appSecrets.count == 2)
        #expect(try seed(rotated, into: &settings, rule: .fileWins).taken == ["the previous app secret (removed)"])
        #expect(try secrets(settings).appSecrets == [Secret("app-1")])
        #expect(try seed(file(), into: &settings).taken == ["the previous app secret"])
    }

    @Test("A stored secret that is damaged is replaced when the file is applied")
    func damaged() throws {
        var settings = StoredSettings()
        _ = try seed(file(), into: &settings)
        settings.secrets[.password] = settings.secrets[.appSecret]
        #expect(throws: SealingError.self) { try secrets(settings) }
        #expect(try seed(file(), into: &settings, rule: .fileWins).taken == ["the password"])
        #expect(try secrets(settings) == Self.first)
    }

    @Test("An instance without a verify token gets one, once")
    func verifyToken() throws {
        var settings = StoredSettings()
        let bare = InstanceConfiguration(address: instance)
        #expect(try seed(bare, into: &settings) == InstanceSeeder.Report())
        #expect(try secrets(settings).verifyToken == Secret("made-up"))
        let before = settings
        #expect(try seed(bare, into: &settings, rule: .fileWins) == InstanceSeeder.Report())
        #expect(settings == before)
    }

    @Test("Fingerprints show no value and differ between keys")
    func fingerprints() throws {
        var settings = StoredSettings()
        _ = try seed(file(), into: &settings)
        let otherKey = try #require(SealingKey(bytes: Array(1..<33)))
        var others = StoredSettings()
        _ = try InstanceSeeder(instance: instance, key: otherKey).apply(file(), to: &others) { "made-up" }
        for (name, fingerprint) in settings.seeds {
            #expect(fingerprint.count == 32)
            #expect(others.seeds[name] != fingerprint)
        }
    }
}
