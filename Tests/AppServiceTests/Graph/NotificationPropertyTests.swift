import Bridge
import BridgeTestSupport
import Testing

@testable import AppService

/// Whatever a notification holds: what is good in it is in the ledger once and where it belongs, and what is not costs no sibling.
@Suite struct NotificationPropertyTests {
    private func play(_ seed: UInt64, _ count: Int, on store: any Store) async throws -> Int? {
        var history = NotificationHistory(seed: seed, store: store)
        try await history.run(count)
        guard history.faults.isEmpty else {
            Issue.record("\(TestSeed.hint(seed)): \(history.faults.prefix(3).joined(separator: "\n  "))")
            return nil
        }
        return history.poisoned
    }

    @Test("Of random notifications, some of them poisoned, every good element is recorded once and ends as its type says")
    func inMemory() async throws {
        var poisoned = 0
        let seeds = TestSeed.rounds(15)
        for seed in seeds {
            guard let count = try await play(seed, 20, on: MemoryStore()) else { return }
            poisoned += count
        }
        #expect(poisoned > seeds.count * 20)
    }

    @Test("The same in SQLite")
    func inSQLite() async throws {
        for seed in TestSeed.rounds(2) {
            let instance = try TemporaryInstance()
            guard try await play(seed, 10, on: SQLiteStore(InstanceDatabase(at: instance.location))) != nil else { return }
        }
    }
}
