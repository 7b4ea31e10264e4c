import Bridge
import Logging
import Synchronization
import Testing

@testable import AppService

@Suite("The watch over changed settings")
struct SettingsWatcherTests {
    private struct Stop: Error {}

    private let place: TemporaryInstance
    private let instance: InstanceAddress
    private let sealer: Sealer
    private let clock = MovableClock(standingAt: Moment(seconds: 1_790_000_000))
    /// The service's.
    private let storage: InstanceStorage
    /// A command's, beside it.
    private let command: SettingsStore
    private let changes: AsyncStream<SettingsChange>
    private let report: AsyncStream<SettingsChange>.Continuation
    private let log = KeptLog()

    init() async throws {
        place = try TemporaryInstance()
        instance = place.location.instance
        sealer = Sealer(key: try #require(SealingKey(bytes: Array(0..<32))))
        let database = try InstanceDatabase(at: place.location)
        let settingsStore = SettingsStore(database)
        let password = try Self.seal("old", "password", instance, sealer)
        try await settingsStore.change { $0.secrets[.password] = password }
        let settings = try await settingsStore.settings()
        storage = InstanceStorage(
            store: SQLiteStore(database), settingsStore: settingsStore, sealer: sealer, settings: settings,
            secrets: InstanceSecrets(try InstanceSecrets.open(settings, of: instance, with: sealer)))
        command = SettingsStore(try InstanceDatabase(at: place.location, for: .settings))
        (changes, report) = AsyncStream.makeStream()
    }

    private static func seal(_ text: String, _ field: String, _ instance: InstanceAddress, _ sealer: Sealer) throws -> SealedValue {
        try sealer.seal(Secret(text), for: SealingContext(instance: instance, field: field))
    }

    /// Runs a watcher while `body` runs; `failures` says how often taking over fails first.
    private func watch(failures: Int = 0, _ body: () async throws -> Void) async throws {
        let counter = FailureCounter(failures)
        let report = report
        let watcher = SettingsWatcher(instance: instance, storage: storage, clock: clock, logger: log.logger(level: .debug)) { change in
            report.yield(change)
            if counter.fails() { throw Stop() }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watcher.run() }
            try await asleep()
            try await body()
            group.cancelAll()
        }
    }

    private func eventually(_ condition: () -> Bool, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for _ in 0..<5_000 where !condition() { try await Task.sleep(for: .milliseconds(2)) }
        #expect(condition(), sourceLocation: sourceLocation)
    }

    private func asleep() async throws {
        try await eventually { clock.sleepers == 1 }
    }

    /// Lets a second pass and the watcher look.
    private func second() async throws {
        try await asleep()
        clock.move(by: .seconds(1))
        try await asleep()
    }

    private func setPassword(_ text: String) async throws {
        let sealed = try Self.seal(text, "password", instance, sealer)
        try await command.change { $0.secrets[.password] = sealed }
    }

    /// Everything that was handed over, once the watcher has ended.
    private func handedOver() async -> [SettingsChange] {
        report.finish()
        return await changes.reduce(into: []) { $0.append($1) }
    }

    @Test("A change is taken over at the next second, not before, and once")
    func change() async throws {
        try await watch {
            try await setPassword("new")
            clock.move(by: .milliseconds(999))
            try await asleep()
            #expect(storage.secrets.current.password == Secret("old"))
            clock.move(by: .milliseconds(1))
            try await eventually { storage.secrets.current.password == Secret("new") }
            for _ in 0..<3 { try await second() }
        }
        let changes = await handedOver()
        #expect(changes.count == 1)
        #expect(changes.first?.passwordChanged == true)
        #expect(changes.first?.zonesChanged == false)
        #expect(changes.first?.words == ["the password"])
        #expect(log.messages == ["Changed settings are taken over"])
    }

    @Test("Nothing is done while nothing changes")
    func quiet() async throws {
        try await watch { for _ in 0..<5 { try await second() } }
        #expect(await handedOver().isEmpty)
        #expect(log.messages == [])
    }

    @Test("What was changed between opening and running is found at the first look")
    func early() async throws {
        try await setPassword("new")
        try await watch {}
        #expect(await handedOver().map(\.passwordChanged) == [true])
        #expect(storage.secrets.current.password == Secret("new"))
    }

    @Test("Numbers, zones and tokens are told apart")
    func kinds() async throws {
        let token = try Self.seal("token", "account/1/token", instance, sealer)
        let number = PhoneNumberID(rawValue: "7")
        try await watch {
            try await command.change { $0.accounts["1"] = StoredSettings.Account(token: token) }
            try await second()
            try await command.change { $0.numbers[number] = StoredSettings.Number(account: "1") }
            try await second()
            try await command.change { $0.numbers[number]?.zone = Zone(rawValue: "sales") }
            try await second()
            try await command.change { $0.numbers[number]?.tags = ["vip"] }
            try await second()
            try await command.change { $0.numbers[number]?.deletedAt = Moment(seconds: 1) }
            try await second()
        }
        let changes = await handedOver()
        #expect(changes.map(\.zonesChanged) == [false, false, true, false, true])
        #expect(changes.map(\.passwordChanged) == Array(repeating: false, count: 5))
        #expect(changes.map(\.words) == [["access tokens"], ["numbers"], ["numbers"], ["numbers"], ["numbers"]])
    }

    @Test("What could not be taken over is tried again, together with what came meanwhile, and complained of once")
    func again() async throws {
        try await watch(failures: 3) {
            try await setPassword("new")
            try await second()
            try await second()
            try await command.change { $0.numbers[PhoneNumberID(rawValue: "7")] = StoredSettings.Number(account: "1") }
            try await second()
            try await second()
            try await second()
        }
        let changes = await handedOver()
        #expect(changes.map(\.words) == [["the password"], ["the password"], ["the password", "numbers"], ["the password", "numbers"]])
        #expect(log.messages == ["Changed settings cannot be taken over yet", "Changed settings are taken over"])
    }

    @Test("A secret that does not open changes nothing until it is set again")
    func damaged() async throws {
        let elsewhere = try Self.seal("new", "elsewhere", instance, sealer)
        try await watch {
            try await command.change { $0.secrets[.password] = elsewhere }
            try await second()
            try await second()
            #expect(storage.secrets.current.password == Secret("old"))
            try await setPassword("newer")
            try await second()
            try await eventually { storage.secrets.current.password == Secret("newer") }
        }
        #expect(await handedOver().count == 1)
        #expect(log.messages == ["Changed settings cannot be taken over yet", "Changed settings are taken over"])
    }
}

/// Fails the first times.
private final class FailureCounter: Sendable {
    private let rest: Mutex<Int>

    init(_ count: Int) { rest = Mutex(count) }

    func fails() -> Bool {
        rest.withLock { rest in
            rest -= 1
            return rest >= 0
        }
    }
}
