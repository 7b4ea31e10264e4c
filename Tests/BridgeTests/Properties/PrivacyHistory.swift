import BridgeTestSupport
import Synchronization

@testable import Bridge

/// One random history of a zone, its colleagues, its customers and the connector, with a watch over everything that goes to WhatsApp.
///
/// The same seed and rule always make the same history. The flows are driven as the service drives them; whatever may happen between two
/// of its transactions, may happen here.
final class PrivacyHistory {
    static let number = PhoneNumberID(rawValue: "1090")
    static let identity = ConnectorIdentity(sip: ZoneModel.connector)

    let seed: UInt64
    let rule: ForwardingRule
    let settings: BridgeSettings
    let makeKey: @Sendable () -> String

    var random: SeededGenerator
    var store = MemoryStore()
    var zone: ZoneModel
    var now = Moment(seconds: 1_790_000_000)
    var isConnected = false
    /// Live posts that the feed has not decided on yet.
    var arrivals: [Int] = []
    var sendings: [Sending] = []
    /// Public posts that must be sent, or their authors told.
    var owed: Set<Int> = []
    /// Posts whose authors were told something.
    private(set) var told: Set<Int> = []
    private(set) var shapes: Set<PrivacyShape> = []
    /// What went wrong.
    private(set) var leaks: [String] = []
    private(set) var losses: [String] = []
    private(set) var journal: [String] = []
    var sentCount: Int { sendings.count }

    private let keepsJournal: Bool
    private var tasksSeen = 0
    private var customerTexts = 0

    /// A message that was handed to WhatsApp.
    struct Sending {
        let post: Int
        let messageID: String
        let wamid: Wamid
        /// WhatsApp has it.
        var isTaken: Bool
        /// What WhatsApp last said of it.
        var status: String?
    }

    init(seed: UInt64, rule: ForwardingRule = ForwardingRule(), keepsJournal: Bool = false) {
        self.seed = seed
        self.rule = rule
        self.keepsJournal = keepsJournal
        var random = SeededGenerator(seed: seed)
        zone = ZoneModel(habits: ZoneHabits(using: &random))
        let closedMessage = random.happens(50) ? "We are closed." : ""
        settings = BridgeSettings(
            language: .en,
            numbers: [NumberSettings(id: Self.number, account: "waba", zone: ZoneModel.zone, closedMessage: closedMessage)]
        )
        self.random = random
        let last = Mutex(0)
        makeKey = {
            last.withLock { last in
                last += 1
                return "key\(last)"
            }
        }
    }

    // MARK: The course

    /// Lets everything happen, and at last lets everything that is under way come to its end.
    func run() throws {
        log("\(zone.habits)")
        try begin()
        for _ in 0..<(24 + random.number(below: 24)) {
            try step()
            lookAtTasks()
            if !leaks.isEmpty { return }
        }
        try finish()
        checkDebts()
    }

    /// What is there before the connector first looks at the zone.
    private func begin() throws {
        try customerWrites()
        if random.happens(70) {
            try postTasks(3, isCalm: true)
        }
        for _ in 0..<random.number(below: 4) { colleagueWrites() }
        if random.happens(80) { try connect() }
        try postTasks(2, isCalm: true)
    }

    private func step() throws {
        now = now + .milliseconds(Int64(1 + random.number(below: 4_000)))
        switch random.number(below: 100) {
        case 0..<8: try customerWrites()
        case 8..<40: colleagueWrites()
        case 40..<56: try deliver(upTo: 1 + random.number(below: 4))
        case 56..<69:
            try postTasks(1 + random.number(below: 4))
            if random.happens(50) { try deliver(upTo: .max) }
        case 69..<77: try sendMessages(1 + random.number(below: 4))
        case 77..<80: try report()
        case 80..<84: try readAgain()
        case 84..<86: try readOnModerator()
        case 86..<90: try turnPrivate()
        case 90..<92: disconnect()
        case 92..<95: try reconnect()
        case 95..<97: try restart()
        default: try pass()
        }
        if !isConnected, random.happens(15) { try reconnect() }
    }

    private func finish() throws {
        log("finish")
        for _ in 0..<20 {
            try reconnect()
            try deliver(upTo: .max)
            try postTasks(.max, isCalm: true)
            try sendMessages(.max, isCalm: true)
            lookAtTasks()
            let isIdle = try store.withReadTransaction { transaction in
                try transaction.headTasks(after: nil, limit: 1).isEmpty && transaction.headOutgoing(after: nil, limit: 1).isEmpty
            }
            if isIdle, arrivals.isEmpty { return }
            try pass(.seconds(61))
        }
        losses.append("something never comes to its end")
    }

    private func pass() throws {
        switch random.number(below: 10) {
        case 0..<7: try pass(.seconds(1 + random.number(below: 90)))
        case 7..<9: try pass(.seconds(3_600 * (1 + random.number(below: 8))))
        default: try pass(.seconds(86_400))
        }
    }

    func pass(_ duration: Duration) throws {
        log("pass \(duration)")
        now = now + duration
        let flow = ClosingFlow(settings: settings, makeKey: makeKey)
        let now = now
        _ = try store.withTransaction { try flow.closeDue(at: now, in: $0) }
    }

    /// The process ends, and another goes on with what is durable.
    func restart() throws {
        log("restart")
        note(.restart)
        disconnect()
        store = MemoryStore(contents: store.contents)
        let flow = sending
        let now = now
        try store.withTransaction { try flow.recover(at: now, in: $0) }
    }

    // MARK: People

