/// What the bridge needs of WhatsApp.
public protocol WhatsAppPort: Sendable {
    /// Sends once. Never repeats by itself: there is no idempotency key on Meta's side.
    func send(_ request: SendRequest) async -> SendResult
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
    /// The text, at most 4,096 UTF-16 units.
    public var text: String
    /// The message that is quoted.
    public var quotes: Wamid?

    /// Creates a request.
    public init(number: PhoneNumberID, account: String, recipient: [Alias], messageID: String, text: String, quotes: Wamid?) {
        self.number = number
        self.account = account
        self.recipient = recipient
        self.messageID = messageID
        self.text = text
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
