import BridgeTestSupport
import Testing

@testable import Bridge

/// Reactions, both ways.
@Suite struct ReactionTests {
    private func react(
        _ story: Story, _ emoji: String?, to wamid: String = "wamid.hello", as id: String, from sender: [Alias] = Story.ada, name: String = "Ada"
    ) throws {
        try story.record(
            .message(
                CustomerMessage(
                    number: Story.number, wamid: Wamid(rawValue: id), sender: sender, senderName: name, writtenAt: story.now, type: "reaction",
                    content: .placeholder(emoji.map { .reaction(emoji: $0, quote: nil) } ?? .reactionRemoved(quote: nil)),
                    quotes: Wamid(rawValue: wamid))))
    }

    private func storyWithMessage(from sender: [Alias] = Story.ada) throws -> Story {
        let story = Story()
        try story.customerWrites("Hello there", wamid: "wamid.hello", from: sender)
        try story.postAll()
        return story
    }

    // MARK: From the customer

    @Test("A reaction is an answer below what it is about; when it changes or is taken back, its text changes")
    func fromCustomer() throws {
        let story = try storyWithMessage()
        try story.customerWrites("second", wamid: "wamid.second")
        try react(story, "👍", to: "wamid.second", as: "r1")
        try story.postAll()
        let reaction = try #require(story.posts.last)
        #expect(reaction.request.repliesTo == story.posts[1].reference)
        #expect(reaction.text.contains("👍 to “second”"))
        try react(story, "🎉", to: "wamid.second", as: "r2")
        try story.postAll()
        #expect(story.text(of: reaction.reference)?.contains("🎉 to “second”") == true)
        try react(story, nil, to: "wamid.second", as: "r3")
        try story.postAll()
        #expect(story.text(of: reaction.reference)?.contains("took back the reaction to “second”") == true)
        try react(story, "🎈", to: "wamid.second", as: "r4")
        try react(story, "🌼", as: "r5")
        try story.postAll()
        #expect(story.text(of: reaction.reference)?.contains("🎈") == true)
        #expect(story.posts.count == 4)
        #expect(story.posts[3].text.contains("🌼 to “Hello there”"))
        #expect(Set(story.inboundStates) == ["posted"])
    }

    @Test("A changed reaction whose post is gone is posted anew, and further changes change that one")
    func postGone() throws {
        let story = try storyWithMessage()
        try react(story, "👍", as: "r1")
        try story.postAll()
        try react(story, "🎉", as: "r2")
        let posting = PostingFlow(settings: story.settings, makeKey: story.makeKey)
        let head = try #require(try story.store.withTransaction { try $0.headTasks(after: nil, limit: 1) }.first)
        let now = story.now
        guard case .update = try story.store.withTransaction({ try posting.begin(head.id, at: now, in: $0) }) else {
            Issue.record("it is no change")
            return
        }
        try story.store.withTransaction { try posting.refuse(head.id, because: .targetGone("UNKNOWN_ID"), at: now, in: $0) }
        try story.postAll()
        let second = try #require(story.posts.last)
        #expect(story.posts.count == 3)
        #expect(second.text.contains("🎉"))
        #expect(second.request.repliesTo == story.roots[0].reference)
        try react(story, "🎈", as: "r3")
        try story.postAll()
        #expect(story.posts.count == 3)
        #expect(story.text(of: second.reference)?.contains("🎈") == true)
        #expect(Set(story.inboundStates) == ["posted"])
    }

    @Test("An older reaction that comes after a newer one changes nothing")
    func older() throws {
        let story = try storyWithMessage()
        let start = story.now
        try react(story, "👍", as: "r1")
        try story.pass(.seconds(3))
        try react(story, "🎉", as: "r3")
        try story.postAll()
        story.now = start + .seconds(2)
        try react(story, "🎈", as: "r2")
        try story.postAll()
        #expect(story.posts.count == 2)
        #expect(story.posts[1].text.contains("🎉"))
        #expect(story.inboundStates == ["posted", "posted", "posted", "ignored"])
        story.now = start + .seconds(4)
        try react(story, nil, as: "r4")
        try story.postAll()
        #expect(story.posts[1].text.contains("took back"))
    }

