import BridgeTestSupport
import Testing

@testable import Bridge

@Suite struct DiscussionTests {
    @Test("A customer's first text opens a discussion with the customer's name and says who reads the answers")
    func opens() throws {
        let story = Story()
        try story.customerWrites("Grüße 😀 <b>")
        try story.postAll()
        let root = try #require(story.roots.first)
        #expect(root.request.title == "Ada")
        #expect(root.request.html.hasPrefix("<b>Ada</b><br>Grüße 😀 &lt;b&gt;"))
        #expect(root.text.hasSuffix(PostLine.answersGoToCustomer.text(in: .en) + "_"))
        #expect(root.request.privateTo == nil)
        #expect(story.posts.count == 1)
    }

    @Test("The second text within 24 hours is a reply in the same discussion")
    func continues() throws {
        let story = Story()
        try story.customerWrites("one")
        try story.postAll()
        try story.pass(.seconds(86_399))
        try story.customerWrites("two")
        try story.postAll()
        #expect(story.roots.count == 1)
        #expect(story.posts.last?.request.discussion == story.roots.first?.reference)
        #expect(story.posts.last?.request.repliesTo == story.roots.first?.reference)
    }

    @Test("A message more than 24 hours newer than the newest opens a new discussion", arguments: [(0, 1), (1, 2)])
    func twentyFourHours(beyond: Int, discussions: Int) throws {
        let story = Story()
        try story.customerWrites("one")
        // Processing time plays no part: both are recorded together, long after they were written.
        story.now = Story.start + .seconds(30 * 3_600)
        let first = Story.start
        try story.customerWrites("two", age: story.now.since(first + .seconds(86_400 + beyond)))
        try story.postAll()
        #expect(story.roots.count == discussions)
    }

    @Test("An older straggler continues the discussion and extends nothing")
    func straggler() throws {
        let story = Story()
        try story.customerWrites("newer")
        try story.pass(.seconds(60))
        try story.customerWrites("older", age: .seconds(3_600))
        try story.postAll()
        #expect(story.roots.count == 1)
        try story.pass(.seconds(86_340))
        try story.customerWrites("next")
        try story.postAll()
        #expect(story.roots.count == 2)
    }

    @Test("What comes after a closing was recorded opens a new discussion, even if it was written before")
    func staysClosed() throws {
        let story = Story()
        try story.customerWrites("one")
        try story.postAll()
        try story.pass(.seconds(86_400))
        try story.customerWrites("late", age: .seconds(3_600))
        try story.postAll()
        #expect(story.roots.count == 2)
    }

    @Test("The closing text is posted once, into the discussion, and nothing goes to the customer")
    func closingText() throws {
        let story = Story(closedMessage: "Closed. <Bye>")
        try story.customerWrites("one")
        try story.postAll()
        try story.pass(.seconds(86_400))
        try story.postAll()
        try story.pass(.seconds(86_400))
        try story.postAll()
        try story.sendAll()
        #expect(story.posts.count == 2)
        #expect(story.posts.last?.request.html == "Closed. &lt;Bye&gt;")
        #expect(story.posts.last?.request.repliesTo == story.roots.first?.reference)
        #expect(story.posts.last?.request.privateTo == nil)
        #expect(story.sent.isEmpty)
    }

    @Test("Without a closing text nothing is posted at the end of the window")
    func noClosingText() throws {
        let story = Story()
        try story.customerWrites("one")
        try story.pass(.seconds(86_400))
        try story.postAll()
        #expect(story.posts.count == 1)
    }

    @Test("A message that arrives after its own window says when it was written, and is closed once")
    func lateMessage() throws {
        let story = Story(closedMessage: "closed")
        try story.customerWrites("one", age: .seconds(2 * 86_400))
        try story.customerWrites("two", age: .seconds(2 * 86_400 - 5))
        try story.postAll()
        #expect(story.roots.count == 1)
        let written = PostLine.written(at: (Story.start - .seconds(2 * 86_400)).milliseconds).text(in: .en)
        #expect(story.roots[0].text.contains(written))
        try story.pass(.seconds(60))
        try story.postAll()
        #expect(story.posts.count == 3)
        #expect(story.posts.last?.request.html == "closed")
    }

