import BridgeTestSupport
import Testing

@testable import Bridge

@Suite("What an operator has replayed: messages to customers") struct ReplayOutgoingTests {
    /// A story with a discussion that a customer has opened.
    private func story() throws -> (Story, PostReference) {
        let story = Story()
        try story.customerWrites("one")
        try story.postAll()
        return (story, story.roots[0].reference)
    }

    private func set(_ state: OutgoingState, of post: ConnectPost, in story: Story) throws {
        for var message in try story.outgoing(of: post) {
            message.state = state
            try story.store.withTransaction { try $0.updateOutgoing(message) }
        }
    }

    private func replay(_ post: ConnectPost, part: Int = 0, posts: [ConnectPost]? = nil, in story: Story) throws -> Bool {
        try story.replay(.outgoing(try story.outgoing(of: post)[part].id), posts: posts ?? [post])
    }

    @Test("What a backup holds back is sent once, before what was written later and still waits")
    func held() throws {
        let (story, root) = try story()
        let posts = try ["one", "two", "three"].map { try story.colleagueWrites($0, in: root) }
        for post in posts.prefix(2) { try set(.held(.restored), of: post, in: story) }
        for post in posts.prefix(2).reversed() { #expect(try replay(post, in: story)) }
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["one", "two", "three"])
        for post in posts { #expect(try !replay(post, in: story)) }
        try story.sendAll()
        #expect(story.sent.count == 3)
    }

    @Test("What a backup holds back and has become too old fails, and its author is told")
    func tooOld() throws {
        let (story, root) = try story()
        let post = try story.colleagueWrites("one", in: root)
        try set(.held(.restored), of: post, in: story)
        try story.pass(.seconds(86_400))
        #expect(try replay(post, in: story))
        try story.sendAll()
        try story.postAll()
        #expect(try story.outgoing(of: post).map(\.state) == [.failed(reason: "window closed")])
        #expect(story.notices.map(\.text) == [AuthorNotice.tooOld.text(in: .en)])
        #expect(story.sent.isEmpty)
    }

    @Test("What failed for want of a licence is sent when there is one, once, with the files of its post")
    func licence() throws {
        let (story, root) = try story()
        story.settings.numbers[Story.number]?.isLicensed = false
        let post = story.post("look", in: root, files: nil)
        try story.read(post)
        #expect(try story.outgoing(of: post).map(\.state) == [.failed(reason: "no licence")])
        #expect(try !replay(post, in: story))
        story.settings.numbers[Story.number]?.isLicensed = true
        #expect(try replay(post, in: story))
        #expect(try !replay(post, in: story))
        var asked = 0
        try story.sendAll(files: { _ in
            asked += 1
            return []
        })
        #expect(story.sent.map(\.text) == ["look"])
        #expect(asked == 1)
        #expect(try !replay(post, in: story))
    }

    @Test("The parts of a post go together and in order, whichever of them was asked for")
    func parts() throws {
        let (story, root) = try story()
        let post = try story.colleagueWrites(String(repeating: "word ", count: 2_000), in: root)
        story.settings.numbers[Story.number]?.isLicensed = false
        try story.sendAll()
        let states = try story.outgoing(of: post).map(\.state)
        #expect(states.count == 3)
        #expect(states == [.failed(reason: "no licence")] + Array(repeating: .failed(reason: "an earlier part was not sent"), count: 2))
        story.settings.numbers[Story.number]?.isLicensed = true
        #expect(try !replay(post, part: 1, in: story))
        #expect(try replay(post, in: story))
        try story.sendAll()
        #expect(story.sent.count == 3)
        #expect(try story.outgoing(of: post).allSatisfy { $0.state == .sent })
    }

    @Test(
        "Nothing is sent again that WhatsApp has or may have, that is on its way, or that would fail again",
        arguments: [
            OutgoingState.queued, .sending, .unknown(authorTold: false), .unknown(authorTold: true), .sent, .delivered, .read,
            .failed(reason: "window closed"), .failed(reason: "WhatsApp 131026"), .failed(reason: "deleted in Connect"),
            .failed(reason: "the post was changed in Connect"), .failed(reason: "became private"),
        ])
    func leftAlone(state: OutgoingState) throws {
        let (story, root) = try story()
        let post = try story.colleagueWrites("one", in: root)
        try set(state, of: post, in: story)
        #expect(try !replay(post, in: story))
        #expect(try story.outgoing(of: post).map(\.state) == [state])
        #expect(story.store.contents.replayRequests.isEmpty)
    }

    @Test("A message that WhatsApp took once is never sent again, whatever the ledger says of it")
    func hasWamid() throws {
        let (story, root) = try story()
        let post = try story.colleagueWrites("one", in: root)
        try story.sendAll()
        for state in [OutgoingState.failed(reason: "no licence"), .held(.restored)] {
            try set(state, of: post, in: story)
            #expect(try !replay(post, in: story))
        }
        try story.sendAll()
        #expect(story.sent.count == 1)
    }

    @Test("A post that was deleted in Connect meanwhile is not sent")
    func deleted() throws {
        let (story, root) = try story()
        let post = try story.colleagueWrites("one", in: root)
        try set(.held(.restored), of: post, in: story)
        #expect(try !replay(post, posts: [], in: story))
        try story.sendAll()
        #expect(story.sent.isEmpty)
        #expect(try story.outgoing(of: post).map(\.state) == [.failed(reason: "deleted in Connect")])
    }

    @Test("A post that was changed in Connect meanwhile is not sent", arguments: [false, true])
    func changed(isUndecided: Bool) throws {
        let (story, root) = try story()
        story.settings.numbers[Story.number]?.isLicensed = !isUndecided
        var post = story.post("one", in: root, files: isUndecided ? nil : [])
        try story.read(post)
        if !isUndecided { try set(.held(.restored), of: post, in: story) }
        story.settings.numbers[Story.number]?.isLicensed = true
        post.html = "two"
        #expect(try !replay(post, in: story))
        try story.sendAll()
        #expect(story.sent.isEmpty)
        #expect(try story.outgoing(of: post).map(\.state) == [.failed(reason: "the post was changed in Connect")])
    }

    @Test("A post that became private meanwhile is not sent")
    func becamePrivate() throws {
        let (story, root) = try story()
        let post = try story.colleagueWrites("one", in: root)
        try set(.held(.restored), of: post, in: story)
        try story.store.withTransaction { transaction in
            var known = try #require(try transaction.knownPost(post.reference))
            known.isPublic = false
            try transaction.saveKnownPost(known)
        }
        #expect(try replay(post, in: story))
        try story.sendAll()
        #expect(story.sent.isEmpty)
        #expect(try story.outgoing(of: post).map(\.state) == [.failed(reason: "became private")])
    }

    @Test("Who answered a post of ours that came after the backup is told that the answer is not sent", arguments: [false, true])
    func unknownAncestor(isOwn: Bool) throws {
        let (story, root) = try story()
        // An own one is known, but nobody knows what it shows.
        let lost = PostReference(rawValue: "after the backup")
        if isOwn {
            let known = KnownPost(reference: lost, discussion: root, repliesTo: root, isPublic: true, origin: .ownUnconfirmed, isHandled: true)
            try story.store.withTransaction { try $0.saveKnownPost(known) }
        }
        let post = try story.colleagueWrites("one", in: root)
        try story.store.withTransaction { transaction in
            var known = try #require(try transaction.knownPost(post.reference))
            known.repliesTo = lost
            try transaction.saveKnownPost(known)
        }
        try set(.held(.restored), of: post, in: story)
        #expect(try replay(post, in: story))
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.isEmpty)
        #expect(try story.outgoing(of: post).map(\.state) == [.failed(reason: "unknown ancestor")])
        #expect(story.notices.map(\.text) == [AuthorNotice.unknownAncestor.text(in: .en)])
        #expect(story.notices.map(\.request.repliesTo) == [post.reference])
    }
}
