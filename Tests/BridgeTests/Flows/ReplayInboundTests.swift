import BridgeTestSupport
import Testing

@testable import Bridge

@Suite("What an operator has replayed: events that came in") struct ReplayInboundTests {
    /// Asks for an event and decides at once.
    @discardableResult
    private func replay(_ index: Int, in story: Story, rereading events: [InboundEvent]? = nil) throws -> Bool {
        try story.replay(.inbound(story.store.contents.inbound.all[index].id), rereading: events)
    }

    private func states(_ story: Story) -> [InboundState] { story.store.contents.inbound.all.map(\.state) }

    @Test("What waits for a zone stays held as long as there is none, and is posted once afterwards")
    func zone() throws {
        let story = Story()
        story.settings.numbers[Story.number]?.zone = nil
        try story.customerWrites("one")
        #expect(try !replay(0, in: story))
        #expect(states(story) == [.held(.zone)])
        story.settings.numbers[Story.number]?.zone = Story.zone
        #expect(try replay(0, in: story))
        #expect(try !replay(0, in: story))
        try story.postAll()
        #expect(try !replay(0, in: story))
        try story.postAll()
        #expect(states(story) == [.posted])
        #expect(story.posts.count == 1)
        #expect(story.store.contents.replayRequests.isEmpty)
    }

    @Test("What a backup held back is placed, or held for what is missing now")
    func restored() throws {
        let story = Story()
        story.settings.numbers[Story.number]?.isLicensed = false
        try story.customerWrites("one")
        let id = story.store.contents.inbound.all[0].id
        try story.store.withTransaction { try $0.setInbound(id, state: .held(.restored), conversation: nil) }
        #expect(try replay(0, in: story))
        #expect(states(story) == [.held(.licence)])
        story.settings.numbers[Story.number]?.isLicensed = true
        #expect(try replay(0, in: story))
        try story.postAll()
        #expect(states(story) == [.posted])
    }

    @Test("What was placed before it was held back is not placed again")
    func placedBefore() throws {
        let story = Story()
        try story.customerWrites("one")
        let record = story.store.contents.inbound.all[0]
        try story.store.withTransaction { try $0.setInbound(record.id, state: .held(.restored), conversation: record.conversation) }
        #expect(try !replay(0, in: story))
        #expect(states(story) == [.held(.connect)])
        try story.postAll()
        #expect(states(story) == [.posted])
        #expect(story.posts.count == 1)
    }

    @Test("What only waits for its post is left alone")
    func connect() throws {
        let story = Story()
        try story.customerWrites("one")
        #expect(try !replay(0, in: story))
        try story.postAll()
        #expect(story.posts.count == 1)
    }

    @Test("An event that could not be recorded is decided anew, once")
    func quarantined() throws {
        let story = Story()
        let message = CustomerMessage(
            number: Story.number, wamid: Wamid(rawValue: "wamid.in"), sender: Story.ada, writtenAt: story.now, content: .text("one"))
        let flow = InboundFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        try story.store.withTransaction { try flow.quarantine(.message(message), because: "no space", at: now, in: $0) }
        #expect(try replay(0, in: story))
        #expect(try !replay(0, in: story))
        try story.postAll()
        #expect(states(story) == [.posted])
        #expect(story.posts.count == 1)
    }

    @Test("A message of which a later part was refused is not posted again, and the ledger says why")
    func partlyShown() throws {
        let story = Story()
        try story.customerWrites("one")
        try story.postAll()
        // As it is when the first of several posts was taken and the second was refused for good.
        let record = story.store.contents.inbound.all[0]
        try story.store.withTransaction {
            try $0.setInbound(record.id, state: .quarantined(error: "too long"), conversation: record.conversation)
        }
        let count = story.posts.count
        #expect(count == 1)
        #expect(try !replay(0, in: story))
        #expect(try !replay(0, in: story))
        try story.postAll()
        #expect(story.posts.count == count)
        #expect(states(story)[0].reason?.hasSuffix("too long; it is in Connect already, at least in part") == true)
    }

    @Test("A status that could not be recorded finds its message, or is noted as one of nobody's message")
    func status() throws {
        let story = Story()
        let status = DeliveryStatus(number: Story.number, wamid: Wamid(rawValue: "wamid.x"), status: "read", at: story.now)
        let flow = InboundFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        try story.store.withTransaction { try flow.quarantine(.status(status), because: "no space", at: now, in: $0) }
        #expect(try replay(0, in: story))
        #expect(states(story) == [.ignored(reason: "message not known")])
    }

    @Test("An element that can be read by now is recorded, and what was recorded of its webhook before stays as it is")
    func readable() throws {
        let story = Story()
        try story.customerWrites("one", wamid: "wamid.1")
        try story.postAll()
        let unreadable = InboundEvent.Unreadable(path: "entry[0]", error: "no object", number: nil, at: story.now, key: "digest entry[0]")
        try story.record(.unreadable(unreadable))
        let known = story.store.contents.inbound.all[0].event
        let message = CustomerMessage(
            number: Story.number, wamid: Wamid(rawValue: "wamid.2"), sender: Story.ada, writtenAt: story.now, content: .text("two"))
        #expect(try replay(1, in: story, rereading: [known, .message(message)]))
        try story.postAll()
        #expect(states(story) == [.posted, .ignored(reason: "read again, see what was recorded for it"), .posted])
        #expect(story.posts.map(\.text).count == 2)
        #expect(try !replay(1, in: story, rereading: [known, .message(message)]))
    }

    @Test("An element that still cannot be read stays quarantined, and the ledger says what is wrong with it today")
    func stillUnreadable() throws {
        let story = Story()
        var unreadable = InboundEvent.Unreadable(path: "entry[0]", error: "no object", number: nil, at: story.now, key: "digest entry[0]")
        try story.record(.unreadable(unreadable))
        unreadable.error = "a list"
        #expect(try !replay(0, in: story, rereading: [.unreadable(unreadable)]))
        #expect(states(story) == [.quarantined(error: "entry[0]: a list")])
        #expect(try !replay(0, in: story, rereading: nil))
        #expect(states(story) == [.quarantined(error: "entry[0]: a list")])
    }
}

extension Story {
    /// Asks for a row of the ledger, and decides at once.
    func replay(_ subject: ReplaySubject, rereading events: [InboundEvent]? = nil, posts: [ConnectPost]? = nil) throws -> Bool {
        let flow = ReplayFlow(settings: settings, makeKey: makeKey)
        let now = now
        try transact { try $0.insertReplayRequest(subject, webhook: nil) }
        return try transact { transaction in
            guard let request = try transaction.replayRequests(for: subject.half, after: nil, limit: 1).first else { return false }
            switch subject {
            case .inbound: return try flow.replayInbound(request, rereading: events, at: now, in: transaction)
            case .outgoing: return try flow.replayOutgoing(request, posts: posts, at: now, in: transaction)
            }
        }
    }
}
