import BridgeTestSupport
import Synchronization

@testable import Bridge

/// A small world around the flows: a store, a clock, Connect and WhatsApp as lists. Nothing happens by itself.
final class Story {
    static let number = PhoneNumberID(rawValue: "1090")
    static let zone = Zone(rawValue: "whatsapp")
    static let start = Moment(seconds: 1_790_000_000)
    static let ada: [Alias] = [.businessScopedUserID("DE.77"), .phone("4917600")]

    private(set) var store = MemoryStore()
    private let keys = Keys()
    let identity = ConnectorIdentity(sip: "whatsapp")
    var settings: BridgeSettings
    var now = Story.start
    /// What Connect has of us, in the order of posting.
    private(set) var posts: [Posted] = []
    /// What WhatsApp was given, in order.
    private(set) var sent: [SendRequest] = []
    /// The texts that posts of ours got later, in order.
    private(set) var updates: [(PostReference, String)] = []
    private var counter = 0
    /// Where the process ends, if it does.
    var crash: Crash?
    private var step = 0

    struct Posted {
        var reference: PostReference
        var request: PostRequest
        var text: String { WhatsAppText.text(fromConnect: request.html) }
    }

    /// - Parameter isFollowed: whether Connect shows the zone from the beginning.
    init(closedMessage: String = "", language: Language = .en, isFollowed: Bool = true) {
        settings = BridgeSettings(
            language: language,
            numbers: [NumberSettings(id: Self.number, account: "waba", zone: Self.zone, closedMessage: closedMessage)]
        )
        if isFollowed { try? followZones() }
    }