    @Test("The same message delivered again changes nothing")
    func duplicates() throws {
        let story = Story()
        for _ in 0..<3 { try story.customerWrites("one", wamid: "wamid.same") }
        try story.postAll()
        #expect(story.posts.count == 1)
    }

    @Test("A customer's quote is placed under the post that shows what it quotes")
    func quote() throws {
        let story = Story()
        try story.customerWrites("one", wamid: "wamid.1")
        try story.customerWrites("two", wamid: "wamid.2")
        try story.customerWrites("about two", quoting: "wamid.2")
        try story.customerWrites("about something unknown", quoting: "wamid.9")
        try story.postAll()
        #expect(story.posts[2].request.repliesTo == story.posts[1].reference)
        #expect(story.posts[3].request.repliesTo == story.posts[0].reference)
    }

    @Test("Customers are told apart by their aliases, not by their names")
    func customers() throws {
        let story = Story()
        try story.customerWrites("one", from: [.phone("1")], name: "Same")
        try story.customerWrites("two", from: [.businessScopedUserID("DE.1")], name: "Same")
        try story.customerWrites("three", from: [.phone("1")], name: "Renamed")
        try story.postAll()
        #expect(story.roots.count == 2)
        #expect(story.posts[2].request.discussion == story.posts[0].reference)
    }

    @Test("Events of a number that is unknown, has no zone or no licence are held, and posted when that changes")
    func held() throws {
        let story = Story()
        let good = story.settings
        let variants: [(HoldReason, (inout BridgeSettings) -> Void)] = [
            (.unknownNumber, { $0.numbers = [:] }),
            (.zone, { $0.numbers[Story.number]?.zone = nil }),
            (.licence, { $0.numbers[Story.number]?.isLicensed = false }),
        ]
        for (reason, change) in variants {
            story.settings = good
            change(&story.settings)
            try story.customerWrites("held: \(reason)")
        }
        try story.postAll()
        #expect(story.posts.isEmpty)
        story.settings = good
        let flow = InboundFlow(settings: good, makeKey: story.makeKey)
        let now = story.now
        try story.store.withTransaction { transaction in
            let held = try transaction.heldInbound(reasons: [.unknownNumber, .zone, .licence], after: nil, limit: 10)
            #expect(held.map(\.state) == [.held(.unknownNumber), .held(.zone), .held(.licence)])
            for record in held { try flow.release(record, at: now, in: transaction) }
        }
        try story.postAll()
        #expect(story.posts.count == 3)
        #expect(story.roots.count == 1)
    }

    @Test("A post that Connect will never accept quarantines its event, and the next message opens a discussion")
    func permanentRefusal() throws {
        let story = Story()
        try story.customerWrites("bad", wamid: "wamid.bad")
        try story.postAll { _ in .permanent("INVALID") }
        try story.customerWrites("good")
        try story.postAll()
        #expect(story.roots.count == 1)
        #expect(story.roots[0].text.contains("good"))
        let states = try story.store.withTransaction { transaction in
            try [1, 2].map { try transaction.inbound(InboundRecord.ID(rawValue: $0))?.state.name }
        }
        #expect(states == ["quarantined", "posted"])
    }

    @Test("When a colleague deleted the discussion, the customer's next message opens a new one")
    func deletedDiscussion() throws {
        let story = Story()
        try story.customerWrites("one")
        try story.postAll()
        let root = story.roots[0].reference
        try story.customerWrites("two")
        try story.customerWrites("three")
        try story.postAll { $0.discussion == root ? .targetGone("UNKNOWN_ID") : nil }
        #expect(story.roots.count == 2)
        #expect(story.posts.map(\.text).filter { $0.contains("two") || $0.contains("three") }.count == 2)
    }
}
