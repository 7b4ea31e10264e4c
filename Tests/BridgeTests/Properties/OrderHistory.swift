import BridgeTestSupport

@testable import Bridge

/// A conversation whose notifications may come in any order, and what is to be seen of it at the end.
///
/// The same seed makes the same conversation, whether it is played in order or not.
struct OrderHistory {
    /// Something that WhatsApp tells us about a message of ours, or that the customer does about it.
    private struct Happening {
        var event: InboundEvent
        var second: Int64
    }

    private let seed: UInt64
    /// What the customer wrote at first, in order, in one notification.
    private var batch: [InboundEvent] = []
    /// What happens after each post of the colleague, in order.
    private var chapters: [[Happening]] = []
    private var second: Int64 = 0
    private var random: SeededGenerator

    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        makeBatch()
        for index in 0..<(1 + random.number(below: 3)) { chapters.append(makeChapter(index)) }
    }

    // MARK: The conversation

    private static func wamid(_ name: String) -> Wamid { Wamid(rawValue: name) }

    private mutating func message(_ content: CustomerMessage.Content, _ wamid: String, about quotes: Wamid? = nil) -> InboundEvent {
        second += 1
        return .message(
            CustomerMessage(
                number: Story.number, wamid: Self.wamid(wamid), sender: Story.ada, senderName: "Ada", writtenAt: Story.start + .seconds(second),
                content: content, quotes: quotes))
    }

    private mutating func makeBatch() {
        for index in 0..<(1 + random.number(below: 5)) {
            let about = index > 0 && random.happens(50) ? Self.wamid("in\(random.number(below: index))") : nil
            batch.append(message(.text("text \(index)"), "in\(index)", about: about))
        }
    }

    /// A reaction that may be changed and taken back.
    private mutating func reactions(to target: Wamid, _ name: String) -> [Happening] {
        (0..<(1 + random.number(below: 3))).map { index in
            let content: MessagePlaceholder =
                random.happens(25) ? .reactionRemoved(quote: nil) : .reaction(emoji: random.pick(["👍", "🎉", "🎈"]), quote: nil)
            return Happening(event: message(.placeholder(content), "\(name).reaction\(index)", about: target), second: second)
        }
    }

    private mutating func makeChapter(_ index: Int) -> [Happening] {
        let ours = Self.wamid("out\(index)")
        let namesID = random.happens(50)
        let ends: [[(String, Int?)]] = [
            [("sent", nil)], [("sent", nil), ("delivered", nil)], [("sent", nil), ("delivered", nil), ("read", nil)], [("read", nil)],
            [("sent", nil), ("failed", 131_026)], [("sent", nil), ("failed", 131_056)], [("failed", 131_056)], [],
        ]
        var chapter: [Happening] = []
        for (status, code) in random.pick(ends) {
            second += 1
            let status = DeliveryStatus(
                number: Story.number, wamid: ours, status: status, at: Story.start + .seconds(second), messageID: namesID ? "ours\(index)" : nil,
                error: code.map { DeliveryError(code: $0) })
            chapter.append(Happening(event: .status(status), second: second))
        }
        let isFailure = chapter.contains { if case .status(let status) = $0.event { status.error != nil } else { false } }
        if !isFailure, random.happens(60) { chapter += reactions(to: ours, "a\(index)") }
        if random.happens(40) { chapter += reactions(to: Self.wamid("in0"), "b\(index)") }
        if !isFailure, random.happens(60) {
            let event = message(.text("reply \(index)"), "reply\(index)", about: ours)
            chapter.append(Happening(event: event, second: second))
        }
        return chapter
    }

    // MARK: Playing

    /// Plays it and says what is to be seen at the end: each post with what it answers, each message with its state and how often it was sent.
    func outcome(inOrder: Bool) throws -> [String] {
        var random = SeededGenerator(seed: seed &+ 1)
        let story = Story()
        story.now = Story.start + .seconds(55)
        var elements = batch
        if !inOrder {
            elements.shuffle(using: &random)
            elements.append(random.pick(elements))
        }
        for event in InboundOrder.sorted(elements) { try story.record(event) }
        try story.postAll()
        var posts: [ConnectPost] = []
        for (index, chapter) in chapters.enumerated() {
            let post = try story.colleagueWrites("answer \(index)", in: story.roots[0].reference)
            posts.append(post)
            try play(chapter, index, in: story, inOrder: inOrder, &random)
            // What was only delayed goes out; what waits for an ID gets it.
            for _ in 0..<3 {
                try story.postAll()
                try story.pass(.seconds(1))
                try story.sendAll { .accepted(Wamid(rawValue: "again.\($0.messageID)")) }
            }
            // One second for each look, and a new minute for what the customer writes next would be late.
            story.now = Story.start + .seconds(55)
        }
        try story.postAll()
        return try snapshot(story, posts)
    }

    private func play(_ chapter: [Happening], _ index: Int, in story: Story, inOrder: Bool, _ random: inout SeededGenerator) throws {
        var events = chapter.map(\.event)
        var early = 0
        if !inOrder {
            events.shuffle(using: &random)
            if let again = events.randomElement(using: &random) { events.insert(again, at: random.number(below: events.count + 1)) }
            early = random.number(below: events.count + 1)
        }
        var steps = events.map { ($0, inOrder || random.happens(50)) }
        func happen(_ count: Int, as messageID: String) throws {
            for (event, postsAtOnce) in steps.prefix(count) {
                var event = event
                if case .status(var status) = event, status.messageID != nil {
                    status.messageID = messageID
                    event = .status(status)
                }
                try story.record(event)
                if postsAtOnce { try story.postAll() }
            }
            steps.removeFirst(count)
        }
        var messageID: String?
        var trouble: (any Error)?
        try story.sendAll { request in
            // Only the first attempt is what the events are about.
            guard messageID == nil else { return .accepted(Wamid(rawValue: "again.\(request.messageID)")) }
            messageID = request.messageID
            do { try happen(early, as: request.messageID) } catch { trouble = error }
            return .accepted(Self.wamid("out\(index)"))
        }
        if let trouble { throw trouble }
        try happen(steps.count, as: messageID ?? "")
    }

    private func snapshot(_ story: Story, _ posts: [ConnectPost]) throws -> [String] {
        let texts = Dictionary(uniqueKeysWithValues: posts.map { ($0.reference, $0.html) })
        var lines = story.posts.map { posted in
            let parent = posted.request.repliesTo.map { target in texts[target] ?? story.text(of: target) ?? "?" } ?? "nothing"
            return "\(posted.request.privateTo ?? "all"): «\(posted.text)» answers «\(parent)»"
        }
        for post in posts {
            for message in try story.outgoing(of: post) { lines.append("\(post.html) is \(message.state)") }
        }
        lines.append("sent: \(story.sent.map(\.text).sorted())")
        lines += story.inboundStates.filter { !["posted", "merged", "ignored"].contains($0) }
        return lines.sorted()
    }
}
