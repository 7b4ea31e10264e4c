/// The durable memory of one instance. What a transaction changed is durable when `write` returns, or not there at all.
public protocol Store: Sendable {
    /// Runs `body` alone; everything it changed is durable when this returns. If it throws, nothing is changed.
    func write<Result: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> Result) async throws -> Result
    /// Runs `body` on a consistent view; it must not change anything.
    func read<Result: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> Result) async throws -> Result
    /// Keeps a webhook's raw body. Durable when this returns; many calls may share one flush of the disk.
    func append(webhook body: [UInt8], receivedAt: Moment) async throws
}

/// A webhook's body as it was received.
public struct StoredWebhook: Equatable, Sendable {
    /// The row's number; ascending in the order of arrival.
    public typealias ID = RowID<StoredWebhook>

    /// The row's number.
    public var id: ID
    /// When it was received.
    public var receivedAt: Moment
    /// The exact bytes.
    public var body: [UInt8]

    /// Creates a webhook as stored.
    public init(id: ID, receivedAt: Moment, body: [UInt8]) {
        self.id = id
        self.receivedAt = receivedAt
        self.body = body
    }
}

/// What rules may ask and change within one transaction. Not to be kept beyond it.
public protocol StoreTransaction: AnyObject {
    // MARK: Webhooks

    /// The oldest webhooks that have not been taken apart yet, in order: as many as have no more than so many bytes of bodies together, but at
    /// least one.
    func pendingWebhooks(limit: Int, bytes: Int) throws -> [StoredWebhook]
    /// Notes that a webhook has been taken apart.
    func finishWebhook(_ id: StoredWebhook.ID) throws

    /// A webhook, taken apart or not.
    func webhook(_ id: StoredWebhook.ID) throws -> StoredWebhook?

    // MARK: Replay

    /// Notes that a row of the ledger is asked for again. If it is asked for already, nothing changes.
    func insertReplayRequest(_ subject: ReplaySubject, webhook: StoredWebhook.ID?) throws
    /// Requests for one half of the ledger, in the order of asking, after `after`.
    func replayRequests(for half: ReplaySubject.Half, after: ReplayRequest.ID?, limit: Int) throws -> [ReplayRequest]
    /// Removes a request, because it is decided on.
    func finishReplayRequest(_ id: ReplayRequest.ID) throws

    // MARK: Inbound events

    /// Records an event. Returns nil, and changes nothing, if its key is already there.
    func insertInbound(
        key: String,
        event: InboundEvent,
        state: InboundState,
        recordedAt: Moment
    ) throws -> InboundRecord.ID?
    /// A recorded event.
    func inbound(_ id: InboundRecord.ID) throws -> InboundRecord?
    /// The event with a key.
    func inbound(key: String) throws -> InboundRecord?
    /// Changes what became of an event, and where it was placed.
    func setInbound(_ id: InboundRecord.ID, state: InboundState, conversation: Conversation.ID?) throws
    /// Changes what became of an event, which stays where it was placed.
    func setInboundState(_ id: InboundRecord.ID, _ state: InboundState) throws
    /// Held events with one of the reasons, oldest first, after `after`.
    func heldInbound(reasons: Set<HoldReason>, after: InboundRecord.ID?, limit: Int) throws -> [InboundRecord]
    /// The statuses recorded for a message, oldest first.
    func statuses(of wamid: Wamid, number: PhoneNumberID) throws -> [InboundRecord]

    // MARK: Customers and conversations

    /// The customers that have at least one of the aliases, by ID.
    func customers(havingAny aliases: [Alias]) throws -> [Customer]
    /// Creates a customer.
    func insertCustomer(name: String?, aliases: Set<Alias>) throws -> Customer
    /// Changes a customer's name and aliases. An alias belongs to one customer: it is taken from any other.
    func updateCustomer(_ customer: Customer) throws
    /// A customer.
    func customer(_ id: Customer.ID) throws -> Customer?
    /// The conversation of a number and a customer.
    func conversation(number: PhoneNumberID, customer: Customer.ID) throws -> Conversation?
    /// A conversation.
    func conversation(_ id: Conversation.ID) throws -> Conversation?
    /// Creates a conversation without a discussion.
    func insertConversation(number: PhoneNumberID, customer: Customer.ID, address: [Alias]) throws -> Conversation
    /// Changes a conversation's address and open discussion.
    func updateConversation(_ conversation: Conversation) throws

    // MARK: Discussions

