import BridgeTestSupport
import Testing

@testable import Bridge

/// What must hold when something goes wrong between two transactions, or while a settings change is under way.
@Suite struct TroubleTests {
    private static let otherZone = Zone(rawValue: "support")

    private func storyWithDiscussion() throws -> (Story, PostReference) {
        let story = Story()
        try story.customerWrites("Hello")
        try story.postAll()
        return (story, story.roots[0].reference)
    }

    // MARK: Towards WhatsApp

    @Test("A message whose outcome could not be recorded holds its conversation for 60 s, then its author is told")
    func outcomeNotRecorded() throws {
        let (story, root) = try storyWithDiscussion()
        let post = try story.colleagueWrites("first", in: root)
        try story.colleagueWrites("second", in: root)
        let id = try #require(try story.outgoing(of: post).first?.id)
        let flow = SendingFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        _ = try story.store.withTransaction { try flow.begin(id, at: now, in: $0) }
        try story.pass(.seconds(60))
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.map(\.text) == ["second"])
        #expect(story.notices.map(\.text) == [AuthorNotice.possiblyNotSent(excerpt: nil).text(in: .en)])
    }

    @Test("When the clock is set back by an hour, nothing waits for that hour to come again")
    func clockSetBack() throws {
        let (story, root) = try storyWithDiscussion()
        let post = try story.colleagueWrites("first", in: root)
        try story.colleagueWrites("second", in: root)
        try story.customerWrites("two")
        try story.customerWrites("three")
        try story.postAll { $0.html.contains("two") ? .temporary("BUSY") : nil }
        try story.sendAll { _ in .ambiguous("reset") }
        story.now = story.now - .seconds(3_600)
        try story.postAll()
        #expect(story.posts.map(\.text).filter { $0.contains("two") || $0.contains("three") }.count == 2)
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["first"])
        try story.pass(.seconds(60))
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.map(\.text) == ["first", "second"])
        #expect(story.notices.map(\.request.repliesTo) == [post.reference])
    }

    @Test("A message that has become too old is told of although webhooks keep coming")
    func tooOldUnderLoad() throws {
        let (story, root) = try storyWithDiscussion()
        let post = try story.colleagueWrites("late", in: root)
        story.now = Story.start + .seconds(86_400)
        story.store.append(webhookNow: [], receivedAt: story.now)
        try story.sendAll()
        #expect(try story.outgoing(of: post).map(\.state) == [.queued], "that webhook may keep the window open")
        try story.takeWebhooksApart()
        story.now = story.now + .seconds(1)
        story.store.append(webhookNow: [], receivedAt: story.now)
        try story.sendAll()
        #expect(try story.outgoing(of: post).map(\.state.name) == ["failed"])
    }

    @Test("A discussion is closed although webhooks keep coming, but not before those that came in time")
    func closesUnderLoad() throws {
        let (story, _) = try storyWithDiscussion()
        story.store.append(webhookNow: [], receivedAt: Story.start + .seconds(86_400))
        try story.pass(.seconds(86_401))
        #expect(story.store.contents.discussions.all[0].closedAt == nil)
        try story.takeWebhooksApart()
        story.store.append(webhookNow: [], receivedAt: story.now)
        let flow = ClosingFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        let next = try story.store.withTransaction { try flow.closeDue(at: now, in: $0) }
        #expect(story.store.contents.discussions.all[0].closedAt == now)
        #expect(next.map { $0 > now } ?? true)
    }

    @Test("While a discussion cannot be closed yet, the keeper is told to come again later, not at once")
    func comesAgain() throws {
        let (story, _) = try storyWithDiscussion()
        let now = Story.start + .seconds(86_400)
        story.store.append(webhookNow: [], receivedAt: now)
        let flow = ClosingFlow(settings: story.settings, makeKey: story.makeKey)
        #expect(try story.store.withTransaction { try flow.closeDue(at: now, in: $0) } == now + .seconds(1))
    }

    @Test("A refused token is probed at start and when it was replaced, without waiting for the five minutes")
    func probesAtOnce() throws {
        let (story, root) = try storyWithDiscussion()
        try story.colleagueWrites("first", in: root)
        try story.sendAll { _ in .refused(DeliveryError(code: 190)) }
        let flow = SendingFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now + .seconds(5)
        story.now = now
        try story.store.withTransaction { try flow.recover(at: now, in: $0) }
        try story.sendAll { _ in .refused(DeliveryError(code: 190)) }
        #expect(story.sent.count == 2)
        try story.store.withTransaction { try flow.probeAccounts(at: now, in: $0) }
        try story.sendAll()
        #expect(story.sent.count == 3)
    }

    @Test("A probe that is refused for its own sake shows that the token works again")
    func probeFailsForItself() throws {
        let (story, root) = try storyWithDiscussion()
        try story.colleagueWrites("first", in: root)
        try story.colleagueWrites("second", in: root)
        try story.sendAll { _ in .refused(DeliveryError(code: 190)) }
        try story.pass(.seconds(300))
        try story.sendAll { $0.text == "first" ? .refused(DeliveryError(code: 131_026)) : .accepted(Wamid(rawValue: "w2")) }
        #expect(story.sent.map(\.text) == ["first", "first", "second"])
    }

    @Test("What was waiting when its discussion was closed early is told so, not that it was too old")
    func closedEarly() throws {
        let (story, root) = try storyWithDiscussion()
        try story.colleagueWrites("waiting", in: root)
        story.settings.numbers[Story.number]?.zone = Self.otherZone
        try story.customerWrites("elsewhere")
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.isEmpty)
        #expect(story.notices.map(\.text) == [AuthorNotice.discussionClosed.text(in: .en)])
    }

    // MARK: Towards Connect

    @Test("A root that Connect will never accept costs only its own message, not those that wait behind it")
    func siblingsOfBadRoot() throws {
        let story = Story()
        try story.customerWrites("bad")
        try story.customerWrites("good")
        try story.customerWrites("better")
        try story.postAll { $0.html.contains("bad") ? .permanent("INVALID") : nil }
        #expect(story.posts.count == 2)
        #expect(story.roots.count == 1)
        #expect(story.roots.first?.text.contains("good") == true)
        #expect(story.posts.last?.text.contains("better") == true)
        #expect(story.store.contents.inbound.all.map(\.state.name) == ["quarantined", "posted", "posted"])
    }

    @Test("What waits for a zone that the number has left goes to its new zone")
    func zoneLeft() throws {
        let story = Story()
        try story.customerWrites("one")
        try story.customerWrites("two")
        try story.postAll { $0.zone == Story.zone ? .zone("UNKNOWN_TOPIC") : nil }
        #expect(story.posts.isEmpty)
        story.settings.numbers[Story.number]?.zone = Self.otherZone
        try story.customerWrites("three")
        try story.pass(.seconds(60))
        try story.postAll { $0.zone == Story.zone ? .zone("UNKNOWN_TOPIC") : nil }
        #expect(story.posts.allSatisfy { $0.request.zone == Self.otherZone })
        #expect(story.roots.count == 1)
        #expect(Set(story.store.contents.inbound.all.map(\.state.name)) == ["posted"])
    }

    @Test("A customer's message never adopts a private post, and prefers its own text")
    func adoption() throws {
        let (story, root) = try storyWithDiscussion()
        try story.customerWrites("again")
        let flow = PostingFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        let identity = story.identity
        let head = try #require(try story.store.withTransaction { try $0.headTasks(after: nil, limit: 1) }.first)
        _ = try story.store.withTransaction { try flow.begin(head.id, at: now, in: $0) }
        let notice = story.post("not sent", by: "whatsapp", in: root, isPrivate: true, notifies: ["anna"])
        try story.store.withTransaction { try flow.settle(head.id, among: [notice], identity: identity, at: now, in: $0) }
        #expect(try story.store.withTransaction { try $0.task(head.id) }?.state == .queued)
        _ = try story.store.withTransaction { try flow.begin(head.id, at: now, in: $0) }
        var own = story.post("", by: "WhatsApp", in: root)
        own.html = head.html
        let candidates = [story.post("other", by: "whatsapp", in: root), own]
        try story.store.withTransaction { try flow.settle(head.id, among: candidates, identity: identity, at: now, in: $0) }
        #expect(try story.store.withTransaction { try $0.task(head.id) }?.state == .done)
        #expect(try story.store.withTransaction { try $0.knownPost(own.reference) }?.origin == .own)
    }

    // MARK: From Connect

    @Test("An answer to a post of ours that is being made waits for it")
    func waitsForConfirmation() throws {
        let story = Story()
        try story.customerWrites("Hello")
        let flow = PostingFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        let head = try #require(try story.store.withTransaction { try $0.headTasks(after: nil, limit: 1) }.first)
        _ = try story.store.withTransaction { try flow.begin(head.id, at: now, in: $0) }
        let root = PostReference(rawValue: "root")
        try story.noteOwnRoot(root)
        let answer = story.post("quick", in: root)
        #expect(try story.read(answer) == .needsConfirmation)
        try story.store.withTransaction { try flow.confirm(head.id, as: root, at: now, in: $0) }
        #expect(try story.read(answer) == .done)
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["quick"])
    }

    @Test("An answer to a post of our login that nobody is making waits for nothing")
    func nothingToConfirm() throws {
        let story = Story()
        let root = PostReference(rawValue: "root")
        try story.noteOwnRoot(root)
        #expect(try story.read(story.post("quick", in: root)) == .done)
    }

    @Test("To read a handled post again does not set the zone's cursor back")
    func cursor() throws {
        let (story, root) = try storyWithDiscussion()
        let old = try story.colleagueWrites("old", in: root)
        let new = try story.colleagueWrites("new", in: root)
        try story.read(old)
        #expect(try story.store.withTransaction { try $0.cursor(of: Story.zone) } == new.cursor)
    }
}

extension Story {
    /// All webhooks that wait are taken apart; there was nothing in them.
    func takeWebhooksApart() throws {
        try store.withTransaction { transaction in
            for webhook in try transaction.pendingWebhooks(limit: 100) { try transaction.finishWebhook(webhook.id) }
        }
    }

    /// A root of our own login that the ledger does not know was read.
    func noteOwnRoot(_ root: PostReference) throws {
        var post = post("", by: identity.sip, in: root)
        post.reference = root
        post.repliesTo = nil
        let flow = ForwardingFlow(settings: settings, identity: identity, makeKey: makeKey)
        try store.withTransaction { try flow.note([post], in: $0) }
    }
}
