import BridgeTestSupport
import Synchronization

@testable import Bridge

/// One random history in which calls are made and their answers get lost, on both sides, and the process may end at any transaction.
final class LostAnswerHistory {
    static let number = PhoneNumberID(rawValue: "1090")
    static let zone = Zone(rawValue: "whatsapp")
    static let identity = ConnectorIdentity(sip: "whatsapp")
    static let start = Moment(seconds: 1_790_000_000)

    let settings: BridgeSettings
    let makeKey: @Sendable () -> String
    var random: SeededGenerator
    let store = MemoryStore()
    var now = LostAnswerHistory.start
    /// Whether messages are held and events quarantined, and an operator asks for whatever there is.
    let isReplayed: Bool
    /// No more trouble: every answer comes, and the process lives on.
    private(set) var isCalm = false
    /// What Connect has, in the order of posting; the first has number 0.
    var posts: [Post] = []
    /// What WhatsApp has.
    var taken: [Taken] = []
    /// Posts that the connector has not read yet.
    var feed: [Int] = []
    /// Notifications that WhatsApp repeats until they are recorded.
    var notifications: [(at: Moment, event: InboundEvent)] = []
    /// What went wrong.
    private(set) var faults: [String] = []
    private(set) var restarts = 0
    private(set) var lostAnswers = 0
    var replays = 0
    private var texts = 0
    /// Since when a post waits for the confirmation of what it answers.
    private var waiting: (post: Int, since: Moment)?

    /// A post in Connect.
    struct Post {
        var discussion: Int
        var parent: Int?
        var author: String
        var html: String
        var at: Moment
        var privateTo: String?
        /// Our own key of it.
        var key: String?
        var isOwn: Bool { author == LostAnswerHistory.identity.sip }
    }

    /// A message that WhatsApp has.
    struct Taken {
        var text: String
        var messageID: String
        var wamid: Wamid
        var at: Moment
        /// When a status of it was recorded first.
        var reportedAt: Moment?
    }

    /// The process ends.
    private struct Ended: Error {}

    init(seed: UInt64, isReplayed: Bool = false) {
        self.isReplayed = isReplayed
        random = SeededGenerator(seed: seed)
        settings = BridgeSettings(language: .en, numbers: [NumberSettings(id: Self.number, account: "waba", zone: Self.zone)])
        let last = Mutex(0)
        makeKey = {
            last.withLock { last in
                last += 1
                return "key\(last)"
            }
        }
    }

    // MARK: The course

    func run() throws {
        try store.withTransaction { try $0.setCursor(ConnectCursor(rawValue: "0"), of: Self.zone) }
        customerWrites()
        for _ in 0..<(20 + random.number(below: 40)) { try survive(step) }
        isCalm = true
        try replayRest()
        let end = now + SendingFlow.patience
        while true {
            // Many may wait for one: each look moves the first of a queue.
            var looks = 0
            while looks < 3 {
                let before = standing
                try deliver()
                try read()
                try replayRest()
                try postTasks()
                try sendMessages()
                looks = standing == before ? looks + 1 : 0
            }
            if notifications.isEmpty, feed.isEmpty, isIdle { break }
            guard now < end else {
                fault("something is not settled within 60 s")
                break
            }
            now = now + .seconds(1)
        }
        check()
    }

    private func step() throws {
        if isReplayed, random.happens(30) { return try meddle() }
        switch random.number(below: 12) {
        case 0..<2: customerWrites()
        case 2..<4: colleagueWrites()
        case 4: try deliver()
        case 5: try read()
        case 6..<8: try postTasks()
        case 8..<10: try sendMessages()
        default: now = now + .milliseconds(Int64(random.number(below: 15_000)))
        }
    }

    /// Whatever was under way when the process ended is not known to the next one.
    private func survive(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch is Ended {
            restarts += 1
            let flow = SendingFlow(settings: settings, makeKey: makeKey)
            let now = now
            try store.withTransaction { try flow.recover(at: now, in: $0) }
        }
    }

    /// Every transaction; before or after it, the process may end.
    func transact<R>(_ body: (any StoreTransaction) throws -> R) throws -> R {
        if !isCalm, random.happens(2) { throw Ended() }
        let result = try store.withTransaction(body)
        if !isCalm, random.happens(2) { throw Ended() }
        return result
    }

