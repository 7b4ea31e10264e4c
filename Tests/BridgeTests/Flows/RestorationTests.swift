import BridgeTestSupport
import Testing

@testable import Bridge

/// The database is a backup's, and the world went on after it.
@Suite("After a restoration") struct RestorationTests {
    private static let bert: [Alias] = [.phone("4917611")]

    private func openStory() throws -> (Story, root: PostReference) {
        let story = Story()
        try story.customerWrites("Hello")
        try story.postAll()
        return (story, try #require(story.posts.first?.reference))
    }

    @Test("What was under way to the customer is held, and what is written later is sent")
    func outgoing() throws {
        let (story, root) = try openStory()
        let first = try story.colleagueWrites("first", in: root)
        let backup = try story.backup()
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["first"])
        try story.restore(backup)
        try story.sendAll()
        #expect(try story.outgoing(of: first).map(\.state) == [.held(.restored)])
        try story.colleagueWrites("second", in: root)
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["first", "second"])
    }

    @Test("What its author changes while it is held stays held, with the new words; what is deleted is not to be sent any more")
    func changedWhileHeld() throws {
        let (story, root) = try openStory()
        var changed = try story.colleagueWrites("first", in: root)
        let deleted = try story.colleagueWrites("second", in: root)
        try story.restore(story.backup())
        changed.html = "first, corrected"
        let flow = ChangeFlow(settings: story.settings, identity: story.identity, makeKey: story.makeKey)
        let now = story.now
        try story.transact { transaction in
            try flow.compare(changed, at: now, in: transaction)
            try flow.deleted(deleted.reference, at: now, in: transaction)
        }
        try story.sendAll()
        #expect(story.sent.isEmpty)
        #expect(try story.outgoing(of: changed).map(\.state) == [.held(.restored)])
        #expect(try story.outgoing(of: changed).map(\.content) == [.text("first, corrected")])
        #expect(try story.outgoing(of: deleted).map(\.state) == [.failed(reason: "deleted in Connect")])
    }

    @Test("A status of a held message says that it was sent")
    func status() throws {
        let (story, root) = try openStory()
        let post = try story.colleagueWrites("first", in: root)
        try story.restore(story.backup())
        try story.status("delivered", of: #require(try story.outgoing(of: post).first))
        #expect(try story.outgoing(of: post).map(\.state) == [.delivered])
    }

    @Test("At first contact, posts in known discussions are held, private and foreign ones only noted, and nobody is told anything")
    func firstContact() throws {
        let (story, root) = try openStory()
        try story.restore(story.backup())
        let posts = [
            story.post("for the customer", in: root),
            story.post("between us", in: root, isPrivate: true),
            story.post("to the connector", in: root, notifies: ["whatsapp"]),
            story.post("foreign", in: PostReference(rawValue: "lunch")),
        ]
        for post in posts { #expect(try story.read(post, on: .restored, isComplete: true) == .done) }
        try story.postAll()
        try story.sendAll()
        #expect(story.sent.isEmpty)
        #expect(story.notices.isEmpty)
        #expect(try posts.map { try story.outgoing(of: $0).map(\.state) } == [[.held(.restored)], [], [], []])
        // Once more, after the connection was lost: nothing is decided anew.
        for post in posts { #expect(try story.read(post) == .done) }
        try story.sendAll()
        #expect(story.sent.isEmpty)
        #expect(story.store.contents.outgoing.all.count == 1)
    }

    @Test("A post below one of ours that the ledger does not know is held too; whether it may go out is judged when it is sent")
    func belowUnknown() throws {
        let (story, root) = try openStory()
        let backup = try story.backup()
        try story.customerWrites("after the backup")
        try story.postAll()
        let unknown = try #require(story.posts.last?.reference)
        try story.restore(backup)
        let post = story.post("answer", in: root, answering: unknown)
        for own in story.connectPosts { try story.read(own, on: .restored) }
        #expect(try story.read(post, on: .restored) == .done)
        #expect(try story.outgoing(of: post).map(\.state) == [.held(.restored)])
    }

    @Test("A message that the backup had not posted is posted once, whether Connect has it or not", arguments: [true, false], [true, false])
    func unfinished(wasPosted: Bool, isRoot: Bool) throws {
        let story = Story()
        if !isRoot {
            try story.customerWrites("Hello")
            try story.postAll()
        }
        try story.customerWrites("the message")
        let backup = try story.backup()
        if wasPosted { try story.postAll() }
        try story.restore(backup)
        try story.postAll()
        #expect(story.posts.count { $0.text.contains("the message") } == 1)
        #expect(story.store.contents.inbound.all.allSatisfy { $0.state == .posted })
    }

    @Test("Its words may have been put together after the backup: a message that was late says when it was written")
    func late() throws {
        let (story, _) = try openStory()
        try story.customerWrites("the message")
        let backup = try story.backup()
        try story.pass(.seconds(3_600))
        try story.postAll()
        try story.restore(backup)
        try story.postAll()
        #expect(story.posts.count { $0.text.contains("the message") } == 1)
    }

    @Test("Another unknown post of ours is not taken for it, even if it is the only one")
    func otherPost() throws {
        let (story, root) = try openStory()
        try story.customerWrites("the message")
        let backup = try story.backup()
        // Connect refuses it for good, and then has a later one.
        try story.postAll(refuse: { $0.html.contains("the message") ? .permanent("no") : nil })
        try story.customerWrites("after the backup")
        try story.postAll()
        try story.restore(backup)
        try story.postAll()
        #expect(story.posts.filter { $0.request.discussion == root }.map(\.text).contains { $0.contains("the message") })
        #expect(story.posts.count { $0.text.contains("after the backup") } == 1)
    }

    @Test("A webhook that was pending in the backup is looked for; one that comes later is simply posted", arguments: [true, false])
    func pendingWebhook(wasPosted: Bool) throws {
        let story = Story()
        story.showsKeys = true
        story.store.append(webhookNow: [1], receivedAt: story.now)
        let backup = try story.backup()
        func record(_ text: String, webhook: Int64) throws {
            let message = CustomerMessage(
                number: Story.number, wamid: Wamid(rawValue: text), sender: Story.ada, senderName: "Ada", writtenAt: story.now, content: .text(text),
                quotes: nil)
            let flow = InboundFlow(settings: story.settings, makeKey: story.makeKey)
            try story.transact { transaction in
                try flow.afterRestoration(of: .init(rawValue: webhook), in: transaction).record(.message(message), at: story.now, in: transaction)
            }
        }
        if wasPosted {
            try record("Hello", webhook: 1)
            try story.postAll()
        }
        try story.restore(backup)
        try record("Hello", webhook: 1)
        #expect(story.store.contents.tasks.all.map(\.state) == [.posting])
        try record("more", webhook: 2)
        #expect(story.store.contents.tasks.all.map(\.state) == [.posting, .queued])
        try story.postAll()
        #expect(story.roots.map(\.text).count == 1)
        #expect(story.posts.count == 2)
    }

    @Test("Two customers who wrote the same never get each other's discussion", arguments: [true, false])
    func sameWords(showsKeys: Bool) throws {
        let story = Story()
        story.showsKeys = showsKeys
        try story.customerWrites("Hello", name: "Kim")
        try story.customerWrites("Hello", from: Self.bert, name: "Kim")
        let backup = try story.backup()
        try story.postAll()
        #expect(story.roots.count == 2)
        try story.restore(backup)
        try story.postAll()
        // Without keys nobody can tell them apart: rather twice than in the wrong place.
        #expect(story.roots.count == (showsKeys ? 2 : 4))
        let discussions = story.store.contents.discussions.all
        #expect(Set(discussions.map(\.root)).count == 2)
        if showsKeys {
            for discussion in discussions { #expect(story.roots.first { $0.reference == discussion.root }?.request.key == discussion.key) }
        }
    }

    @Test("A closing text that was posted after the backup is not posted again")
    func closing() throws {
        let story = Story(closedMessage: "Closed.")
        try story.customerWrites("Hello")
        try story.postAll()
        let backup = try story.backup()
        try story.pass(.seconds(25 * 3_600))
        try story.postAll()
        try story.restore(backup)
        try story.pass(.zero)
        try story.postAll()
        #expect(story.posts.count { $0.text == "Closed." } == 1)
    }

    @Test("An answer in a discussion whose root is looked for waits for it, and is held in the right one")
    func unconfirmedRoots() throws {
        let story = Story()
        story.showsKeys = true
        try story.customerWrites("Hello", name: "Kim")
        try story.customerWrites("Good morning", from: Self.bert, name: "Bert")
        let backup = try story.backup()
        try story.postAll()
        try story.restore(backup)
        for own in story.connectPosts { try story.read(own, on: .restored) }
        let answer = story.post("to Bert", in: try #require(story.roots.last?.reference))
        #expect(try story.read(answer, on: .restored) == .needsConfirmation)
        try story.postAll()
        #expect(try story.read(answer, on: .restored) == .done)
        let held = try #require(try story.outgoing(of: answer).first)
        #expect(held.state == .held(.restored))
        #expect(story.store.contents.conversations.all.first { $0.id == held.conversation }?.address == Self.bert)
    }
}
