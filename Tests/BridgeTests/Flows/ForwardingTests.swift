import BridgeTestSupport
import Testing

@testable import Bridge

@Suite struct ForwardingTests {
    private func storyWithDiscussion(closedMessage: String = "") throws -> (Story, PostReference) {
        let story = Story(closedMessage: closedMessage)
        try story.customerWrites("Hello", wamid: "wamid.hello")
        try story.postAll()
        return (story, story.roots[0].reference)
    }

    @Test("A colleague's public reply goes to the customer")
    func forwards() throws {
        let (story, root) = try storyWithDiscussion()
        try story.colleagueWrites("Hi Ada", in: root)
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["Hi Ada"])
        #expect(story.sent[0].recipient == Story.ada)
        #expect(story.sent[0].quotes == nil)
    }

    @Test("A reply to one particular later message of the customer quotes it")
    func quotes() throws {
        let (story, root) = try storyWithDiscussion()
        try story.customerWrites("second", wamid: "wamid.second")
        try story.postAll()
        try story.colleagueWrites("about the second", in: root, answering: story.posts[1].reference)
        try story.sendAll()
        #expect(story.sent[0].quotes == Wamid(rawValue: "wamid.second"))
    }

    @Test("The same post read again is sent once")
    func onlyOnce() throws {
        let (story, root) = try storyWithDiscussion()
        let post = try story.colleagueWrites("once", in: root)
        try story.read(post)
        try story.sendAll()
        try story.read(post)
        try story.sendAll()
        #expect(story.sent.count == 1)
    }

    @Test("What was there at first contact is only noted")
    func firstContact() throws {
        let (story, root) = try storyWithDiscussion()
        let post = story.post("old", in: root)
        try story.read(post, on: .firstContact)
        try story.read(post)
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.isEmpty)
        #expect(story.posts.count == 1)
    }

    @Test("What was only noted at first contact stays so, also when it is read again later")
    func notedStaysNoted() throws {
        let (story, root) = try storyWithDiscussion()
        let post = story.post("old", in: root)
        try story.read(post, on: .firstContact)
        let flow = ChangeFlow(settings: story.settings, identity: story.identity, makeKey: story.makeKey)
        try story.store.withTransaction { try flow.compare(post, at: story.now, in: $0) }
        try story.sendAll()
        #expect(story.sent.isEmpty)
    }

    @Test("Nothing is posted into a zone before its first contact is recorded, so that no answer is there at first contact")
    func firstContactFirst() throws {
        let story = Story(isFollowed: false)
        try story.customerWrites("Hello")
        let flow = PostingFlow(settings: story.settings, makeKey: story.makeKey)
        let head = try #require(try story.store.withReadTransaction { try $0.headTasks(after: nil, limit: 10) }.first)
        let early = try story.store.withTransaction { try flow.begin(head.id, at: story.now, in: $0) }
        #expect(early == .wait(until: story.now + .seconds(60)))
        try story.followZones()
        guard case .post = try story.store.withTransaction({ try flow.begin(head.id, at: story.now, in: $0) }) else {
            Issue.record("It is not posted")
            return
        }
    }

    @Test("Posts are sent in the order in which they are read, one after the other")
    func order() throws {
        let (story, root) = try storyWithDiscussion()
        for text in ["one", "two", "three"] { try story.colleagueWrites(text, in: root) }
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["one", "two", "three"])
    }

    @Test("In the last minute before Meta's end, and after it, nothing is sent and the author is told privately")
    func lastMinute() throws {
        let (story, root) = try storyWithDiscussion()
        try story.pass(.seconds(86_400 - 61))
        try story.colleagueWrites("just in time", in: root)
        try story.sendAll()
        try story.pass(.seconds(1))
        let late = try story.colleagueWrites("too late", in: root)
        try story.pass(.seconds(120))
        let later = try story.colleagueWrites("much too late", in: root)
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.map(\.text) == ["just in time"])
        #expect(story.notices.map(\.request.repliesTo) == [late.reference, later.reference])
        #expect(story.notices.allSatisfy { $0.request.privateTo == "anna" && $0.text == AuthorNotice.windowClosed.text(in: .en) })
        #expect(try story.outgoing(of: late).map(\.state) == [.failed(reason: "window closed")])
    }

    @Test("A post outside our discussions is not sent; its author gets one private hint for each discussion")
    func foreignDiscussion() throws {
        let (story, _) = try storyWithDiscussion()
        let foreign = PostReference(rawValue: "foreign")
        var root = story.post("Who brings cake?", in: foreign)
        root.reference = foreign
        root.repliesTo = nil
        try story.read(root)
        try story.colleagueWrites("Me", in: foreign)
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.isEmpty)
        #expect(story.notices.count == 1)
        #expect(story.notices[0].request.privateTo == "anna")
        #expect(story.notices[0].request.discussion == foreign)
    }

    @Test("A private post is not sent and not answered", arguments: [(true, []), (false, ["whatsapp"]), (true, ["?team"])])
    func privatePost(flag: Bool, notifies: [String]) throws {
        let (story, root) = try storyWithDiscussion()
        try story.read(story.post("secret", in: root, isPrivate: flag, notifies: notifies))
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.isEmpty)
        #expect(story.notices.isEmpty)
    }

    @Test("An answer to a private post is not sent, and its author learns why")
    func belowPrivate() throws {
        let (story, root) = try storyWithDiscussion()
        let secret = story.post("secret", in: root, isPrivate: true)
        try story.read(secret)
        try story.read(story.post("answer", in: root, answering: secret.reference))
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.isEmpty)
        #expect(story.notices.map(\.text) == [AuthorNotice.privateAncestor.text(in: .en)])
    }

    @Test("An answer to an unknown post waits until the discussion was read")
    func unknownAncestor() throws {
        let (story, root) = try storyWithDiscussion()
        let missed = story.post("missed", in: root)
        let answer = story.post("answer", in: root, answering: missed.reference)
        #expect(try story.read(answer) == .needsDiscussion(root))
        let flow = ForwardingFlow(settings: story.settings, identity: story.identity, makeKey: story.makeKey)
        try story.store.withTransaction { try flow.note([missed], in: $0) }
        #expect(try story.read(answer) == .done)
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["answer"])
    }

    @Test("What stays unknown after the discussion was read counts as private")
    func stillUnknown() throws {
        let (story, root) = try storyWithDiscussion()
        try story.read(story.post("answer", in: root, answering: PostReference(rawValue: "nowhere")), isComplete: true)
        try story.sendAll()
        #expect(story.sent.isEmpty)
    }

    @Test("A post that turns private before its turn is not sent")
    func turnsPrivate() throws {
        let (story, root) = try storyWithDiscussion()
        var post = try story.colleagueWrites("oops", in: root)
        post.isPrivate = true
        try story.read(post)
        post.isPrivate = false
        try story.read(post)
        try story.sendAll()
        #expect(story.sent.isEmpty)
        #expect(try story.outgoing(of: post).map(\.state) == [.failed(reason: "became private")])
    }

    @Test("The connector's own posts are never sent, known or not")
    func ownEcho() throws {
        let (story, root) = try storyWithDiscussion()
        var echo = story.post("echo", by: "WhatsApp", in: root)
        try story.read(echo)
        echo.reference = story.roots[0].reference
        try story.read(echo)
        try story.sendAll()
        #expect(story.sent.isEmpty)
    }

    @Test("A post without text is not sent and its author is told")
    func empty() throws {
        let (story, root) = try storyWithDiscussion()
        let post = try story.colleagueWrites("", in: root)
        var asked: [Int64] = []
        let start = story.now
        for _ in 0..<40 {
            try story.sendAll(files: { _ in
                asked.append(story.now.since(start).wholeMilliseconds / 1_000)
                return []
            })
            try story.pass(.seconds(1))
        }
        // The first look was when the post was read.
        #expect(asked == [2, 7, 22])
        try story.postAll()
        #expect(story.notices.map(\.text) == [AuthorNotice.emptyPost.text(in: .en)])
        #expect(try story.outgoing(of: post).map(\.state) == [.failed(reason: "nothing to send")])
    }
}
