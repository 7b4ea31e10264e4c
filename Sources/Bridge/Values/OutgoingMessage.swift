/// One WhatsApp message to a customer: a post of a colleague, or a part of one. Also the outbound half of the ledger.
public struct OutgoingMessage: Equatable, Sendable {
    /// The row that holds the message.
    public typealias ID = RowID<OutgoingMessage>

    /// The row that holds the message.
    public var id: ID
    /// Our own ID, which Meta echoes in every status (`biz_opaque_callback_data`).
    public var messageID: String
    /// The conversation it belongs to. Its messages are sent one after the other.
    public var conversation: Conversation.ID
    /// The discussion in which it was written.
    public var discussion: Discussion.ID
    /// The post that it comes from.
    public var post: PostReference
    /// Who wrote the post.
    public var author: String
    /// Which part of the post it is, from 1.
    public var part: Int
    /// How many parts the post has, as far as is known.
    public var parts: Int
    /// What it holds.
    public var content: OutgoingContent
    /// The customer's message that it answers.
    public var quotes: Wamid?
    /// What became of it.
    public var state: OutgoingState
    /// Meta's ID of it, once known.
    public var wamid: Wamid?
    /// How often Meta refused it.
    public var refusals: Int
    /// Not to be sent before.
    public var notBefore: Moment
    /// When it was recorded, begun or last changed.
    public var changedAt: Moment

    /// Creates a message as stored.
    public init(
        id: ID,
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
        wamid: Wamid? = nil,
        refusals: Int = 0,
        notBefore: Moment,
        changedAt: Moment
    ) {
        self.id = id
        self.messageID = messageID
        self.conversation = conversation
        self.discussion = discussion
        self.post = post
        self.author = author
        self.part = part
        self.parts = parts
        self.content = content
        self.quotes = quotes
        self.state = state
        self.wamid = wamid
        self.refusals = refusals
        self.notBefore = notBefore
        self.changedAt = changedAt
    }

    /// Whether it was put off and its time has not come. What was never put off waits for nothing, even if the clock was set back since it
    /// was recorded.
    func isPutOff(at now: Moment) -> Bool {
        guard notBefore > now else { return false }
        if case .undecided(_, let asked) = content, asked > 0 { return true }
        return refusals > 0
    }
}

/// Where an outgoing message stands or has ended.
public enum OutgoingState: Equatable, Sendable {
    /// Waiting for its turn.
    case queued
    /// Handed to Meta; no answer yet.
    case sending
    /// In doubt: Meta may have it. Its author is told once `authorTold` is due; then the queue goes on.
    case unknown(authorTold: Bool)
    /// Accepted by Meta.
    case sent
    /// On one of the customer's devices.
    case delivered
    /// Shown to the customer, or played.
    case read
    /// Not sent or not delivered, and why.
    case failed(reason: String)
    /// Kept back, and why, until an operator replays it. Later messages do not wait for it.
    case held(HoldReason)

    /// The state's name in the ledger.
    public var name: String {
        switch self {
        case .queued: "queued"
        case .sending: "sending"
        case .unknown: "unknown"
        case .sent: "sent"
        case .delivered: "delivered"
        case .read: "read"
        case .failed: "failed"
        case .held: "held"
        }
    }

    /// The reason in the ledger, if the state has one.
    public var reason: String? {
        switch self {
        case .failed(let reason): reason
        case .held(let reason): reason.rawValue
        case .unknown(authorTold: true): "author told"
        default: nil
        }
    }

    /// Puts a stored state together again; nil for a name that is not a state's.
    public init?(name: String, reason: String?) {
        switch name {
        case "queued": self = .queued
        case "sending": self = .sending
        case "unknown": self = .unknown(authorTold: reason != nil)
        case "sent": self = .sent
        case "delivered": self = .delivered
        case "read": self = .read
        case "failed": self = .failed(reason: reason ?? "")
        case "held":
            guard let hold = HoldReason(rawValue: reason ?? "") else { return nil }
            self = .held(hold)
        default: return nil
        }
    }

    /// Whether this program has not begun with it: it waits for its turn, or for an operator.
    var isUntouched: Bool {
        switch self {
        case .queued, .held: true
        case .sending, .unknown, .sent, .delivered, .read, .failed: false
        }
    }

    /// Whether later messages of the conversation have to wait for this one.
    public var holdsConversation: Bool {
        switch self {
        case .queued, .sending, .unknown(authorTold: false): true
        case .unknown(authorTold: true), .sent, .delivered, .read, .failed, .held: false
        }
    }
}
