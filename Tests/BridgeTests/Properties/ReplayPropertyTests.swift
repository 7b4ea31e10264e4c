import BridgeTestSupport
import Testing

@testable import Bridge

/// Over many random histories in which an operator asks for whatever there is, at any time and again and again: nothing is doubled.
@Suite struct ReplayPropertyTests {
    @Test("Whatever is replayed, while answers get lost and the process ends: one post at Connect, one message at WhatsApp at most")
    func replays() throws {
        var failures = 0
        var replays = 0
        for seed in TestSeed.rounds(500) {
            let history = LostAnswerHistory(seed: seed, isReplayed: true)
            try history.run()
            replays += history.replays
            guard !history.faults.isEmpty else { continue }
            Issue.record("\(TestSeed.hint(seed)): \(history.faults.joined(separator: "; "))")
            failures += 1
            if failures == 3 { return }
        }
        #expect(replays >= TestScale.rounds(500) / 2)
    }
}
