import AppService
import Bridge
import BridgeTestSupport
import Testing

/// A small generator whose histories can be told again by their seed (SplitMix64).
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &self) }
}

/// Does the same random things to any store and writes down every answer.
private struct History: Sendable {
    var seed: UInt64

    private struct Abandoned: Error {}

    func run(on store: any Store) async throws -> [String] {
        var dice = Dice(state: seed)
        var log: [String] = []
        for step in 0..<60 {
            let stepSeed = dice.next()
            if dice.roll(5) == 0 { try await store.append(webhook: [UInt8(step)], receivedAt: Moment(seconds: Int64(step))) }
            do {
                log += try await store.write { store in
                    var dice = Dice(state: stepSeed)
                    let lines = try (0...dice.roll(4)).map { _ in try Self.act(on: store, &dice) }
                    if dice.roll(6) == 0 { throw Abandoned() }
                    return lines
                }
            } catch is Abandoned {
                log.append("abandoned")
            }
            log += try await store.read { store in
                var dice = Dice(state: stepSeed)
                return try Self.look(at: store, &dice)
            }
        }
        return log
    }

    private static func reference(_ dice: inout Dice) -> PostReference { PostReference(rawValue: "p\(dice.roll(5))") }
    private static func wamid(_ dice: inout Dice) -> Wamid { Wamid(rawValue: "w\(dice.roll(5))") }
    private static func number(_ dice: inout Dice) -> PhoneNumberID { PhoneNumberID(rawValue: "n\(dice.roll(2))") }
    private static func moment(_ dice: inout Dice) -> Moment { Moment(seconds: Int64(dice.roll(50))) }
    private static func row<Record>(_ dice: inout Dice) -> RowID<Record> { RowID(rawValue: Int64(dice.roll(8) + 1)) }
    private static func lane(_ dice: inout Dice) -> Lane {
        dice.roll(3) == 0 ? .foreign(reference(&dice)) : .conversation(row(&dice))
    }
    private static func aliases(_ dice: inout Dice) -> [Alias] {
        (0...dice.roll(2)).map { _ in dice.roll(2) == 0 ? .phone("\(dice.roll(4))") : .businessScopedUserID("\(dice.roll(4))") }
    }
    private static func inboundState(_ dice: inout Dice) -> InboundState {
        [.posted, .merged, .ignored(reason: "r"), .held(.zone), .held(.connect), .quarantined(error: "e")][dice.roll(6)]
    }
    private static func outgoingState(_ dice: inout Dice) -> OutgoingState {
        [.queued, .sending, .unknown(authorTold: false), .unknown(authorTold: true), .sent, .read, .failed(reason: "f")][dice.roll(7)]
    }

    /// One change. What a store refuses is written down, too.
    private static func act(on store: any StoreTransaction, _ dice: inout Dice) throws -> String {
        var inner = Dice(state: dice.next())
        do {
            return try change(store, &inner)
        } catch {
            return "refused"
        }
    }