    /// Creates an open discussion.
    func insertDiscussion(
        conversation: Conversation.ID,
        key: String,
        zone: Zone,
        newestMessageAt: Moment,
        closesAt: Moment
    ) throws -> Discussion
    /// A discussion.
    func discussion(_ id: Discussion.ID) throws -> Discussion?
    /// The discussion with this root.
    func discussion(root: PostReference) throws -> Discussion?
    /// Changes a discussion.
    func updateDiscussion(_ discussion: Discussion) throws
    /// Open discussions that are to be closed by `moment`, the earliest first.
    func discussionsClosing(by moment: Moment, limit: Int) throws -> [Discussion]
    /// Open discussions of a number that are not in `zone`, by ID; with nil, all its open ones.
    func openDiscussions(of number: PhoneNumberID, outside zone: Zone?, limit: Int) throws -> [Discussion]
    /// The zones with discussions whose customer wrote at `moment` or later, and those in which the first unfinished task of a lane is to be
    /// posted; in the order of their names.
    func zonesInUse(since moment: Moment) throws -> [Zone]
    /// When the next open discussion is to be closed.
    func nextClosing() throws -> Moment?

    // MARK: Posts

    /// What is remembered of a post.
    func knownPost(_ reference: PostReference) throws -> KnownPost?
    /// Remembers a post, or replaces what is remembered.
    func saveKnownPost(_ post: KnownPost) throws
    /// Notes that a post shows a WhatsApp message. The first link of a post is the one that `wamid(shownBy:)` finds.
    func link(_ wamid: Wamid, number: PhoneNumberID, shownBy post: PostReference) throws
    /// The post that shows a message.
    func post(showing wamid: Wamid, number: PhoneNumberID) throws -> PostReference?
    /// The customer's or colleague's message that a post shows.
    func wamid(shownBy post: PostReference) throws -> Wamid?
    /// Notes that the hint about a foreign discussion, or about a delayed post, is given. Returns false if it was given before.
    func noteHint(in discussion: PostReference) throws -> Bool

    // MARK: Post tasks

    /// Queues a task at the end of its lane.
    func insertTask(
        lane: Lane,
        zone: Zone,
        place: PostTask.Place,
        key: String,
        html: String,
        privateTo: String?,
        shownEvent: InboundRecord.ID?,
        shows: Wamid?,
        filesOf: InboundRecord.ID?,
        notBefore: Moment
    ) throws -> PostTask.ID
    /// A task.
    func task(_ id: PostTask.ID) throws -> PostTask?
    /// Changes a task's place, HTML, state, refusals and time.
    func updateTask(_ task: PostTask) throws
    /// The lanes that have unfinished tasks, each with its first one, in the order of those, after `after`.
    func laneHeads(after: PostTask.ID?, limit: Int) throws -> [LaneHead]
    /// The first unfinished task of a lane.
    func headTask(of lane: Lane) throws -> PostTask?
    /// The unfinished tasks of a lane, in order. There may be thousands: not for what happens with every post.
    func unfinishedTasks(in lane: Lane) throws -> [PostTask]
    /// Whether a task of a lane is begun and not ended.
    func isPosting(in lane: Lane) throws -> Bool
    /// The unfinished tasks that show an event, in order.
    func unfinishedTasks(showing event: InboundRecord.ID) throws -> [PostTask]
    /// Unconfirmed root posts of a zone.
    func unconfirmedRoots(in zone: Zone) throws -> [PostTask]
    /// Notes as which post a task was confirmed.
    func setPost(_ post: PostReference, madeBy task: PostTask.ID) throws
    /// As which post a task was confirmed.
    func post(madeBy task: PostTask.ID) throws -> PostReference?
    /// The task that shows a customer's reaction to a message, if there is one.
    func reactionTask(in conversation: Conversation.ID, to wamid: Wamid) throws -> PostTask.ID?
    /// Notes the task that shows a customer's reaction to a message.
    func setReactionTask(_ task: PostTask.ID, in conversation: Conversation.ID, to wamid: Wamid) throws

    // MARK: Files of customers

    /// Records a file that is to be brought to Connect.
    func insertInboundFile(
        event: InboundRecord.ID,
        conversation: Conversation.ID,
        number: PhoneNumberID,
        file: CustomerFile,
        at: Moment
    ) throws -> InboundFile.ID
    /// A file.
    func inboundFile(_ id: InboundFile.ID) throws -> InboundFile?
    /// The files of a message, in order.
    func inboundFiles(of event: InboundRecord.ID) throws -> [InboundFile]
    /// Changes a file's state, attempts, time and placeholder.
    func updateInboundFile(_ file: InboundFile) throws
    /// Files that somebody has to see to (`InboundFile.needsCare`), oldest first, after `after`.
    func inboundFilesInNeed(after: InboundFile.ID?, limit: Int) throws -> [InboundFile]
    /// Files that are neither handed over nor failed, oldest first, after `after`.
    func unfinishedInboundFiles(after: InboundFile.ID?, limit: Int) throws -> [InboundFile]
    /// How far a transfer is, for people who look at the ledger; nil when it is over. Never needed for anything else.
    func setProgress(_ progress: TransferProgress?, of subject: TransferSubject) throws
    /// Forgets all progress, because nothing is under way.
    func forgetProgress() throws
    /// Where a number has a file at Meta already.
    func upload(of digest: [UInt8], mimeType: String, number: PhoneNumberID) throws -> KnownUpload?
    /// Notes where a number has a file at Meta.
    func setUpload(_ upload: KnownUpload, of digest: [UInt8], mimeType: String, number: PhoneNumberID) throws
    /// Forgets an upload that Meta does not know (any more).
    func forgetUpload(mediaID: String, number: PhoneNumberID) throws

