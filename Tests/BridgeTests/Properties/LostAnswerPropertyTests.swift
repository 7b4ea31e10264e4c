import BridgeTestSupport
import Testing

@testable import Bridge

/// Over many random histories in which answers get lost and the process ends at any moment: nothing is lost, nothing is doubled.
@Suite struct LostAnswerPropertyTests {
    @Test("Whatever answers get lost: one post at Connect, one message at WhatsApp at most, and authors who cannot be sure are told")
    func lostAnswers() throws {
        var failures = 0
        var restarts = 0
        var lost = 0
        for seed in TestSeed.rounds(500) {
            let history = LostAnswerHistory(seed: seed)
            try history.run()
            restarts += history.restarts
            lost += history.lostAnswers
            guard !history.faults.isEmpty else { continue }
            Issue.record("\(TestSeed.hint(seed)): \(history.faults.joined(separator: "; "))")
            failures += 1
            if failures == 3 { return }
        }
        #expect(restarts >= TestScale.rounds(500) / 5 && lost >= TestScale.rounds(500))
    }
}