    private static func change(_ store: any StoreTransaction, _ dice: inout Dice) throws -> String {
        switch dice.roll(15) {
        case 0:
            for webhook in try store.pendingWebhooks(limit: dice.roll(3)) { try store.finishWebhook(webhook.id) }
            return "webhooks"
        case 1:
            let status = DeliveryStatus(number: number(&dice), wamid: wamid(&dice), status: "sent", at: moment(&dice))
            let key = "k\(dice.roll(30))"
            return "\(try store.insertInbound(key: key, event: .status(status), state: inboundState(&dice), recordedAt: moment(&dice)) as Any)"
        case 2:
            try store.setInbound(row(&dice), state: inboundState(&dice), conversation: nil)
            return "inbound"
        case 3: return "\(sorted(try store.insertCustomer(name: "c", aliases: Set(aliases(&dice)))))"
        case 4:
            try store.updateCustomer(Customer(id: row(&dice), name: nil, aliases: Set(aliases(&dice))))
            return "customer"
        case 5: return "\(try store.insertConversation(number: number(&dice), customer: row(&dice), address: aliases(&dice)))"
        case 6:
            guard var conversation = try store.conversation(row(&dice)) else { return "none" }
            conversation.openDiscussion = dice.roll(2) == 0 ? nil : row(&dice)
            try store.updateConversation(conversation)
            return "conversation"
        case 7:
            let zone = Zone(rawValue: "z")
            let newest = moment(&dice)
            return "\(try store.insertDiscussion(conversation: row(&dice), key: "k", zone: zone, newestMessageAt: newest, closesAt: moment(&dice)))"
        case 8:
            guard var discussion = try store.discussion(row(&dice)) else { return "none" }
            discussion.root = dice.roll(3) == 0 ? nil : reference(&dice)
            discussion.closesAt = moment(&dice)
            discussion.closedAt = dice.roll(2) == 0 ? nil : moment(&dice)
            try store.updateDiscussion(discussion)
            return "discussion"
        case 9:
            try store.link(wamid(&dice), number: number(&dice), shownBy: reference(&dice))
            return "\(try store.noteHint(in: reference(&dice)))"
        case 10:
            let place: PostTask.Place = dice.roll(2) == 0 ? .root(row(&dice), title: "t", tags: ["a"]) : .reply(row(&dice), quotes: nil)
            let id = try store.insertTask(
                lane: lane(&dice),
                zone: Zone(rawValue: "z"),
                place: place,
                key: "k",
                html: "h",
                privateTo: nil,
                shownEvent: dice.roll(2) == 0 ? nil : row(&dice),
                shows: nil,
                filesOf: nil,
                notBefore: moment(&dice)
            )
            return "\(id)"
        case 11, 12:
            guard var task = try store.task(row(&dice)) else { return "none" }
            task.state = [.queued, .posting, .done, .failed][dice.roll(4)]
            try store.updateTask(task)
            return "task"
        case 13:
            let id = try store.insertOutgoing(
                messageID: "m\(dice.roll(20))",
                conversation: row(&dice),
                discussion: row(&dice),
                post: reference(&dice),
                author: "a",
                part: 1,
                parts: 1,
                content: .text("t"),
                quotes: nil,
                state: outgoingState(&dice),
                at: moment(&dice)
            )
            return "\(id)"
        default:
            guard var message = try store.outgoing(row(&dice)) else { return "none" }
            message.state = outgoingState(&dice)
            message.wamid = dice.roll(2) == 0 ? nil : wamid(&dice)
            if dice.roll(3) == 0 { message.messageID = "m\(dice.roll(20))" }
            try store.updateOutgoing(message)
            return "outgoing"
        }
    }

    private static func look(at store: any StoreTransaction, _ dice: inout Dice) throws -> [String] {
        [
            "\(try store.pendingWebhooks(limit: 5).map(\.id))",
            "\(try store.heldInbound(reasons: [.zone, .connect], after: dice.roll(2) == 0 ? nil : row(&dice), limit: dice.roll(5)))",
            "\(try store.statuses(of: wamid(&dice), number: number(&dice)))",
            "\(try store.customers(havingAny: aliases(&dice)).map(sorted))",
            "\(try store.conversation(number: number(&dice), customer: row(&dice)) as Any)",
            "\(try store.discussion(root: reference(&dice)) as Any)",
            "\(try store.discussionsClosing(by: moment(&dice), limit: dice.roll(4)).map(\.id))",
            "\(try store.nextClosing() as Any)",
            "\(try store.post(showing: wamid(&dice), number: number(&dice)) as Any) \(try store.wamid(shownBy: reference(&dice)) as Any)",
            "\(try store.laneHeads(after: dice.roll(2) == 0 ? nil : row(&dice), limit: dice.roll(5))) \(try store.headTask(of: lane(&dice)) as Any)",
            "\(try store.unfinishedTasks(in: lane(&dice))) \(try store.unfinishedTasks(showing: row(&dice)).map(\.id))",
            "\(try store.isPosting(in: lane(&dice)))",
            "\(try store.unconfirmedRoots(in: Zone(rawValue: "z")).map(\.id))",
            "\(try store.outgoing(wamid: wamid(&dice), number: number(&dice)) as Any)",
            "\(try store.outgoing(of: reference(&dice)).map(\.id))",
            "\(try store.headOutgoing(after: dice.roll(2) == 0 ? nil : row(&dice), limit: dice.roll(5)))",
            "\(try store.headOutgoing(of: row(&dice)) as Any)",
            "\(try store.doubtfulOutgoing().map(\.id))",
        ]
    }

    private static func sorted(_ customer: Customer) -> String {
        "\(customer.id) \(customer.name ?? "-") \(customer.aliases.map { "\($0.kind) \($0.value)" }.sorted())"
    }
}

@Suite struct StoreHistoryTests {
    @Test("Memory and SQLite give the same answers in random histories", arguments: 1...25)
    func sameAnswers(seed: Int) async throws {
        let history = History(seed: UInt64(seed))
        let instance = try TemporaryInstance()
        let inMemory = try await history.run(on: MemoryStore())
        let inSQLite = try await history.run(on: SQLiteStore(InstanceDatabase(at: instance.location)))
        #expect(inMemory.count == inSQLite.count)
        for (index, (memory, sqlite)) in zip(inMemory, inSQLite).enumerated() where memory != sqlite {
            Issue.record("answer \(index): memory \(memory), SQLite \(sqlite)")
            return
        }
        #expect(Set(inMemory).count > 60)
    }
}