    var makeKey: @Sendable () -> String {
        let keys = keys
        return { keys.next() }
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

    // MARK: The customer

    /// A customer's text reaches us now; `age` ago it was written.
    func customerWrites(
        _ text: String,
        wamid: String? = nil,
        from sender: [Alias] = Story.ada,
        name: String? = "Ada",
        age: Duration = .zero,
        quoting quotes: String? = nil
    ) throws {
        counter += 1
        let message = CustomerMessage(
            number: Self.number,
            wamid: Wamid(rawValue: wamid ?? "wamid.in\(counter)"),
            sender: sender,
            senderName: name,
            writtenAt: now - age,
            content: .text(text),
            quotes: quotes.map { Wamid(rawValue: $0) }
        )
        try record(.message(message))
    }

    func record(_ event: InboundEvent) throws {
        let flow = InboundFlow(settings: settings, makeKey: makeKey)
        let now = now
        try transact { try flow.record(event, at: now, in: $0) }
    }

    // MARK: The process

    /// The process ends before or after its n-th transaction, from 1.
    struct Crash: Error, Equatable {
        var step: Int
        var isBefore: Bool
    }

    /// Every transaction of the story; between two of them, the process may end.
    func transact<R>(_ body: (any StoreTransaction) throws -> R) throws -> R {
        step += 1
        if let crash, crash.step == step, crash.isBefore { throw crash }
        let result = try store.withTransaction(body)
        if let crash, crash.step == step { throw crash }
        return result
    }

    /// The process begins again.
    func restart() throws {
        crash = nil
        let flow = SendingFlow(settings: settings, makeKey: makeKey)
        let now = now
        try transact { try flow.recover(at: now, in: $0) }
    }

    /// A backup as it is now, with its mark.
    func backup() throws -> MemoryContents {
        let copy = MemoryStore(contents: store.contents)
        let now = now
        try copy.withTransaction { try $0.markRestored(madeAt: now) }
        return copy.contents
    }

    /// The process begins again with a backup; Connect and WhatsApp have what they have.
    func restore(_ backup: MemoryContents) throws {
        store = MemoryStore(contents: backup)
        try restart()
    }

    // MARK: Connect

    /// Whether Connect shows the keys of discussions.
    var showsKeys = false

    /// Connect shows every zone, and there is nothing in those that are new.
    func followZones() throws {
        let zones = settings.zones
        try store.withTransaction { transaction in
            for zone in zones where try transaction.cursor(of: zone) == nil { try transaction.setCursor(ConnectCursor(rawValue: "0/0"), of: zone) }
        }
    }

    /// Performs all tasks whose time has come. `refuse` may refuse one, `hasFiles` says whether Connect keeps a post's files.
    func postAll(
        refuse: (PostRequest) -> PostRefusal? = { _ in nil },
        hasFiles: (PostRequest) -> Bool = { _ in true }
    ) throws {
        try followZones()
        let flow = PostingFlow(settings: settings, makeKey: makeKey)
        var idle = false
        while !idle {
            idle = true
            let heads = try store.withTransaction { try $0.headTasks(after: nil, limit: 1_000) }
            for head in heads {
                let now = now
                switch try transact({ try flow.begin(head.id, at: now, in: $0) }) {
                case .post(let request):
                    idle = false
                    if let refusal = refuse(request) {
                        try transact { try flow.refuse(head.id, because: refusal, at: now, in: $0) }
                        continue
                    }
                    counter += 1
                    let reference = PostReference(rawValue: "own\(counter)")
                    posts.append(Posted(reference: reference, request: request))
                    let areThere = hasFiles(request)
                    try transact { try flow.confirm(head.id, as: reference, hasFiles: areThere, at: now, in: $0) }
                case .update(let post, _, let html):
                    idle = false
                    updates.append((post, html))
                    for index in posts.indices where posts[index].reference == post { posts[index].request.html = html }
                    try transact { try flow.confirm(head.id, as: post, at: now, in: $0) }
                case .lookFor(let request):
                    idle = false
                    let own = connectPosts
                    let found = try transact { try flow.find(head.id, among: own, identity: identity, in: $0) }
                    let areThere =
                        found.map { found in posts.contains { $0.reference == found.reference && hasFiles($0.request) } } ?? hasFiles(request)
                    try transact { try flow.settle(head.id, among: own, identity: identity, hasFiles: areThere, at: now, in: $0) }
                case .nothing:
                    // The next of its lane may have its turn.
                    idle = try store.withTransaction { try $0.task(head.id)?.state == .queued } && idle
                case .wait:
                    break
                }
            }
        }
    }

    /// What Connect shows of our own posts.
    var connectPosts: [ConnectPost] {
        posts.map { posted in
            ConnectPost(
                reference: posted.reference,
                discussion: posted.request.discussion ?? posted.reference,
                repliesTo: posted.request.repliesTo,
                zone: posted.request.zone,
                author: identity.sip,
                html: posted.request.html,
                writtenAt: now,
                isPrivate: posted.request.privateTo != nil,
                discussionKey: showsKeys && posted.request.discussion == nil ? posted.request.key : nil,
                title: posted.request.title,
                readOn: .plain,
                cursor: ConnectCursor(rawValue: "0")
            )
        }
    }

    /// What is to be read in a post of ours by now.
    func text(of post: PostReference) -> String? { posts.first { $0.reference == post }?.text }

    /// The roots that were posted.
    var roots: [Posted] { posts.filter { $0.request.discussion == nil } }
    /// The private posts.
    var notices: [Posted] { posts.filter { $0.request.privateTo != nil } }

    /// A post of a colleague, as Connect shows it.
    func post(
        _ text: String,
        by author: String = "anna",
        in discussion: PostReference,
        answering target: PostReference? = nil,
        isPrivate: Bool = false,
        notifies: [String] = [],
        files: [ConnectFile]? = [],
        readOn: ConnectLogin = .plain
    ) -> ConnectPost {
        counter += 1
        return ConnectPost(
            reference: PostReference(rawValue: "post\(counter)"),
            discussion: discussion,
            repliesTo: target ?? discussion,
            zone: Self.zone,
            author: author,
            html: ConnectMarkup.escaped(text),
            writtenAt: now,
            isPrivate: isPrivate,
            notifies: notifies,
            files: files,
            readOn: readOn,
            cursor: ConnectCursor(rawValue: "\(counter)")
        )
    }

    @discardableResult
    func read(
        _ post: ConnectPost,
        on occasion: ForwardingFlow.Occasion = .current,
        isComplete: Bool = false
    ) throws -> ForwardingFlow.Outcome {
        let flow = ForwardingFlow(settings: settings, identity: identity, makeKey: makeKey)
        let now = now
        return try transact { try flow.handle(post, on: occasion, isComplete: isComplete, at: now, in: $0) }
    }

    /// A colleague answers a discussion publicly, and we read it.
    @discardableResult
    func colleagueWrites(_ text: String, in discussion: PostReference, answering target: PostReference? = nil) throws -> ConnectPost {
        let post = post(text, in: discussion, answering: target)
        try read(post)
        return post
    }

    // MARK: WhatsApp

    /// Sends all messages whose turn has come.
    /// - Parameters:
    ///   - files: what Connect says of a post's files; nil for nothing.
    ///   - prepare: what becomes of a file that is made ready.
    func sendAll(
        result: (SendRequest) -> SendResult = { .accepted(Wamid(rawValue: "wamid.out.\($0.messageID)")) },
        files: (PostReference) -> [ConnectFile]? = { _ in [] },
        prepare: (PreparationRequest) -> PreparationResult = { _ in .temporary("nobody loads files here") }
    ) throws {
        let flow = SendingFlow(settings: settings, makeKey: makeKey)
        var idle = false
        while !idle {
            idle = true
            for head in try store.withTransaction({ try $0.headOutgoing(after: nil, limit: 1_000) }) {
                let now = now
                switch try transact({ try flow.begin(head.id, at: now, in: $0) }) {
                case .send(let request):
                    sent.append(request)
                    let outcome = result(request)
                    _ = try transact { try flow.finish(head.id, with: outcome, jitter: 0.5, at: now, in: $0) }
                    idle = false
                case .nothing:
                    idle = false
                case .readFiles(let post, _):
                    let found = files(post)
                    try transact { try flow.filesRead(head.id, files: found, at: now, in: $0) }
                    idle = false
                case .prepare(let request, _):
                    let outcome = prepare(request)
                    _ = try transact { try flow.prepared(head.id, with: outcome, jitter: 0.5, at: now, in: $0) }
                    idle = false
                case .wait, .waitForStatus:
                    break
                }
            }
        }
    }

    /// Meta reports on a message.
    func status(_ status: String, of message: OutgoingMessage, error: DeliveryError? = nil, wamid: String? = nil) throws {
        try record(
            .status(
                DeliveryStatus(
                    number: Self.number,
                    wamid: wamid.map { Wamid(rawValue: $0) } ?? message.wamid ?? Wamid(rawValue: "wamid.out.\(message.messageID)"),
                    status: status,
                    at: now,
                    messageID: message.messageID,
                    error: error
                )
            )
        )
    }

    func outgoing(of post: ConnectPost) throws -> [OutgoingMessage] {
        try store.withTransaction { try $0.outgoing(of: post.reference) }
    }

    // MARK: Time

    /// Moves the clock, and closes what is due.
    func pass(_ duration: Duration) throws {
        now = now + duration
        let flow = ClosingFlow(settings: settings, makeKey: makeKey)
        let now = now
        _ = try store.withTransaction { try flow.closeDue(at: now, in: $0) }
    }
}
