import Bridge
import BridgeTestSupport
import Synchronization

@testable import AppService

/// Takes random notifications through reader, ledger and posts, and compares what is there at the end with what has to be there.
struct NotificationHistory {
    let store: any Store
    private let settings = BridgeSettings(
        language: .en,
        numbers: [NumberSettings(id: PhoneNumberID(rawValue: RandomNotification.number), account: "8101", zone: Zone(rawValue: "whatsapp"))])
    private let makeKey: @Sendable () -> String
    private var random: SeededGenerator
    private var shown: [Wamid: [String]] = [:]
    private var expected: [RandomNotification.Expected] = []
    private var sent: [String] = []
    private(set) var faults: [String] = []
    private(set) var poisoned = 0

    init(seed: UInt64, store: any Store) {
        self.store = store
        random = SeededGenerator(seed: seed)
        let keys = Keys()
        makeKey = { keys.next() }
    }

    private static let start = Moment(seconds: 1_790_000_000)

    mutating func run(_ count: Int) async throws {
        try await store.write { try $0.setCursor(ConnectCursor(rawValue: "0"), of: Zone(rawValue: "whatsapp")) }
        try await sendSomething()
        for index in 0..<count {
            let second = 1_790_000_000 + Int64(index)
            let notification = RandomNotification("w\(index)", sent: sent, at: second, using: &random)
            poisoned += notification.poisoned
            try await take(notification, at: Moment(seconds: second))
            expected += notification.good
            if random.happens(30) { try await postAll(at: Moment(seconds: second)) }
        }
        try await postAll(at: Moment(seconds: 1_790_000_000 + Int64(count)))
        try await check()
    }

    // MARK: In

    /// Takes a notification apart, as the intake does, once or twice.
    private mutating func take(_ notification: RandomNotification, at moment: Moment) async throws {
        let events = WebhookReader().events(in: notification.body, receivedAt: moment)
        if events.count != notification.elements {
            faults.append("\(events.count) events instead of \(notification.elements): \(String(decoding: notification.body, as: UTF8.self))")
        }
        for case .unreadable(let unreadable) in events {
            expected.append(RandomNotification.Expected(key: "unreadable|\(unreadable.key)", state: "quarantined"))
        }
        let flow = InboundFlow(settings: settings, makeKey: makeKey)
        for _ in 0..<(random.happens(20) ? 2 : 1) {
            do {
                try await store.write { transaction in
                    for event in events { try flow.record(event, at: moment, in: transaction) }
                }
            } catch {
                faults.append("an element cannot be recorded, and its siblings wait: \(error)")
            }
        }
        // What waits for no file now: that is another story.
        let files = InboundFileFlow(settings: settings, makeKey: makeKey)
        try await store.write { transaction in
            for file in try transaction.inboundFilesInNeed(after: nil, limit: 1_000) {
                try files.finish(file.id, with: .failed(.lost), at: moment, in: transaction)
            }
        }
    }

    /// Two messages of ours that statuses can be about.
    private mutating func sendSomething() async throws {
        let first = CustomerMessage(
            number: PhoneNumberID(rawValue: RandomNotification.number), wamid: Wamid(rawValue: "first"), sender: [.phone("491700")],
            writtenAt: Self.start, content: .text("Hello"))
        let inbound = InboundFlow(settings: settings, makeKey: makeKey)
        try await store.write { try inbound.record(.message(first), at: Self.start, in: $0) }
        try await postAll(at: Self.start)
        let forwarding = ForwardingFlow(settings: settings, identity: ConnectorIdentity(sip: "whatsapp"), makeKey: makeKey)
        let sending = SendingFlow(settings: settings, makeKey: makeKey)
        for index in 0..<2 {
            let post = ConnectPost(
                reference: PostReference(rawValue: "m\(index)"), discussion: PostReference(rawValue: "p1"),
                repliesTo: PostReference(rawValue: "p1"), zone: Zone(rawValue: "whatsapp"), author: "anna", html: "Hi", writtenAt: Self.start,
                files: [], readOn: .plain, cursor: ConnectCursor(rawValue: "\(index)"))
            let wamid = "out\(index)"
            try await store.write { transaction in
                _ = try forwarding.handle(post, on: .current, isComplete: false, at: Self.start, in: transaction)
                guard let head = try transaction.headOutgoing(after: nil, limit: 1).first else { return }
                _ = try sending.begin(head.id, at: Self.start, in: transaction)
                _ = try sending.finish(head.id, with: .accepted(Wamid(rawValue: wamid)), jitter: 0, at: Self.start, in: transaction)
            }
            sent.append(wamid)
        }
    }

    // MARK: Out

    /// Posts everything, and notes what shows which message.
    private mutating func postAll(at now: Moment) async throws {
        let flow = PostingFlow(settings: settings, makeKey: makeKey)
        let done = try await store.write { transaction in
            var done: [(Wamid, String)] = []
            while let head = try transaction.headTasks(after: nil, limit: 1).first {
                switch try flow.begin(head.id, at: now, in: transaction) {
                case .post(let request):
                    try flow.confirm(head.id, as: PostReference(rawValue: "p\(head.id.rawValue)"), at: now, in: transaction)
                    if let wamid = head.shows { done.append((wamid, request.html)) }
                case .update(let post, _, _): try flow.confirm(head.id, as: post, at: now, in: transaction)
                case .nothing: break
                case .wait, .lookFor: throw Stuck()
                }
            }
            return done
        }
        for (wamid, html) in done { shown[wamid, default: []].append(WhatsAppText.text(fromConnect: html)) }
    }

    private struct Stuck: Error {}

    private mutating func check() async throws {
        for element in expected {
            let record = try await store.read { try $0.inbound(key: element.key) }
            if record?.state.name != element.state { faults.append("\(element.key) is \(record?.state.name ?? "lost") instead of \(element.state)") }
            guard let wamid = element.shown else { continue }
            let texts = shown[wamid] ?? []
            if texts.count != 1 { faults.append("\(wamid) stands \(texts.count) times") }
            if let text = element.text, texts.first?.contains(text) != true { faults.append("\(wamid) stands as \(texts.first ?? "nothing")") }
        }
    }
}

/// Keys that are unique and the same in every run.
private final class Keys: Sendable {
    private let last = Mutex(0)

    func next() -> String {
        last.withLock { last in
            last += 1
            return "key\(last)"
        }
    }
}
