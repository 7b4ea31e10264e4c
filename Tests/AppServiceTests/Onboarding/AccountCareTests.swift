import Bridge
import Lab
import Logging
import Protocol
import Synchronization
import Testing

@testable import AppService

/// Accounts at the lab's Meta that somebody looks after.
@Suite("Care of accounts", .timeLimit(.minutes(1))) struct AccountCareTests {
    private final class Kept: Sendable {
        let settings = Mutex(StoredSettings())
        let standings = Mutex<[String: AccountStanding]>([:])
        let profiles = Mutex<[GraphPhoneNumber]>([])
        let token = Mutex("LAB-ACCESS-TOKEN")
    }

    private static let account = SetupBench.account

    private func care(_ kept: Kept, _ bench: SetupBench, _ clock: MovableClock) throws -> AccountCare {
        let sealer = Sealer(key: try #require(SealingKey(bytes: (0..<32).map { UInt8($0) })))
        let token = try sealer.seal(Secret("x"), for: SealingContext(instance: "a/b", field: "c"))
        if kept.settings.withLock({ $0.accounts.isEmpty }) { kept.settings.withLock { $0.accounts[Self.account] = .init(token: token) } }
        return AccountCare(
            kept.standings.withLock { $0 },
            AccountCare.Surroundings(
                graph: bench.graph, settings: { kept.settings.withLock { $0 } },
                credentials: { _ in GraphCredentials(accessToken: Secret(kept.token.withLock { $0 })) },
                save: { standings in kept.standings.withLock { $0 = standings } },
                saveProfiles: { _, numbers in kept.profiles.withLock { $0 = numbers } },
                jitter: { 0.5 }, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
    }

    private func asked(_ bench: SetupBench) -> Int { bench.calls.count { $0 == "GET debug_token" } }

    private func until(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(10)) }
    }

    @Test("Meta is asked some minutes after a start and then once a day, and a service that starts over and over asks little")
    func daily() async throws {
        try await SetupBench.run { bench in
            let clock = MovableClock(standingAt: Moment(seconds: 1_790_000_000))
            let kept = Kept()
            let first = try care(kept, bench, clock)
            let running = Task { await first.run() }
            try await until { clock.sleepers == 1 }
            clock.move(by: .seconds(329))
            try await until { clock.sleepers == 1 }
            #expect(asked(bench) == 0)
            clock.move(by: .seconds(2))
            try await until { kept.standings.withLock { $0[Self.account]?.checkedAt != nil } }
            #expect(asked(bench) == 1)
            #expect(kept.profiles.withLock { $0.count } == 2)
            running.cancel()
            await running.value

            clock.move(by: .seconds(600))
            let second = try care(kept, bench, clock)
            let again = Task { await second.run() }
            try await until { clock.sleepers == 1 }
            clock.move(by: .seconds(3_600))
            try await until { clock.sleepers == 1 }
            #expect(asked(bench) == 1)
            clock.move(by: .seconds(24 * 3_600))
            try await until { asked(bench) == 2 }
            again.cancel()
            await again.value
        }
    }

    @Test("A new token is looked at at once; one that Meta refuses stops its account, and the next good one lets it go on")
    func replaced() async throws {
        try await SetupBench.run { bench in
            let clock = MovableClock(standingAt: Moment(seconds: 1_790_000_000))
            let kept = Kept()
            let care = try care(kept, bench, clock)
            let running = Task { await care.run() }
            try await until { clock.sleepers == 1 }
            func replace(by token: String) throws {
                let sealer = Sealer(key: try #require(SealingKey(bytes: (0..<32).map { UInt8($0) })))
                let sealed = try sealer.seal(Secret(token), for: SealingContext(instance: "a/b", field: "c"))
                kept.token.withLock { $0 = token }
                kept.settings.withLock { $0.accounts[Self.account]?.token = sealed }
                care.settingsChanged()
            }
            try replace(by: "dead")
            try await until { care.refused == [Self.account] }
            #expect(care.standings[Self.account]?.findings(at: clock.now()) == [.revoked])
            try replace(by: "LAB-ACCESS-TOKEN")
            try await until { care.standings[Self.account]?.checkedAt != nil && care.refused.isEmpty }
            // What is gone is forgotten.
            kept.settings.withLock { $0.accounts = [:] }
            care.settingsChanged()
            try await until { care.standings.isEmpty }
            running.cancel()
            await running.value
        }
    }

    @Test("What a shared service says of a token's end counts while Meta says nothing")
    func ends() async throws {
        try await SetupBench.run { bench in
            let clock = MovableClock(standingAt: Moment(seconds: 1_790_000_000))
            let care = try care(Kept(), bench, clock)
            care.note(Self.account, expiresAt: clock.now() + .seconds(10 * 86_400), dataAccessExpiresAt: nil)
            let end = clock.now() + .seconds(10 * 86_400)
            #expect(care.standings[Self.account]?.findings(at: clock.now()) == [.expires(end, isUrgent: false)])
        }
    }
}
