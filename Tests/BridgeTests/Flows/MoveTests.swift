import BridgeTestSupport
import Testing

@testable import Bridge

@Suite("Numbers that move to another zone") struct MoveTests {
    private static let other = Zone(rawValue: "sales")

    private func storyWithDiscussion(closedMessage: String = "") throws -> (Story, PostReference) {
        let story = Story(closedMessage: closedMessage)
        try story.customerWrites("Hello")
        try story.postAll()
        return (story, story.roots[0].reference)
    }

    @Test("The open discussion is closed at once and without the closing text; the next message opens one in the new zone")
    func moves() throws {
        let (story, _) = try storyWithDiscussion(closedMessage: "Closed.")
        try story.move(to: Self.other)
        #expect(story.store.contents.discussions.all.map(\.closedAt) == [story.now])
        try story.customerWrites("again")
        try story.customerWrites("and again")
        try story.postAll()
        #expect(story.posts.map(\.request.zone) == [Story.zone, Self.other, Self.other])
        #expect(story.roots.count == 2)
        #expect(story.posts[2].request.discussion == story.roots[1].reference)
    }

    @Test("A colleague who answers in the old discussion is told that it is closed, then where it goes on; nothing goes out")
    func oldDiscussion() throws {
        let (story, root) = try storyWithDiscussion()
        try story.move(to: Self.other)
        try story.colleagueWrites("too late", in: root)
        try story.customerWrites("again")
        try story.colleagueWrites("still here", in: root)
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.isEmpty)
        #expect(story.notices.map(\.text) == [AuthorNotice.discussionMoved, .discussionClosed].map { $0.text(in: .en) })
        #expect(story.notices.allSatisfy { $0.request.zone == Story.zone && $0.request.privateTo == "anna" })
        try story.pass(Window.length)
        try story.colleagueWrites("much too late", in: root)
        try story.postAll()
        #expect(story.notices.last?.text == AuthorNotice.windowClosed.text(in: .en))
    }

    @Test("What colleagues wrote before is still sent, and what becomes of it is told where they wrote it")
    func queued() throws {
        let (story, root) = try storyWithDiscussion()
        let post = try story.colleagueWrites("in time", in: root)
        try story.colleagueWrites("refused", in: root)
        try story.move(to: Self.other)
        try story.sendAll { $0.text == "refused" ? .refused(DeliveryError(code: 131_026)) : .accepted(Wamid(rawValue: "w1")) }
        #expect(story.sent.map(\.text) == ["in time", "refused"])
        try story.status("read", of: try #require(try story.outgoing(of: post).first))
        #expect(try story.outgoing(of: post).map(\.state) == [.read])
        try story.postAll()
        #expect(story.notices.map(\.request.zone) == [Story.zone])
    }

    @Test("A doubt from before is settled after the move as always")
    func doubt() throws {
        let (story, root) = try storyWithDiscussion()
        let post = try story.colleagueWrites("who knows", in: root)
        try story.sendAll { _ in .ambiguous("no answer") }
        try story.move(to: Self.other)
        try story.pass(.seconds(60))
        try story.sendAll()
        try story.postAll()
        #expect(try story.outgoing(of: post).map(\.state) == [.unknown(authorTold: true)])
        #expect(story.notices.map(\.text) == [AuthorNotice.possiblyNotSent(excerpt: nil).text(in: .en)])
    }

    @Test("What waits to be posted in a discussion that Connect has goes there; one that it cannot have is not opened there any more")
    func waiting() throws {
        let story = Story()
        try story.customerWrites("one")
        try story.customerWrites("two")
        try story.move(to: Self.other)
        try story.postAll()
        #expect(story.posts.map(\.request.zone) == [Self.other, Self.other])
        #expect(story.roots.count == 1)
        #expect(story.posts[1].request.discussion == story.roots[0].reference)
        try story.customerWrites("three")
        try story.move(to: Story.zone)
        try story.postAll()
        #expect(story.posts[2].request.zone == Self.other)
        #expect(story.store.contents.inbound.all.map(\.state) == [.posted, .posted, .posted])
    }

    @Test("An unconfirmed root stays in its zone, with everything that waits behind it")
    func unconfirmedRoot() throws {
        let story = Story()
        try story.customerWrites("one")
        try story.customerWrites("two")
        let now = story.now
        let before = PostingFlow(settings: story.settings, makeKey: story.makeKey)
        let head = try #require(try story.store.withTransaction { try $0.headTasks(after: nil, limit: 1) }.first)
        _ = try story.store.withTransaction { try before.begin(head.id, at: now, in: $0) }
        try story.move(to: Self.other)
        let after = PostingFlow(settings: story.settings, makeKey: story.makeKey)
        guard case .lookFor(let request) = try story.store.withTransaction({ try after.begin(head.id, at: now, in: $0) }) else {
            Issue.record("It is not looked for")
            return
        }
        #expect(request.zone == Story.zone)
        try story.store.withTransaction { try after.settle(head.id, among: [], identity: story.identity, at: now, in: $0) }
        try story.postAll()
        #expect(story.posts.map(\.request.zone) == [Story.zone, Story.zone])
        #expect(story.roots.count == 1)
    }

    @Test("If the old zone is gone too, messages go to the new one, and our own words hold nobody up for longer than some minutes")
    func zoneGone() throws {
        let (story, root) = try storyWithDiscussion()
        try story.move(to: Self.other)
        try story.colleagueWrites("too late", in: root)
        try story.customerWrites("again")
        for _ in 0..<5 {
            try story.postAll { $0.zone == Story.zone ? .zone("UNKNOWN_TOPIC") : nil }
            try story.pass(.seconds(60))
        }
        #expect(story.roots.map(\.request.zone) == [Story.zone, Self.other])
    }

    @Test("A number without a zone closes too; what comes later is held and posted once there is one")
    func noZone() throws {
        let (story, _) = try storyWithDiscussion()
        try story.move(to: nil)
        #expect(story.store.contents.discussions.all.map(\.closedAt) == [story.now])
        try story.customerWrites("held")
        try story.postAll()
        #expect(story.posts.count == 1)
        try story.move(to: Self.other)
        try story.postAll()
        #expect(story.roots.map(\.request.zone) == [Story.zone, Self.other])
    }

    @Test("Moves and their way back touch nothing that is in the right zone, however many there are")
    func many() throws {
        let story = Story()
        for index in 0..<25 { try story.customerWrites("hello", from: [.phone("\(index)")]) }
        try story.postAll()
        let flow = MoveFlow(settings: story.settings, makeKey: story.makeKey)
        #expect(try story.store.withTransaction { try flow.closeMoved(limit: 10, at: story.now, in: $0) } == false)
        #expect(story.store.contents.discussions.all.allSatisfy { $0.closedAt == nil })
        try story.move(to: Self.other)
        #expect(story.store.contents.discussions.all.allSatisfy { $0.closedAt != nil })
    }

    @Test("When a number is deleted, what is under way ends or its author is told, and what comes later is held")
    func deleted() throws {
        let (story, root) = try storyWithDiscussion()
        let sending = try story.colleagueWrites("under way", in: root)
        try story.colleagueWrites("waiting", in: root)
        let id = try #require(try story.outgoing(of: sending).first?.id)
        let now = story.now
        let flow = SendingFlow(settings: story.settings, makeKey: story.makeKey)
        _ = try story.store.withTransaction { try flow.begin(id, at: now, in: $0) }
        try story.customerWrites("not posted yet")
        story.settings.numbers = [:]
        let gone = SendingFlow(settings: story.settings, makeKey: story.makeKey)
        _ = try story.store.withTransaction { try gone.finish(id, with: .accepted(Wamid(rawValue: "w")), jitter: 0.5, at: now, in: $0) }
        try story.colleagueWrites("later", in: root)
        try story.customerWrites("held")
        try story.sendAll()
        try story.postAll()
        #expect(try story.outgoing(of: sending).map(\.state) == [.sent])
        #expect(story.sent.isEmpty)
        #expect(story.notices.map(\.text) == Array(repeating: AuthorNotice.numberUnknown(number: "1090").text(in: .en), count: 2))
        #expect(story.store.contents.inbound.all.map(\.state) == [.posted, .posted, .held(.unknownNumber)])
    }

    @Test("In a zone that no number has any more nobody is told that customers open discussions")
    func formerZone() throws {
        let (story, _) = try storyWithDiscussion()
        let foreign = PostReference(rawValue: "foreign")
        try story.move(to: Self.other)
        try story.read(story.post("talk", in: foreign), isComplete: true)
        try story.postAll()
        #expect(story.notices.isEmpty)
    }
}

extension Story {
    /// Gives the number another zone, as a running instance takes it over.
    fileprivate func move(to zone: Zone?) throws {
        settings.numbers[Self.number]?.zone = zone
        let now = now
        let move = MoveFlow(settings: settings, makeKey: makeKey)
        let inbound = InboundFlow(settings: settings, makeKey: makeKey)
        while try store.withTransaction({ try move.closeMoved(limit: 10, at: now, in: $0) }) {}
        try store.withTransaction { transaction in
            for record in try transaction.heldInbound(reasons: [.unknownNumber, .zone, .licence], after: nil, limit: 100) {
                try inbound.release(record, at: now, in: transaction)
            }
        }
    }
}
