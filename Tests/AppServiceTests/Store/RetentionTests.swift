import Bridge
import Foundation
import GRDB
import Logging
import Synchronization
import Testing

@testable import AppService

/// What is removed once it is older than messages are kept, and what never is.
@Suite("Retention", .timeLimit(.minutes(1))) struct RetentionTests {
    private static let number = PhoneNumberID(rawValue: "106540352242922")
    /// The day zero of the rows.
    private static let start = Moment(seconds: 1_790_000_000)

    private let instance: TemporaryInstance
    private let database: InstanceDatabase
    private let store: SQLiteStore

    init() throws {
        instance = try TemporaryInstance()
        database = try InstanceDatabase(at: instance.location)
        store = SQLiteStore(database)
    }

    private static func day(_ day: Int) -> Moment { start + .seconds(day * 86_400) }

    /// Sweeps on a day, in steps of so many rows.
    @discardableResult
    private func sweep(on day: Int, keeping days: Int = 30, limit: Int = 2) async throws -> RetentionSweep {
        var sweep = RetentionSweep(at: Self.day(day), keeping: days)
        var steps = 0
        while sweep.part != nil {
            sweep = try await store.advance(sweep, limit: limit)
            steps += 1
            try #require(steps < 1_000, "It has no end.")
        }
        return sweep
    }

    private func column(_ sql: String) async throws -> [String] { try await database.pool.read { try String.fetchAll($0, sql: sql) } }

    private func keys() async throws -> [String] { try await column("SELECT key FROM inbound_events ORDER BY id") }

    private static func message(_ key: String) -> InboundEvent {
        .message(
            CustomerMessage(
                number: number, wamid: Wamid(rawValue: "wamid.\(key)"), sender: [.phone("491701234567")], writtenAt: start, type: "text",
                content: .text("words")))
    }

    /// A conversation with an open discussion.
    private func conversation() async throws -> (Conversation.ID, Discussion.ID) {
        try await store.write { store in
            let customer = try store.insertCustomer(name: "Ada", aliases: [.phone("491701234567")])
            let conversation = try store.insertConversation(number: Self.number, customer: customer.id, address: [.phone("491701234567")])
            let discussion = try store.insertDiscussion(
                conversation: conversation.id, key: "k", zone: Zone(rawValue: "sales"), newestMessageAt: Self.start, closesAt: Self.start)
            return (conversation.id, discussion.id)
        }
    }

    @discardableResult
    private func insert(_ key: String, _ state: InboundState, day: Int) async throws -> InboundRecord.ID {
        try await store.write { store in
            try #require(try store.insertInbound(key: key, event: Self.message(key), state: state, recordedAt: Self.day(day)))
        }
    }

    /// A task for Connect, done or not.
    private func task(
        _ key: String, showing event: InboundRecord.ID?, in conversation: Conversation.ID, _ discussion: Discussion.ID, isDone: Bool = true
    ) async throws -> PostTask.ID {
        try await store.write { store in
            let id = try store.insertTask(
                lane: .conversation(conversation), zone: Zone(rawValue: "sales"), place: .reply(discussion, quotes: nil), key: key, html: "words",
                privateTo: nil, shownEvent: event, shows: nil, filesOf: nil, notBefore: Self.start)
            if isDone, var task = try store.task(id) {
                task.state = .done
                try store.updateTask(task)
            }
            return id
        }
    }

    @Test("Events that have ended are removed on their day, not before; what is held or quarantined stays for ever", arguments: 1...4)
    func events(limit: Int) async throws {
        try await insert("posted", .posted, day: 0)
        try await insert("held", .held(.licence), day: 0)
        try await insert("merged", .merged, day: 0)
        try await insert("quarantined", .quarantined(error: "odd"), day: 0)
        try await insert("ignored", .ignored(reason: "nothing"), day: 1)
        try await insert("new", .posted, day: 20)
        try await sweep(on: 30, limit: limit)
        #expect(try await keys().count == 6)
        #expect(try await sweep(on: 31, limit: limit).removed == [.events: 2])
        #expect(try await keys() == ["held", "quarantined", "ignored", "new"])
        try await sweep(on: 10_000, limit: limit)
        #expect(try await keys() == ["held", "quarantined"])
    }

    @Test("A message that Meta may deliver again is known for eight days, however short messages are kept")
    func duplicates() async throws {
        try await insert("again", .posted, day: 0)
        try await sweep(on: 8, keeping: 1)
        #expect(try await keys() == ["again"])
        try await sweep(on: 9, keeping: 1)
        #expect(try await keys().isEmpty)
    }

    @Test("An event stays while it is not posted as a whole, and so does what its conversation posted before")
    func unfinished() async throws {
        let (conversation, discussion) = try await conversation()
        let done = try await insert("done", .posted, day: 0)
        let open = try await insert("open", .posted, day: 0)
        try await insert("new", .posted, day: 50)
        _ = try await task("t1", showing: done, in: conversation, discussion)
        let waiting = try await task("t2", showing: open, in: conversation, discussion, isDone: false)
        try await sweep(on: 60)
        #expect(try await keys() == ["open", "new"])
        #expect(try await column("SELECT key FROM post_tasks ORDER BY id") == ["t1", "t2"])
        try await store.write { store in
            var task = try #require(try store.task(waiting))
            task.state = .done
            try store.updateTask(task)
        }
        _ = try await task("t3", showing: try await insert("newer", .posted, day: 55), in: conversation, discussion)
        try await sweep(on: 60)
        #expect(try await keys() == ["new", "newer"])
        #expect(try await column("SELECT key FROM post_tasks ORDER BY id") == ["t3"])
    }

    @Test("A task without an event is as old as the next that has one; the newest of them stay", arguments: 1...5)
    func notices(limit: Int) async throws {
        let (conversation, discussion) = try await conversation()
        _ = try await task("notice 1", showing: nil, in: conversation, discussion)
        _ = try await task("old", showing: try await insert("a", .posted, day: 0), in: conversation, discussion)
        _ = try await task("notice 2", showing: nil, in: conversation, discussion)
        _ = try await task("notice 3", showing: nil, in: conversation, discussion)
        _ = try await task("old too", showing: try await insert("b", .posted, day: 1), in: conversation, discussion)
        _ = try await task("notice 4", showing: nil, in: conversation, discussion)
        _ = try await task("new", showing: try await insert("c", .posted, day: 40), in: conversation, discussion)
        _ = try await task("notice 5", showing: nil, in: conversation, discussion)
        try await sweep(on: 60, limit: limit)
        #expect(try await column("SELECT key FROM post_tasks ORDER BY id") == ["notice 4", "new", "notice 5"])
    }

    @Test("What was sent is removed with its link, whatever waits, is held or is being sent stays")
    func messages() async throws {
        let (conversation, discussion) = try await conversation()
        let states: [(String, OutgoingState, Int)] = [
            ("read", .read, 0), ("failed", .failed(reason: "no"), 0), ("held", .held(.restored), 0), ("unknown", .unknown(authorTold: true), 0),
            ("new", .sent, 40), ("queued", .queued, 40),
        ]
        try await store.write { store in
            for (key, state, day) in states {
                let post = PostReference(rawValue: "post-\(key)")
                let id = try store.insertOutgoing(
                    messageID: key, conversation: conversation, discussion: discussion, post: post, author: "anna", part: 1, parts: 1,
                    content: .text("words"), quotes: nil, state: .queued, at: Self.day(day))
                var row = try #require(try store.outgoing(id))
                row.state = state
                row.wamid = Wamid(rawValue: "wamid.\(key)")
                try store.updateOutgoing(row)
                try store.link(Wamid(rawValue: "wamid.\(key)"), number: Self.number, shownBy: post)
            }
        }
        try await sweep(on: 60)
        #expect(try await column("SELECT message_id FROM outgoing_messages ORDER BY id") == ["held", "new", "queued"])
        #expect(try await column("SELECT wamid FROM links ORDER BY id") == ["wamid.held", "wamid.new", "wamid.queued"])
    }

    @Test("A customer's message goes with its files, its link and what was said of reactions; a status leaves the link of what it is about")
    func belongings() async throws {
        let (conversation, discussion) = try await conversation()
        let event = try await insert("m", .posted, day: 0)
        let shown = try await task("t", showing: event, in: conversation, discussion)
        try await store.write { store in
            let file = CustomerFile(source: .text("a card"))
            let id = try store.insertInboundFile(event: event, conversation: conversation, number: Self.number, file: file, at: Self.start)
            var row = try #require(try store.inboundFile(id))
            row.state = .handedOver
            row.placeholder = shown
            try store.updateInboundFile(row)
            try store.link(Wamid(rawValue: "wamid.m"), number: Self.number, shownBy: PostReference(rawValue: "p1"))
            try store.link(Wamid(rawValue: "wamid.ours"), number: Self.number, shownBy: PostReference(rawValue: "p2"))
            try store.setReactionTask(shown, in: conversation, to: Wamid(rawValue: "wamid.m"))
            let status = DeliveryStatus(number: Self.number, wamid: Wamid(rawValue: "wamid.ours"), status: "read", at: Self.start)
            _ = try store.insertInbound(key: "s", event: .status(status), state: .merged, recordedAt: Self.start)
        }
        try await sweep(on: 60)
        #expect(try await keys().isEmpty)
        #expect(try await column("SELECT wamid FROM links") == ["wamid.ours"])
        for table in ["inbound_files", "reactions", "post_tasks"] { #expect(try await column("SELECT '\(table)' FROM \(table)").isEmpty) }
        // Who wrote is still known.
        #expect(try await column("SELECT name FROM customers") == ["Ada"])
        #expect(try await column("SELECT zone FROM discussions") == ["sales"])
    }

    @Test("Webhooks are removed unless they wait, hold what could not be read, or are the newest")
    func webhooks() async throws {
        let bodies = ["done", "unread", "waits", "newest"]
        for body in bodies { try await store.append(webhook: Array(body.utf8), receivedAt: Self.start) }
        try await store.write { store in
            for webhook in try store.pendingWebhooks(limit: 10) where webhook.body != Array("waits".utf8) { try store.finishWebhook(webhook.id) }
            let key = "\(WebhookReader.digest(of: Array("unread".utf8))) 0"
            let unreadable = InboundEvent.Unreadable(path: "", error: "no JSON", number: nil, at: Self.start, key: key)
            _ = try store.insertInbound(key: key, event: .unreadable(unreadable), state: .quarantined(error: "no JSON"), recordedAt: Self.start)
        }
        #expect(try await sweep(on: 60).removed == [.webhooks: 1])
        #expect(try await column("SELECT CAST(body AS TEXT) FROM webhooks ORDER BY id") == ["unread", "waits", "newest"])
        #expect(try await store.newestWebhookAt() == Self.start)
    }

    @Test("It is swept once an hour, with the days that are set then, and again after trouble")
    func keeper() async throws {
        let clock = MovableClock(standingAt: Self.day(40))
        let days = Mutex(30)
        let begun = Mutex<[RetentionSweep]>([])
        let troubles = Mutex(1)
        try await insert("m", .posted, day: 0)
        let keeper = RetentionKeeper(clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, days: { days.withLock { $0 } }) {
            [store] sweep in
            if sweep == RetentionSweep(at: clock.now(), keeping: days.withLock { $0 }) { begun.withLock { $0.append(sweep) } }
            let fails = troubles.withLock { count in
                defer { count -= 1 }
                return count > 0
            }
            if fails { throw StoreError(.full, "The disk is full.") }
            return try await store.advance(sweep)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await keeper.run() }
            // The first fails.
            try await eventually(meanwhile: { clock.move(by: .seconds(600)) }) { begun.withLock { $0.count } == 1 }
            #expect(try await keys() == ["m"])
            days.withLock { $0 = 35 }
            try await eventually(meanwhile: { clock.move(by: .seconds(600)) }) { begun.withLock { $0.count } >= 2 }
            while try await !keys().isEmpty { clock.move(by: .seconds(1)) }
            let second = begun.withLock { $0[1] }
            let difference: Duration = .seconds(6 * 86_400)
            // Uploads are of use for 29 days, whatever is set.
            #expect(second.before + difference == second.uploadedBefore)
            group.cancelAll()
        }
    }
}