    @Test("In a group, a reaction does not take the place of somebody else's")
    func group() throws {
        let group: [Alias] = [.group("g1")]
        let story = try storyWithMessage(from: group)
        try react(story, "👍", as: "r1", from: group, name: "Ada")
        try react(story, "🎉", as: "r2", from: group, name: "Bob")
        try story.postAll()
        #expect(story.posts.count == 3)
        #expect(story.posts[1].text.contains("Ada") && story.posts[1].text.contains("👍"))
        #expect(story.posts[2].text.contains("Bob") && story.posts[2].text.contains("🎉"))
    }

    @Test("A reaction after the window opens a discussion, and its change updates that one")
    func opens() throws {
        let story = try storyWithMessage()
        try react(story, "👍", as: "r1")
        try story.postAll()
        try story.pass(.seconds(2 * 86_400))
        try react(story, "🎉", as: "r2")
        try react(story, "🎈", as: "r3")
        try story.postAll()
        #expect(story.roots.count == 2)
        #expect(story.roots[1].text.contains("🎈 to “Hello there”"))
        #expect(story.roots[1].text.contains(PostLine.answersGoToCustomer.text(in: .en)))
        #expect(story.posts[1].text.contains("👍"))
    }

    // MARK: From colleagues

    /// Somebody likes a post of ours.
    private func like(_ story: Story, _ post: Story.Posted, _ likes: Int?) throws {
        var shown = story.post("", by: "whatsapp", in: post.request.discussion ?? post.reference)
        shown.reference = post.reference
        shown.repliesTo = post.request.repliesTo
        shown.likes = likes
        try story.change(shown)
        try story.sendAll()
    }

    @Test("The first like of a customer's message is a reaction, the last one that is taken back takes it back")
    func likes() throws {
        let story = try storyWithMessage()
        for likes in [0, 1, 2, nil, 1, 0, 0, 3] { try like(story, story.posts[0], likes) }
        #expect(story.sentWords == ["reaction:👍", "reaction:", "reaction:👍"])
        guard case .reaction(_, let wamid)? = story.sent.first?.content else {
            Issue.record("it is no reaction")
            return
        }
        #expect(wamid == Wamid(rawValue: "wamid.hello"))
    }

    @Test("A like of what WhatsApp takes no reactions to, of a colleague's post, or after the window is none")
    func noReaction() throws {
        let story = try storyWithMessage()
        try react(story, "👍", as: "r1")
        try story.postAll()
        try like(story, story.posts[1], 1)
        var own = try story.colleagueWrites("Hi", in: story.roots[0].reference)
        try story.sendAll()
        own.likes = 1
        try story.change(own)
        try story.sendAll()
        #expect(story.sentWords == ["Hi"])
        try story.pass(.seconds(86_400))
        try like(story, story.posts[0], 1)
        #expect(story.sentWords == ["Hi"])
    }

    @Test(
        "Nobody is told of a reaction that fails, and it stops nothing",
        arguments: [SendResult.refused(DeliveryError(code: 131_009)), .refused(DeliveryError(code: 190)), .ambiguous("reset")])
    func fails(result: SendResult) throws {
        let story = try storyWithMessage()
        var shown = story.post("", by: "whatsapp", in: story.roots[0].reference)
        shown.reference = shown.discussion
        shown.repliesTo = nil
        shown.likes = 1
        try story.change(shown)
        try story.colleagueWrites("Hi", in: story.roots[0].reference)
        for _ in 0..<70 {
            try story.sendAll { request in if case .reaction = request.content { result } else { .accepted(Wamid(rawValue: "w")) } }
            try story.postAll()
            try story.pass(.seconds(1))
        }
        #expect(story.sentWords == ["reaction:👍", "Hi"])
        #expect(story.notices.isEmpty)
        #expect(story.store.contents.accountStops.isEmpty)
    }
}