    /// What changes whenever something gets on.
    private var standing: [Int] {
        let contents = store.contents
        return [
            notifications.count, feed.count, posts.count, taken.count, contents.tasks.all.count(where: { $0.state == .done }),
            contents.outgoing.all.count(where: { $0.state.holdsConversation }),
        ]
    }

    private var isIdle: Bool {
        let contents = store.contents
        return contents.tasks.all.allSatisfy { $0.state == .done || $0.state == .failed }
            && !contents.outgoing.all.contains { $0.state.holdsConversation }
    }

    func fault(_ text: String) { faults.append(text) }

    func noteLostAnswer() { lostAnswers += 1 }

    // MARK: People

    private func customerWrites() {
        texts += 1
        let customer = random.number(below: 3)
        // The first words of two customers may be the same.
        let text = random.happens(30) ? "Hello" : "c\(texts)"
        let quotes = random.happens(30) && !taken.isEmpty ? random.pick(taken).wamid : nil
        let message = CustomerMessage(
            number: Self.number, wamid: Wamid(rawValue: "in\(texts)"), sender: [.phone("491760\(customer)")], senderName: "Ada", writtenAt: now,
            content: .text(text), quotes: quotes)
        for _ in 0..<(random.happens(20) ? 2 : 1) { notifications.append((now, .message(message))) }
    }

    private func colleagueWrites() {
        let roots = posts.indices.filter { posts[$0].parent == nil }
        guard !roots.isEmpty else { return }
        texts += 1
        let root = random.happens(70) ? roots[roots.count - 1] : random.pick(roots)
        write(Post(discussion: root, parent: root, author: random.pick(["anna", "bob"]), html: "m\(texts)", at: now))
    }

    @discardableResult
    func write(_ post: Post) -> Int {
        posts.append(post)
        let number = posts.count - 1
        if post.parent == nil { posts[number].discussion = number }
        feed.append(number)
        return number
    }

    // MARK: What comes in

    private func deliver() throws {
        while let next = notifications.firstIndex(where: { isCalm || $0.at <= now }) {
            let event = notifications[next].event
            let flow = InboundFlow(settings: settings, makeKey: makeKey)
            let now = now
            if isReplayed, !isCalm, random.happens(20) {
                try transact { try flow.quarantine(event, because: "trouble", at: now, in: $0) }
            } else {
                try transact { try flow.record(event, at: now, in: $0) }
                // A repetition of what is quarantined changes nothing.
                if store.contents.inbound.all.first(where: { $0.event == event })?.state.name != "quarantined" { noteReport(event) }
            }
            notifications.remove(at: next)
        }
    }

    /// A status was taken in: from now on it is known that WhatsApp has the message.
    func noteReport(_ event: InboundEvent) {
        guard case .status(let status) = event, let index = taken.firstIndex(where: { $0.wamid == status.wamid }) else { return }
        taken[index].reportedAt = taken[index].reportedAt ?? now
    }

    private func read() throws {
        let flow = ForwardingFlow(settings: settings, identity: Self.identity, makeKey: makeKey)
        while let number = feed.first {
            let post = shown(number)
            let now = now
            let isComplete = waiting.map { $0.post == number && $0.since + .seconds(60) <= now } ?? false
            switch try transact({ try flow.handle(post, on: .current, isComplete: isComplete, at: now, in: $0) }) {
            case .done: feed.removeFirst()
            case .needsConfirmation:
                if waiting?.post != number { waiting = (number, now) }
                return
            case .needsDiscussion, .needsFiles:
                return fault("post \(number) needs what is there")
            }
        }
    }

    /// A post as Connect shows it.
    func shown(_ number: Int) -> ConnectPost {
        let post = posts[number]
        var shown = ConnectPost(
            reference: Self.reference(number), discussion: Self.reference(post.discussion), repliesTo: post.parent.map(Self.reference),
            zone: Self.zone, author: post.author, html: post.html, writtenAt: post.at, isPrivate: post.privateTo != nil,
            notifies: post.privateTo.map { [$0] } ?? [], files: [], readOn: .plain, cursor: ConnectCursor(rawValue: "\(number)"))
        if post.isOwn, post.parent == nil, random.happens(50) { shown.discussionKey = post.key }
        return shown
    }

    static func reference(_ number: Int) -> PostReference { PostReference(rawValue: "p\(number)") }
    static func number(_ reference: PostReference) -> Int? { Int(reference.rawValue.dropFirst()) }
}
