/// What the bridge needs of WhatsApp.
public protocol WhatsAppPort: Sendable {
    /// Sends once. Never repeats by itself: there is no idempotency key on Meta's side.
    func send(_ request: SendRequest) async -> SendResult

    /// Tells a customer that a message was read, and if wanted that somebody is about to answer. Best effort; repeating does no harm.
    func markRead(_ receipt: ReadReceipt) async
}

/// A message of a customer that was read.
public struct ReadReceipt: Equatable, Sendable {
    /// The number that received it.
    public var number: PhoneNumberID
    /// The account whose token is used.
    public var account: String
    /// The message.
    public var wamid: Wamid
    /// Whether the customer sees that somebody is about to answer.
    public var showsTyping: Bool

    /// Creates a receipt.
    public init(number: PhoneNumberID, account: String, wamid: Wamid, showsTyping: Bool) {
        self.number = number
        self.account = account
        self.wamid = wamid
        self.showsTyping = showsTyping
    }
}

/// A message to be sent.
public struct SendRequest: Equatable, Sendable {
    /// The number that sends.
    public var number: PhoneNumberID
    /// The account whose token is used.
    public var account: String
    /// Under which names the recipient is known; never empty.
    public var recipient: [Alias]
    /// Our own ID of the message, for `biz_opaque_callback_data`.
    public var messageID: String
    /// What it holds; files are uploaded, and texts have at most 4,096 UTF-16 units.
    public var content: OutgoingContent
    /// The message that is quoted.
    public var quotes: Wamid?

    /// Creates a request.
    public init(number: PhoneNumberID, account: String, recipient: [Alias], messageID: String, content: OutgoingContent, quotes: Wamid?) {
        self.number = number
        self.account = account
        self.recipient = recipient
        self.messageID = messageID
        self.content = content
        self.quotes = quotes
    }
}

/// What became of a message.
public enum SendResult: Equatable, Sendable {
    /// Meta accepted it; nothing more is known yet.
    case accepted(Wamid)
    /// Meta answered with an error and does not have it.
    case refused(DeliveryError)
    /// No byte of it left us.
    case notSent(String)
    /// Meta may have it.
    case ambiguous(String)
}