    // MARK: Outgoing messages

    /// Records a message. It stands behind all others of its conversation, those of the same post in the order of their parts.
    func insertOutgoing(
        messageID: String,
        conversation: Conversation.ID,
        discussion: Discussion.ID,
        post: PostReference,
        author: String,
        part: Int,
        parts: Int,
        content: OutgoingContent,
        quotes: Wamid?,
        state: OutgoingState,
        at: Moment
    ) throws -> OutgoingMessage.ID
    /// A message.
    func outgoing(_ id: OutgoingMessage.ID) throws -> OutgoingMessage?
    /// The message with our own ID.
    func outgoing(messageID: String) throws -> OutgoingMessage?
    /// The message that a number sent under Meta's ID.
    func outgoing(wamid: Wamid, number: PhoneNumberID) throws -> OutgoingMessage?
    /// All messages of a post, in the order of their parts.
    func outgoing(of post: PostReference) throws -> [OutgoingMessage]
    /// Changes a message's own ID, part, parts, content, quote, state, wamid, refusals and times.
    func updateOutgoing(_ message: OutgoingMessage) throws
    /// The first message of each conversation that still holds it (see `OutgoingState.holdsConversation`), in the order of their rows,
    /// after `after`.
    func headOutgoing(after: OutgoingMessage.ID?, limit: Int) throws -> [OutgoingMessage]
    /// The first message of a conversation that still holds it.
    func headOutgoing(of conversation: Conversation.ID) throws -> OutgoingMessage?
    /// Messages in state `sending` or `unknown(authorTold: false)`, in the order of their rows.
    func doubtfulOutgoing() throws -> [OutgoingMessage]

    // MARK: Zones and accounts

    /// How far a zone has been handled; nil before first contact.
    func cursor(of zone: Zone) throws -> ConnectCursor?
    /// Notes how far a zone has been handled.
    func setCursor(_ cursor: ConnectCursor, of zone: Zone) throws
    /// Since when an account's token is refused; nil while it works.
    func accountStop(_ account: String) throws -> AccountStop?
    /// Notes, or with nil lifts, that an account's token is refused.
    func setAccountStop(_ stop: AccountStop?, of account: String) throws

    // MARK: Backups

    /// Marks the store as a backup's: what is unfinished may have been done after `moment`, when the backup was made. Messages that hold
    /// their conversation become `held(.restored)`; tasks that are to make a post are in doubt (`posting`); every zone with a cursor is
    /// restored until `finishRestoration(of:)`.
    func markRestored(madeAt moment: Moment) throws
    /// Where the backup ends that the store was put back from; nil if it never was. It stays for good.
    func restoration() throws -> Restoration?
    /// Whether a zone has not been caught up since the store was put back.
    func isRestored(_ zone: Zone) throws -> Bool
    /// Notes that a zone has been caught up since the store was put back.
    func finishRestoration(of zone: Zone) throws
}

/// An account whose token Meta refuses. Its numbers' queues stand still until it works again.
public struct AccountStop: Equatable, Sendable {
    /// Since when.
    public var since: Moment
    /// When it is probed next.
    public var probeAt: Moment

    /// Creates a stop.
    public init(since: Moment, probeAt: Moment) {
        self.since = since
        self.probeAt = probeAt
    }
}

/// What a transfer moves.
public enum TransferSubject: Hashable, Sendable {
    /// A customer's file, on its way to Connect.
    case inbound(InboundFile.ID)
    /// A file of a colleague's post, on its way to the customer.
    case outgoing(OutgoingMessage.ID)
}

/// How far a transfer is.
public struct TransferProgress: Equatable, Sendable {
    /// Bytes that were moved.
    public var done: Int64
    /// Bytes in all, if that is known.
    public var total: Int64?

    /// Creates a progress.
    public init(done: Int64, total: Int64?) {
        self.done = done
        self.total = total
    }
}

/// A file that Meta has for one number.
public struct KnownUpload: Equatable, Sendable {
    /// Meta's ID of it.
    public var mediaID: String
    /// When it was uploaded.
    public var at: Moment

    /// Creates a note of an upload.
    public init(mediaID: String, at: Moment) {
        self.mediaID = mediaID
        self.at = at
    }
}

extension StoreTransaction {
    /// The oldest webhooks that have not been taken apart yet, in order, however large.
    public func pendingWebhooks(limit: Int) throws -> [StoredWebhook] { try pendingWebhooks(limit: limit, bytes: .max) }
}