    private func customerWrites() throws {
        let customer = random.number(below: 3)
        customerTexts += 1
        log("customer \(customer) writes c\(customerTexts)")
        let message = CustomerMessage(
            number: Self.number,
            wamid: Wamid(rawValue: "in\(customerTexts)"),
            sender: [.phone("491760\(customer)")],
            senderName: "Ada",
            writtenAt: now,
            content: .text("c\(customerTexts)"),
            quotes: random.happens(30) ? quotable() : nil
        )
        try record(.message(message))
    }

    /// A message that a customer may quote: an earlier one, or one of ours.
    private func quotable() -> Wamid {
        guard !sendings.isEmpty, random.happens(60) else { return Wamid(rawValue: "in\(1 + random.number(below: customerTexts))") }
        return random.pick(sendings).wamid
    }

    func record(_ event: InboundEvent) throws {
        let flow = InboundFlow(settings: settings, makeKey: makeKey)
        let now = now
        try store.withTransaction { try flow.record(event, at: now, in: $0) }
    }

    private func colleagueWrites() {
        let roots = zone.posts.filter { $0.isRoot && $0.isOwn }
        let secrets = zone.posts.filter { $0.isPrivate }
        let hints = secrets.filter { $0.isOwn }
        var parent: Int?
        var isPrivate = false
        var notifies: [String] = []
        switch random.number(below: 20) {
        case 0..<2 where !hints.isEmpty:
            parent = random.pick(hints).number
        case 2..<5 where !secrets.isEmpty:
            parent = random.pick(secrets).number
            if random.happens(25) { notifies = [ZoneModel.connector] }
        case 5..<6:
            // A discussion of their own, or an answer in it.
            parent = random.happens(50) ? nil : zone.posts.last { $0.isRoot && !$0.isOwn }?.number
            if random.happens(30) { (isPrivate, notifies) = readers() }
        default:
            guard !roots.isEmpty else {
                if random.happens(35) { (isPrivate, notifies) = readers() }
                break
            }
            let root = random.happens(70) ? roots[roots.count - 1] : random.pick(roots)
            let inside = zone.posts.filter { $0.discussion == root.number && !$0.isPrivate }
            parent = random.happens(50) || inside.isEmpty ? root.number : random.pick(inside).number
            if random.happens(35) { (isPrivate, notifies) = readers() }
        }
        if !isPrivate, notifies.isEmpty, random.happens(15) {
            notifies = [random.pick(["bob", ZoneModel.connector, ZoneModel.otherGroup, ZoneModel.ownGroup])]
        }
        write(answering: parent, isPrivate: isPrivate, notifies: notifies)
    }

    /// A colleague answers a post at once.
    func colleagueAnswers(_ number: Int) {
        write(answering: number, isPrivate: false, notifies: [])
    }

    private func write(answering parent: Int?, isPrivate: Bool, notifies: [String]) {
        let author = parent.map { zone.reader(of: $0, using: &random) } ?? random.pick(ZoneModel.colleagues)
        let number = zone.write(by: author, answering: parent, isPrivate: isPrivate, notifies: notifies.filter { $0 != author }, at: now)
        let post = zone[number]
        log("\(author) writes m\(number) answering \(parent.map(String.init) ?? "nothing"), private: \(post.isPrivate), for \(post.notifies)")
        if isPrivate, !post.inherits, zone[post.discussion].isOwn, !zone.isVisible(number) { note(.privateToAnother) }
        arrive(number)
    }

    private func readers() -> (Bool, [String]) {
        (
            true,
            random.pick([
                ["bob"], [ZoneModel.otherGroup], [ZoneModel.connector], ["anna", ZoneModel.connector], [ZoneModel.ownGroup, ZoneModel.connector],
                [ZoneModel.ownGroup],
            ])
        )
    }

    // MARK: The watch

    func log(_ text: @autoclosure () -> String) {
        if keepsJournal { journal.append(text()) }
    }

    func lose(_ what: String) { losses.append(what) }

    func note(_ shape: PrivacyShape) { shapes.insert(shape) }

    /// Looks at a text that is about to go to a customer.
    /// - Returns: the post that it comes from.
    func watch(_ request: SendRequest) -> Int? {
        let marked = ZoneModel.marked(in: request.text)
        for number in marked where zone[number].isPrivate { leaks.append("the private post m\(number) goes to a customer") }
        guard marked.count == 1, let number = marked.first, !zone[number].isOwn else {
            leaks.append("a text that is no colleague's goes to a customer: \(request.text)")
            return nil
        }
        return number
    }

    func lookAtTasks() {
        let tasks = store.contents.tasks.all
        for task in tasks.dropFirst(tasksSeen) {
            switch task.place {
            case .answer(_, let target), .foreign(_, let target):
                if let number = ZoneModel.number(target), task.privateTo == zone[number].author { told.insert(number) }
            case .root, .reply, .below, .update: break
            }
        }
        tasksSeen = tasks.count
    }

    /// At the end, every public post was sent once, or its author was told.
    private func checkDebts() {
        var taken: [Int: Int] = [:]
        for sending in sendings where sending.isTaken && sending.status != "failed" { taken[sending.post, default: 0] += 1 }
        for (post, count) in taken where count > 1 { losses.append("m\(post) was sent \(count) times") }
        for number in owed.sorted() where taken[number] == nil && !told.contains(number) {
            let chain = zone.chain(number)
            // What turned private, or was taken for private because of a wrong reading, is owed no more.
            guard !chain.contains(where: { $0.isPrivate || $0.wasReadOnModerator || $0.namesConnector }) else { continue }
            losses.append("m\(number) was not sent, and its author was not told")
        }
    }
}
