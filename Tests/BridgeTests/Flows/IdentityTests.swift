import BridgeTestSupport
import Testing

@testable import Bridge

/// Customers whose names at WhatsApp change, groups, and what the business writes itself.
@Suite struct IdentityTests {
    private let oldPhone = Alias.phone("4917600")
    private let newPhone = Alias.phone("4917699")
    private let oldID = Alias.businessScopedUserID("DE.77")
    private let newID = Alias.businessScopedUserID("DE.78")

    private func change(_ story: Story, from replaced: [Alias], to current: [Alias], sender: [Alias], id: String = "wamid.system") throws {
        try story.record(
            .message(
                CustomerMessage(
                    number: Story.number, wamid: Wamid(rawValue: id), sender: sender, writtenAt: story.now, type: "system",
                    content: .identityChange(IdentityChange(replaced: replaced, current: current, text: "Ada changed")))))
    }

    private func storyWithDiscussion() throws -> (Story, PostReference) {
        let story = Story()
        try story.customerWrites("Hello", wamid: "wamid.hello")
        try story.postAll()
        return (story, story.roots[0].reference)
    }

    @Test("A new number: the discussion goes on, one line says so, and answers go to the new number")
    func newNumber() throws {
        let (story, root) = try storyWithDiscussion()
        try change(story, from: [oldPhone, oldID], to: [newID, newPhone], sender: [oldPhone])
        try story.postAll()
        #expect(story.posts.count == 2)
        #expect(story.posts[1].request.discussion == root)
        #expect(story.posts[1].text.contains(PostLine.identityChanged.text(in: .en)))
        try story.colleagueWrites("Hi", in: root)
        try story.sendAll()
        #expect(story.sent.map(\.recipient) == [[newID, newPhone]])
        try story.customerWrites("me again", from: [newID, newPhone])
        try story.customerWrites("somebody else", from: [.businessScopedUserID("DE.99"), oldPhone], name: "Bob")
        try story.postAll()
        #expect(story.posts[2].request.discussion == root)
        #expect(story.roots.count == 2)
        #expect(story.roots[1].request.title == "Bob")
    }

    @Test("A new user ID keeps the number that still holds")
    func newUserID() throws {
        let (story, root) = try storyWithDiscussion()
        try change(story, from: [oldID], to: [newID], sender: [oldID])
        try story.postAll()
        try story.colleagueWrites("Hi", in: root)
        try story.sendAll()
        #expect(story.sent.map(\.recipient) == [[newID, oldPhone]])
        #expect(Set(story.store.contents.customers.all[0].aliases) == [newID, oldPhone])
    }

    @Test("News that come twice, of strangers, or with no open discussion change no post")
    func noPost() throws {
        let (story, _) = try storyWithDiscussion()
        try change(story, from: [oldPhone], to: [newPhone], sender: [oldPhone])
        try change(story, from: [oldPhone], to: [newPhone], sender: [oldPhone])
        try change(story, from: [.phone("1")], to: [.phone("2")], sender: [.phone("1")], id: "wamid.stranger")
        try story.postAll()
        #expect(story.posts.count == 2)
        try story.pass(.seconds(86_400))
        try change(story, from: [newPhone], to: [oldPhone], sender: [newPhone], id: "wamid.back")
        try story.postAll()
        #expect(story.posts.count == 2)
        #expect(story.inboundStates == ["posted", "posted", "ignored", "ignored"])
        try story.customerWrites("Hello", from: [oldPhone])
        try story.postAll()
        #expect(story.store.contents.customers.all.count == 1)
        #expect(story.roots.count == 2)
    }

    @Test("News of a customer do not open the window again")
    func window() throws {
        let (story, root) = try storyWithDiscussion()
        try story.pass(.seconds(86_000))
        try change(story, from: [oldPhone], to: [newPhone], sender: [oldPhone])
        try story.pass(.seconds(400))
        try story.colleagueWrites("late", in: root)
        try story.sendAll()
        #expect(story.sent.isEmpty)
    }

    // MARK: Groups

    @Test("What somebody writes in a group stands apart from what they write alone")
    func groups() throws {
        let (story, root) = try storyWithDiscussion()
        try story.customerWrites("in the group", from: [.group("g1")], name: "Ada")
        try story.customerWrites("me too", from: [.group("g1")], name: "Bob")
        try story.customerWrites("alone")
        try story.postAll()
        #expect(story.roots.count == 2)
        let group = story.roots[1]
        #expect(group.request.title == Texts(.en).group)
        #expect(group.text.contains("Ada"))
        let second = try #require(story.posts.first { $0.text.hasSuffix("me too") })
        #expect(second.request.discussion == group.reference && second.text.hasPrefix("*Bob*"))
        #expect(story.posts.first { $0.text.hasSuffix("alone") }?.request.discussion == root)
        try story.colleagueWrites("Hi all", in: group.reference)
        try story.sendAll()
        #expect(story.sent.map(\.recipient) == [[.group("g1")]])
    }

    // MARK: Echoes

    private func echo(_ story: Story, _ text: String, id: String) throws {
        try story.record(
            .echo(
                CustomerMessage(
                    number: Story.number, wamid: Wamid(rawValue: id), sender: [oldPhone], writtenAt: story.now, content: .text(text))))
    }

    @Test("What the business writes with WhatsApp's own app stands in the open discussion as its own, and is never sent")
    func echoes() throws {
        let (story, root) = try storyWithDiscussion()
        try echo(story, "from the shop", id: "wamid.echo")
        try echo(story, "from the shop", id: "wamid.echo")
        try story.postAll()
        #expect(story.posts.count == 2)
        #expect(story.posts[1].request.discussion == root)
        #expect(story.posts[1].text.hasPrefix("*\(Texts(.en).business)*\nfrom the shop"))
        var shown = story.post("", by: "whatsapp", in: root)
        shown.reference = story.posts[1].reference
        try story.read(shown)
        try story.sendAll()
        #expect(story.sent.isEmpty)
        // The customer's answer to it stands below it.
        try story.customerWrites("thanks", quoting: "wamid.echo")
        try story.postAll()
        #expect(story.posts[2].request.repliesTo == story.posts[1].reference)
    }

    @Test("An echo opens and extends nothing, and our own message is none")
    func echoesOpenNothing() throws {
        let (story, root) = try storyWithDiscussion()
        try story.colleagueWrites("Hi", in: root)
        try story.sendAll { _ in .accepted(Wamid(rawValue: "wamid.ours")) }
        try echo(story, "Hi", id: "wamid.ours")
        try story.pass(.seconds(86_000))
        try echo(story, "still there?", id: "wamid.echo")
        try story.pass(.seconds(400))
        try echo(story, "hello?", id: "wamid.late")
        try story.postAll()
        #expect(story.posts.count == 2)
        #expect(story.inboundStates == ["posted", "ignored", "posted", "ignored"])
    }
}
