import BridgeTestSupport
import Foundation
import Testing

@testable import Bridge

/// Over many random histories: nothing that is private ever goes to a customer, and nothing that is public gets lost in silence.
///
/// Histories are numbered by their seeds. `PRIVACY_SEED=number` in the environment replays one of them and prints its journal;
/// `PRIVACY_FIRST_SEED=number` and `PRIVACY_HISTORIES=count` go through others than usual.
@Suite struct PrivacyPropertyTests {
    private static let historyCount: UInt64 = environment("PRIVACY_HISTORIES") ?? UInt64(TestScale.rounds(10_000))
    private static let leastOfEachShape = 1_000

    private static func environment(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    private static var seeds: Range<UInt64> {
        let first = environment("PRIVACY_FIRST_SEED") ?? 1
        return first..<(first &+ historyCount)
    }

    @Test("Private posts never reach a customer, and public ones are sent once or their author is told")
    func privacy() throws {
        if let seed = Self.environment("PRIVACY_SEED") {
            let history = PrivacyHistory(seed: seed, keepsJournal: true)
            try history.run()
            print((["Privacy: history \(seed)"] + history.journal + history.leaks + history.losses).joined(separator: "\n  "))
            #expect(history.leaks.isEmpty && history.losses.isEmpty)
            return
        }
        let clock = ContinuousClock()
        let start = clock.now
        var counts = Array(repeating: 0, count: PrivacyShape.allCases.count)
        var sent = 0
        var served = 0
        var failures = 0
        for seed in Self.seeds {
            let history = PrivacyHistory(seed: seed)
            try history.run()
            for shape in history.shapes { counts[shape.rawValue] += 1 }
            sent += history.sentCount
            served += history.owed.count
            guard !history.leaks.isEmpty || !history.losses.isEmpty else { continue }
            Issue.record("PRIVACY_SEED=\(seed): \((history.leaks + history.losses).joined(separator: "; "))")
            failures += 1
            if failures == 5 { return }
        }
        let summary = PrivacyShape.allCases.map { "\($0) \(counts[$0.rawValue])" }.joined(separator: ", ")
        print(
            "Privacy: \(Self.seeds.count) histories in \(clock.now - start), \(sent) sendings, \(served) public posts owed; histories with: \(summary)"
        )
        for shape in PrivacyShape.allCases {
            #expect(counts[shape.rawValue] >= Self.leastOfEachShape, "too few histories hold: \(shape)")
        }
    }

    @Test("Without any single check of the rule, the same histories leak", arguments: ForwardingRule.Check.allCases)
    func everyCheckIsNeeded(check: ForwardingRule.Check) throws {
        let rule = ForwardingRule(checks: Set(ForwardingRule.Check.allCases).subtracting([check]))
        let leaking = try Self.seeds.first { seed in
            let history = PrivacyHistory(seed: seed, rule: rule)
            try history.run()
            return !history.leaks.isEmpty
        }
        let seed = try #require(leaking, "no history needs the check \(check)")
        print("Privacy: without \(check), history \(seed) leaks")
    }

    @Test("The same seed makes the same history")
    func repeatable() throws {
        for seed in Self.seeds.prefix(20) {
            let histories = [0, 1].map { _ in PrivacyHistory(seed: seed, keepsJournal: true) }
            for history in histories { try history.run() }
            #expect(histories[0].journal == histories[1].journal)
            #expect(histories[0].journal.count > 20)
        }
    }
}
