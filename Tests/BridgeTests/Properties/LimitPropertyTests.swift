import BridgeTestSupport
import Testing

@testable import Bridge

/// Whom WhatsApp limits or refuses waits or is told; all others go on.
@Suite struct LimitPropertyTests {
    /// Codes after which the same message goes on, and some after which it does not.
    private static let passing = [2, 4, 17, 130_429, 131_000, 131_016, 131_056, 131_057, 133_004]
    private static let final = [100, 131_026, 131_049, 131_051, 99_999]

    @Test("A code costs others exactly what it is about: the pair, the number or the account", arguments: GraphErrorCase.all)
    func others(item: GraphErrorCase) throws {
        let history = LimitHistory(seed: 1)
        // The first is refused; then one of the same number, one of its account, one of another account.
        for number in [0, 0, 1, 2] { try history.open(number) }
        let error = DeliveryError(code: item.code, subcode: item.subcode)
        let action = GraphErrorRule.action(after: error.failure(from: .answer), attempt: 1, jitter: 0.5, windowIsOpen: true)
        if action == .stopAccount { history.lock("a", for: .seconds(10)) }
        try history.write("refused", to: 0, errors: action == .stopAccount ? [] : [item.code])
        for conversation in 1...3 { try history.write("other \(conversation)", to: conversation) }
        _ = try history.send()
        let isAtOnce = (1...3).map { history.messages["other \($0)"]?.acceptedAt == Story.start }
        switch action {
        case .fail, .retry, .slowDown(.pair): #expect(isAtOnce == [true, true, true])
        case .slowDown(.number): #expect(isAtOnce == [false, true, true])
        case .stopAccount: #expect(isAtOnce == [false, false, true])
        }
        try history.sendAll()
        try history.check(order: [1: ["other 1"], 2: ["other 2"], 3: ["other 3"]])
        #expect(history.faults.isEmpty, "\(history.faults)")
    }

    @Test("A mix of errors over 20 conversations: paced, in order, nothing dropped, and nobody waits for another's error without need")
    func mix() throws {
        var failures = 0
        for seed in TestSeed.rounds(60) {
            let history = try play(seed)
            guard !history.faults.isEmpty else { continue }
            Issue.record("\(TestSeed.hint(seed)): \(history.faults.prefix(5).joined(separator: "; "))")
            failures += 1
            if failures == 3 { return }
        }
    }

    @Test("A probe that says nothing about the token does not cost the account five more minutes", arguments: [131_016, 131_056, 130_429])
    func probe(code: Int) throws {
        let history = LimitHistory(seed: 1)
        for number in [0, 1] { try history.open(number) }
        history.lock("a", for: .seconds(10))
        try history.write("first", to: 0, errors: [code])
        try history.write("other", to: 1)
        try history.sendAll()
        try history.check(order: [0: ["first"], 1: ["other"]])
        #expect(history.faults.isEmpty, "\(history.faults)")
        for message in history.messages.values { #expect(message.acceptedAt.map { $0 < Story.start + .seconds(302) } == true) }
    }

    private func play(_ seed: UInt64) throws -> LimitHistory {
        var random = SeededGenerator(seed: seed &+ 1)
        let history = LimitHistory(seed: seed)
        for _ in 0..<20 { try history.open(random.number(below: LimitHistory.numbers.count)) }
        if random.happens(30) { history.lock(random.pick(["a", "b"]), for: .seconds(1 + random.number(below: 2_000))) }
        var order: [Int: [String]] = [:]
        var troubled: Set<Int> = []
        let troubles = random.pick([5, 20, 50])
        for conversation in 0..<20 {
            let isTroubled = random.happens(troubles)
            if isTroubled { troubled.insert(conversation) }
            for index in 0..<(1 + random.number(below: 5)) {
                var errors: [Int] = []
                if isTroubled, random.happens(60) {
                    errors = (0..<(1 + random.number(below: 2))).map { _ in random.pick(Self.passing) }
                    if random.happens(25) { errors.append(random.pick(Self.final)) }
                }
                try history.write("\(conversation).\(index)", to: conversation, errors: errors)
                order[conversation, default: []].append("\(conversation).\(index)")
            }
        }
        try history.sendAll()
        try history.check(order: order)
        checkDelays(history, troubled)
        checkProbes(history)
        return history
    }

    /// Who had no error went at once, or as soon as the number and the account might send again.
    private func checkDelays(_ history: LimitHistory, _ troubled: Set<Int>) {
        for (text, message) in history.messages where !troubled.contains(message.conversation) {
            let (number, account) = LimitHistory.numbers[history.conversations[message.conversation]]
            let latest = max(Story.start, history.rests[number] ?? Story.start, history.stops[account] ?? Story.start)
            if let at = message.acceptedAt, at > latest { history.fault("\(text) waited until \(at.since(Story.start)) for another's error") }
            if message.attempts.count > 1, history.locked[account] == nil { history.fault("\(text) was tried \(message.attempts.count) times") }
        }
    }

    /// A locked account is probed every five minutes, by one message.
    private func checkProbes(_ history: LimitHistory) {
        for (account, probes) in history.refusedTokens {
            for (earlier, later) in zip(probes, probes.dropFirst()) where later < earlier + SendingFlow.probeInterval {
                history.fault("account \(account) is probed after \(later.since(earlier))")
            }
        }
        let told = history.story.notices.count { $0.text.contains("access to WhatsApp") }
        if told > history.refusedTokens.count { history.fault("\(told) authors are told of \(history.refusedTokens.count) broken tokens") }
    }
}
