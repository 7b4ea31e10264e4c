import BridgeTestSupport
import Testing

@testable import Bridge

@Suite("Messages of a number whose licence goes and comes") struct LicenceStoryTests {
    private func set(_ isLicensed: Bool, in story: Story) throws {
        story.settings.numbers[Story.number]?.isLicensed = isLicensed
        let flow = InboundFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        try story.store.withTransaction { transaction in
            for record in try transaction.heldInbound(reasons: [.unknownNumber, .zone, .licence], after: nil, limit: 100) {
                try flow.release(record, at: now, in: transaction)
            }
        }
    }

    @Test("Messages are held and posted in order when the licence comes; colleagues' posts are not sent, and each author is told")
    func goesAndComes() throws {
        let story = Story()
        try story.customerWrites("one")
        try story.postAll()
        let root = story.roots[0].reference
        try story.colleagueWrites("waiting", in: root)
        try set(false, in: story)
        try story.sendAll()
        try story.colleagueWrites("later", in: root)
        for text in ["two", "three"] { try story.customerWrites(text) }
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.isEmpty)
        #expect(story.posts.filter { $0.request.privateTo == nil }.count == 1)
        #expect(story.notices.map(\.text) == Array(repeating: AuthorNotice.notLicensed(number: "1090").text(in: .en), count: 2))
        #expect(story.store.contents.inbound.all.map(\.state) == [.posted, .held(.licence), .held(.licence)])
        try set(false, in: story)
        #expect(story.store.contents.inbound.all.map(\.state) == [.posted, .held(.licence), .held(.licence)])
        try set(true, in: story)
        try story.customerWrites("four")
        try story.postAll()
        let texts = story.posts.filter { $0.request.privateTo == nil }.map(\.text)
        #expect(texts.count == 4)
        for (text, word) in zip(texts, ["one", "two", "three", "four"]) { #expect(text.contains(word)) }
        try story.colleagueWrites("again", in: root)
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["again"])
    }

    @Test("A post that is set aside is never forwarded, and neither is an answer to it")
    func setAside() throws {
        let story = Story()
        try story.customerWrites("one")
        try story.postAll()
        let root = story.roots[0].reference
        let flow = ForwardingFlow(settings: story.settings, identity: story.identity, makeKey: story.makeKey)
        let post = story.post("check-1", in: root)
        try story.store.withTransaction { try flow.setAside(post, in: $0) }
        try story.read(post)
        try story.colleagueWrites("yes", in: root, answering: post.reference)
        try story.sendAll()
        #expect(story.sent.isEmpty)
        #expect(story.store.contents.cursors[Story.zone] != nil)
        try story.colleagueWrites("public", in: root)
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["public"])
    }
}
