import Bridge
import Foundation
import GRDB
import Testing

@testable import AppService

@Suite struct SettingsStoreTests {
    private struct Stop: Error {}

    private let instance: TemporaryInstance
    private let database: InstanceDatabase
    private let store: SettingsStore

    init() throws {
        instance = try TemporaryInstance()
        database = try InstanceDatabase(at: instance.location)
        store = SettingsStore(database)
    }

    private static func sealed(_ byte: UInt8, keyID: String = "0123456789abcdef") throws -> SealedValue {
        try #require(SealedValue(rawValue: "v1.\(keyID).\(Data(repeating: byte, count: 40).base64EncodedString())"))
    }

    private static func sample() throws -> StoredSettings {
        StoredSettings(
            accounts: [
                "104222333444555": .init(token: try sealed(1), tokenStoredAt: Moment(seconds: 7), name: "Sales & Co"),
                "104222333444556": .init(token: nil),
            ],
            numbers: [
                PhoneNumberID(rawValue: "1"): .init(
                    account: "104222333444555",
                    app: "connect",
                    zone: Zone(rawValue: "sales"),
                    tags: ["vip", "a \"b\""],
                    isLicensed: false,
                    closedMessage: "Closed.\nÄ",
                    readReceipts: true,
                    typing: true,
                    edits: "resend",
                    revision: 1,
                    profile: .init(display: "+49 1", verifiedName: "Sales", quality: "GREEN", isRegistered: true)
                ),
                PhoneNumberID(rawValue: "2"): .init(
                    account: "104222333444556", deletedAt: Moment(seconds: 9), licensedAt: Moment(seconds: 8), revision: 1,
                    profile: .init(display: "", verifiedName: "", isRegistered: false)),
            ],
            secrets: [.password: try sealed(2), .appSecret: try sealed(3, keyID: "fedcba9876543210")],
            seeds: ["password": "digest"],
            options: StoredOptions(
                closedMessage: "", retentionDays: 30, logLevel: .debug, traces: [.app, .database], webhookVerifiedAt: Moment(milliseconds: 5))
        )
    }

    @Test func `A fresh instance has no settings`() async throws {
        #expect(try await store.settings() == StoredSettings())
        #expect(try await store.revision() == 0)
    }

    @Test func `Everything that is stored is read back, also after opening again`() async throws {
        let sample = try Self.sample()
        try await store.change { $0 = sample }
        #expect(try await store.settings() == sample)
        try database.close()
        let reopened = try InstanceDatabase(at: instance.location)
        #expect(try await SettingsStore(reopened).settings() == sample)
    }

    @Test func `Every part can be changed and removed`() async throws {
        let sample = try Self.sample()
        try await store.change { $0 = sample }
        var changed = sample
        changed.accounts["104222333444555"]?.token = try Self.sealed(7)
        changed.accounts["104222333444556"] = nil
        changed.numbers[PhoneNumberID(rawValue: "1")]?.zone = nil
        changed.numbers[PhoneNumberID(rawValue: "1")]?.revision = 2
        changed.accounts["104222333444556"]?.name = "Other"
        changed.options = StoredOptions(retentionDays: 31, traces: [])
        changed.numbers[PhoneNumberID(rawValue: "2")] = nil
        changed.secrets[.password] = try Self.sealed(8)
        changed.secrets[.appSecret] = nil
        changed.secrets[.verifyToken] = try Self.sealed(9)
        changed.seeds = ["password": "other", "account/1": "digest"]
        let new = changed
        try await store.change { $0 = new }
        #expect(try await store.settings() == new)
        try await store.change { $0 = StoredSettings() }
        #expect(try await store.settings() == StoredSettings())
    }

    @Test func `Only a change raises the revision, and a change that throws changes nothing`() async throws {
        let sample = try Self.sample()
        try await store.change { $0 = sample }
        #expect(try await store.revision() == 1)
        let zone = try await store.change { $0.numbers[PhoneNumberID(rawValue: "1")]?.zone }
        #expect(zone == Zone(rawValue: "sales"))
        await #expect(throws: Stop.self) {
            try await store.change { settings in
                settings = StoredSettings()
                throw Stop()
            }
        }
        #expect(try await store.revision() == 1)
        #expect(try await store.settings() == sample)
    }

    @Test func `A command beside the service changes settings, and the service sees it by the revision`() async throws {
        let command = SettingsStore(try InstanceDatabase(at: instance.location, for: .settings))
        let password = try Self.sealed(4)
        try await command.change { $0.secrets[.password] = password }
        #expect(try await store.revision() == 1)
        #expect(try await store.settings().secrets == [.password: password])
    }

    @Test func `Changes of the service and of a command are none of them lost`() async throws {
        let command = SettingsStore(try InstanceDatabase(at: instance.location, for: .settings))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                let store = number % 2 == 0 ? store : command
                group.addTask { try await store.change { $0.seeds["\(number)"] = "x" } }
            }
            try await group.waitForAll()
        }
        #expect(try await store.settings().seeds.count == 40)
        #expect(try await command.revision() == 40)
    }

    @Test func `A seed is taken over once; a changed one is noticed and the stored one kept`() {
        var settings = StoredSettings()
        #expect(settings.judgeSeed("password", fingerprint: "a") == .new)
        #expect(settings.judgeSeed("password", fingerprint: "a") == .unchanged)
        #expect(settings.judgeSeed("password", fingerprint: "b") == .changed)
        #expect(settings.judgeSeed("password", fingerprint: "b") == .changed)
        #expect(settings.seeds == ["password": "a"])
    }

    @Test func `A change raises the revision of the numbers that it changes, and only of those`() async throws {
        let sample = try Self.sample()
        let (one, two) = (PhoneNumberID(rawValue: "1"), PhoneNumberID(rawValue: "2"))
        try await store.change { $0 = sample }
        try await store.change { $0.numbers[one]?.tags = [] }
        try await store.change { $0.numbers[one]?.tags = [] }
        try await store.change { $0.numbers[one]?.deletedAt = Moment(seconds: 1) }
        let numbers = try await store.settings().numbers
        #expect(numbers[one]?.revision == 3)
        #expect(numbers[two]?.revision == 1)
    }

    @Test func `Options that cannot be read count as not set`() async throws {
        try await database.pool.write { db in
            try db.execute(sql: "INSERT INTO options VALUES ('retentionDays', 'many'), ('logLevel', 'loud'), ('traces', 'app,later'), ('x', 'y')")
        }
        #expect(try await store.settings().options == StoredOptions(traces: [.app]))
    }

    @Test func `A deleted number stays, but is not active`() throws {
        #expect(try Self.sample().activeNumbers.keys.map(\.rawValue) == ["1"])
    }

    @Test func `All keys that something is sealed under are known`() throws {
        #expect(try Self.sample().sealingKeys == ["0123456789abcdef", "fedcba9876543210"])
        #expect(StoredSettings().sealingKeys.isEmpty)
    }

    @Test func `A sealed value that cannot be read is an error without its content`() async throws {
        try await database.pool.write { try $0.execute(sql: "INSERT INTO secrets VALUES ('password', 'clear words')") }
        let error = await #expect(throws: StoreError.self) { try await store.settings() }
        #expect(error?.code == .damagedRow)
        #expect(error?.description.contains("clear words") == false)
    }
}
