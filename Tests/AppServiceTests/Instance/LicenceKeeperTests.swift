import Bridge
import BridgeTestSupport
import Logging
import Synchronization
import Testing

@testable import AppService

@Suite("What an instance makes of licences", .timeLimit(.minutes(2))) struct LicenceKeeperTests {
    private static let start = Moment(seconds: 1_790_000_000)

    private final class ScriptedPBX: LicenceSource {
        private let newest = Watched<LicencePool.Grant?>(nil)

        var grant: LicencePool.Grant? { newest.current.value }
        var version: Int { newest.version }

        func wait(since version: Int, until moment: Moment?, clock: any WallClock) async {
            await newest.wait(since: version, until: moment, clock: clock)
        }

        func says(_ count: Int, isTestMode: Bool = false) { newest.update { $0 = .init(count: count, isTestMode: isTestMode) } }
        func goes() { newest.update { $0 = nil } }
    }

    private final class Bench: Sendable {
        let clock = MovableClock(standingAt: LicenceKeeperTests.start)
        let pbx = ScriptedPBX()
        let applied = Mutex<[String]>([])
        let saved = Mutex<[(LicencePool.Grant, Moment)]>([])
        let failures = Mutex(0)
        let keeper: LicenceKeeper
        private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

        init(_ pool: LicencePool = LicencePool(), licensed: [String: Int64?] = ["1": nil, "2": nil, "3": nil]) {
            keeper = LicenceKeeper(
                pool, settings: Self.settings(licensed), source: pbx, language: .en, clock: clock, logger: logger)
        }

        static func settings(_ licensed: [String: Int64?]) -> StoredSettings {
            var settings = StoredSettings()
            for (id, at) in licensed {
                settings.numbers[PhoneNumberID(rawValue: id)] = .init(
                    account: "waba", zone: Zone(rawValue: "whatsapp"), licensedAt: at.map(Moment.init(seconds:)))
            }
            return settings
        }

        static func words(_ settings: BridgeSettings) -> String {
            settings.numbers.values.filter(\.isLicensed).map(\.id.rawValue).sorted().joined()
        }

        func apply(_ settings: BridgeSettings) async throws {
            let fails = failures.withLock { count in
                defer { count = max(0, count - 1) }
                return count > 0
            }
            if fails { throw CancellationError() }
            applied.withLock { $0.append(Self.words(settings)) }
        }

        func whileRunning(_ body: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await self.keeper.run { grant, moment in
                        self.saved.withLock { $0.append((grant, moment)) }
                    } apply: {
                        try await self.apply($0)
                    }
                }
                try await body()
                group.cancelAll()
            }
        }

        func applies(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
            try await eventually(sourceLocation: sourceLocation) { self.applied.withLock { $0.last == words } }
        }
    }

    @Test("Before the first login no number is licensed; logins raise and lower, and test mode means all")
    func logins() async throws {
        let bench = Bench()
        #expect(Bench.words(bench.keeper.beginning) == "")
        try await bench.whileRunning {
            bench.pbx.says(2)
            try await bench.applies("12")
            bench.pbx.says(1)
            try await bench.applies("1")
            bench.pbx.says(0, isTestMode: true)
            try await bench.applies("123")
            bench.pbx.says(0)
            try await bench.applies("")
        }
    }

    @Test("Without the PBX its word holds for 72 hours, then nothing is licensed; it comes back with the next login")
    func grace() async throws {
        let bench = Bench()
        try await bench.whileRunning {
            bench.pbx.says(3)
            try await bench.applies("123")
            bench.pbx.goes()
            try await eventually { bench.saved.withLock { $0.count == 2 } && bench.clock.sleepers == 1 }
            let standing = bench.keeper.standing(of: Bench.settings(["1": nil]))
            #expect(standing.count == 3)
            #expect(standing.graceUntil == Self.start + LicencePool.grace)
            bench.clock.move(by: LicencePool.grace - .milliseconds(1))
            #expect(bench.applied.withLock { $0 } == ["123"])
            bench.clock.move(by: .milliseconds(1))
            try await bench.applies("")
            #expect(bench.keeper.standing(of: Bench.settings(["1": nil])) == LicenceStanding(count: 0, isTestMode: false, active: []))
            bench.pbx.says(1)
            try await bench.applies("1")
        }
    }

    @Test("What was remembered holds at the next start, from when the PBX was seen last")
    func restart() async throws {
        let pool = LicencePool(remembering: .init(count: 1, isTestMode: false), seenAt: Self.start - .seconds(71 * 3_600))
        let bench = Bench(pool)
        #expect(Bench.words(bench.keeper.beginning) == "1")
        try await bench.whileRunning {
            try await eventually { bench.clock.sleepers == 1 }
            bench.clock.move(by: .seconds(3_600))
            try await bench.applies("")
        }
        #expect(bench.saved.withLock { $0.isEmpty })
    }

    @Test("That the PBX is there is noted at its login, at every hour, and when it goes")
    func notes() async throws {
        let bench = Bench()
        try await bench.whileRunning {
            bench.pbx.says(2)
            try await eventually { bench.saved.withLock { $0.count == 1 } && bench.clock.sleepers == 1 }
            bench.clock.move(by: .seconds(3_600))
            try await eventually { bench.saved.withLock { $0.count == 2 } && bench.clock.sleepers == 1 }
            bench.clock.move(by: .seconds(10))
            bench.pbx.goes()
            try await eventually { bench.saved.withLock { $0.count == 3 } }
        }
        #expect(bench.saved.withLock { $0.map { $0.1.since(Self.start) } } == [.zero, .seconds(3_600), .seconds(3_610)])
        #expect(bench.saved.withLock { $0.allSatisfy { $0.0 == .init(count: 2, isTestMode: false) } })
    }

    @Test("New settings are taken over with what holds now: whoever was licensed first goes on")
    func settings() async throws {
        let bench = Bench(licensed: ["1": 30, "2": 20])
        try await bench.whileRunning {
            bench.pbx.says(1)
            try await bench.applies("2")
            try await bench.keeper.take(Bench.settings(["1": 30, "2": 40])) { try await bench.apply($0) }
            try await bench.applies("1")
        }
        let standing = bench.keeper.standing(of: Bench.settings(["1": 30, "2": 20]))
        #expect(standing.active == [PhoneNumberID(rawValue: "2")])
    }

    @Test("What cannot be taken over is tried again")
    func failures() async throws {
        let bench = Bench()
        bench.failures.withLock { $0 = 2 }
        try await bench.whileRunning {
            bench.pbx.says(2)
            try await eventually(meanwhile: { bench.clock.move(by: .seconds(1)) }) { bench.applied.withLock { $0 } == ["12"] }
        }
    }
}
