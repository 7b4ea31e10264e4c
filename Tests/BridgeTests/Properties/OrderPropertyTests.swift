import BridgeTestSupport
import Testing

@testable import Bridge

/// WhatsApp promises no order: statuses, reactions, replies and the messages of one notification may come as they like, twice, and before
/// the answer to the call that sent what they are about.
@Suite struct OrderPropertyTests {
    @Test("Whatever order notifications come in, at the end everything stands as if they had come in order")
    func order() throws {
        var failures = 0
        for seed in TestSeed.rounds(400) {
            let history = OrderHistory(seed: seed)
            let expected = try history.outcome(inOrder: true)
            let found = try history.outcome(inOrder: false)
            guard found != expected else { continue }
            let difference = Set(found).symmetricDifference(expected).map { (expected.contains($0) ? "missing: " : "instead: ") + $0 }
            Issue.record("\(TestSeed.hint(seed)): \(difference.sorted().joined(separator: "\n  "))")
            failures += 1
            if failures == 3 { return }
        }
    }

    @Test("A reaction to a message whose sending is in doubt waits for its ID, and no longer than a minute")
    func inDoubt() throws {
        for isSettled in [true, false] {
            let story = Story()
            try story.customerWrites("Hello")
            try story.postAll()
            let post = try story.colleagueWrites("Hi", in: story.roots[0].reference)
            try story.sendAll { _ in .ambiguous("reset") }
            try story.pass(.seconds(1))
            let reaction = CustomerMessage(
                number: Story.number, wamid: Wamid(rawValue: "r"), sender: Story.ada, senderName: "Ada", writtenAt: story.now, type: "reaction",
                content: .placeholder(.reaction(emoji: "👍", quote: nil)), quotes: Wamid(rawValue: "wamid.hi"))
            try story.record(.message(reaction))
            try story.postAll()
            #expect(story.posts.count == 1)
            if isSettled { try story.status("sent", of: try #require(try story.outgoing(of: post).first), wamid: "wamid.hi") }
            for _ in 0..<60 {
                try story.pass(.seconds(1))
                try story.sendAll()
                try story.postAll()
                if isSettled { break }
            }
            let shown = try #require(story.posts.first { $0.text.contains("👍") })
            #expect(shown.request.repliesTo == (isSettled ? post.reference : story.roots[0].reference))
            #expect(shown.text.contains("“Hi”") == isSettled)
        }
    }

    @Test("A status of an attempt that failed already does not pass for the next attempt")
    func nextAttempt() throws {
        let story = Story()
        try story.customerWrites("Hello")
        try story.postAll()
        let post = try story.colleagueWrites("Hi", in: story.roots[0].reference)
        try story.sendAll { request in
            var status = DeliveryStatus(number: Story.number, wamid: Wamid(rawValue: "w1"), status: "failed", at: story.now)
            status.messageID = request.messageID
            status.error = DeliveryError(code: 131_056)
            try? story.record(.status(status))
            return .accepted(Wamid(rawValue: "w1"))
        }
        try story.record(.status(DeliveryStatus(number: Story.number, wamid: Wamid(rawValue: "w1"), status: "sent", at: story.now)))
        #expect(try story.outgoing(of: post).map(\.state) == [.queued])
        try story.pass(.seconds(2))
        try story.sendAll { _ in .accepted(Wamid(rawValue: "w2")) }
        #expect(story.sent.count == 2)
        #expect(try story.outgoing(of: post).map(\.wamid) == [Wamid(rawValue: "w2")])
    }
}
