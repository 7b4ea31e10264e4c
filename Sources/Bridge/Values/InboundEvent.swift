/// One element of a webhook, in the product's own words. The Graph adapter makes them; nothing here knows Meta's field names.
public enum InboundEvent: Equatable, Sendable, Codable {
    /// A customer wrote.
    case message(CustomerMessage)
    /// The business wrote to a customer with WhatsApp's own app; the message's sender is the customer. Shown, and never sent again.
    case echo(CustomerMessage)
    /// Meta says what became of a message of ours.
    case status(DeliveryStatus)
    /// Understood, and not for any conversation (account news, echoes of the business itself, …).
    case notice(Notice)
    /// Could not be read; the raw body is kept.
    case unreadable(Unreadable)

    /// The business number whose conversation it belongs to; nil for what is shown in none.
    public var conversationNumber: PhoneNumberID? {
        switch self {
        case .message(let message), .echo(let message): message.number
        case .status, .notice, .unreadable: nil
        }
    }

    /// The message that is shown in a conversation, if it is one.
    var shownMessage: CustomerMessage? {
        switch self {
        case .message(let message), .echo(let message): message
        case .status, .notice, .unreadable: nil
        }
    }

    /// News that no conversation needs.
    public struct Notice: Equatable, Sendable, Codable {
        /// Webhook field or element type, as Meta names it.
        public var type: String
        /// The number it is about, if it names one.
        public var number: PhoneNumberID?
        /// Why nothing is posted for it: a short phrase for the ledger.
        public var reason: String
        /// When it happened.
        public var at: Moment
        /// What tells one from its repetition, unique within `type`.
        public var key: String

        /// Creates a notice.
        public init(type: String, number: PhoneNumberID?, reason: String, at: Moment, key: String) {
            self.type = type
            self.number = number
            self.reason = reason
            self.at = at
            self.key = key
        }
    }

    /// An element that could not be read.
    public struct Unreadable: Equatable, Sendable, Codable {
        /// Where in the body it is, e.g. `entry[0].changes[1].messages[2]`.
        public var path: String
        /// What is wrong with it, without any of its content.
        public var error: String
        /// The number of its change, if that could be read.
        public var number: PhoneNumberID?
        /// When it was received.
        public var at: Moment
        /// What tells one from its repetition: a digest of the element.
        public var key: String

        /// Creates the report of an unreadable element.
        public init(path: String, error: String, number: PhoneNumberID?, at: Moment, key: String) {
            self.path = path
            self.error = error
            self.number = number
            self.at = at
            self.key = key
        }
    }
}

/// A message that a customer wrote to one of our numbers.
public struct CustomerMessage: Equatable, Sendable, Codable {
    /// The number that was written to.
    public var number: PhoneNumberID
    /// The message's ID.
    public var wamid: Wamid
    /// Who the conversation is with: the sender's aliases, or the group alone for a group message. Never empty.
    public var sender: [Alias]
    /// The name that the sender gave themselves.
    public var senderName: String?
    /// When it was written, by Meta's clock.
    public var writtenAt: Moment
    /// Meta's name of its type (`text`, `image`, …), as received.
    public var type: String
    /// What it says.
    public var content: Content
    /// The message that it quotes, or is about.
    public var quotes: Wamid?
    /// Its files, in order; nil or none for a message without.
    public var files: [CustomerFile]?
    /// How it came to the customer, if they did not write it themselves.
    public var forwarding: Forwarding?
    /// The advertisement or post that the customer came from.
    public var referral: Referral?

    /// What a message says.
    public enum Content: Equatable, Sendable, Codable {
        /// A text with WhatsApp's marks.
        case text(String)
        /// Anything that is shown in our own words.
        case placeholder(MessagePlaceholder)
        /// The customer is known under other names from now on.
        case identityChange(IdentityChange)
    }

    /// How a message was passed on.
    public enum Forwarding: String, Equatable, Sendable, Codable {
        /// From another chat, at most five times.
        case once
        /// More often than that.
        case often
    }

    /// The advertisement or post that a customer came from.
    public struct Referral: Equatable, Sendable, Codable {
        /// Its headline.
        public var headline: String?
        /// Its address.
        public var address: String?

        /// Names an advertisement or post.
        public init(headline: String?, address: String?) {
            self.headline = headline
            self.address = address
        }
    }

    /// Creates a message.
    public init(
        number: PhoneNumberID,
        wamid: Wamid,
        sender: [Alias],
        senderName: String? = nil,
        writtenAt: Moment,
        type: String = "text",
        content: Content,
        quotes: Wamid? = nil,
        files: [CustomerFile]? = nil,
        forwarding: Forwarding? = nil,
        referral: Referral? = nil
    ) {
        self.number = number
        self.wamid = wamid
        self.sender = sender
        self.senderName = senderName
        self.writtenAt = writtenAt
        self.type = type
        self.content = content
        self.quotes = quotes
        self.files = files
        self.forwarding = forwarding
        self.referral = referral
    }
}

/// WhatsApp says that a customer has other names now. What is replaced may belong to somebody else one day.
public struct IdentityChange: Equatable, Sendable, Codable {
    /// The names that hold no more.
    public var replaced: [Alias]
    /// The names that hold from now on.
    public var current: [Alias]
    /// WhatsApp's own sentence about it.
    public var text: String?

    /// Creates a change.
    public init(replaced: [Alias], current: [Alias], text: String?) {
        self.replaced = replaced
        self.current = current
        self.text = text
    }
}

/// What Meta says of a message that we sent.
public struct DeliveryStatus: Equatable, Sendable, Codable {
    /// The number that sent it.
    public var number: PhoneNumberID
    /// The message's ID.
    public var wamid: Wamid
    /// Meta's word for it (`sent`, `delivered`, `read`, `failed`, …), as received.
    public var status: String
    /// When it happened, by Meta's clock.
    public var at: Moment
    /// Our own ID of the message, which Meta echoes (`biz_opaque_callback_data`).
    public var messageID: String?
    /// The recipient of a group's status; tells its repetitions apart.
    public var participant: String?
    /// Why it failed.
    public var error: DeliveryError?

    /// Creates a status.
    public init(
        number: PhoneNumberID,
        wamid: Wamid,
        status: String,
        at: Moment,
        messageID: String? = nil,
        participant: String? = nil,
        error: DeliveryError? = nil
    ) {
        self.number = number
        self.wamid = wamid
        self.status = status
        self.at = at
        self.messageID = messageID
        self.participant = participant
        self.error = error
    }
}

/// Why Meta did not accept or deliver a message. Branch on `code` only: texts change (WhatsApp, Error codes).
public struct DeliveryError: Error, Equatable, Sendable, Codable {
    /// Meta's code.
    public var code: Int
    /// Meta's subcode, if any.
    public var subcode: Int?
    /// Meta says that trying again may help.
    public var isTransient: Bool
    /// Meta's explanation, for the ledger and for unknown codes.
    public var details: String?

    /// Creates an error.
    public init(code: Int, subcode: Int? = nil, isTransient: Bool = false, details: String? = nil) {
        self.code = code
        self.subcode = subcode
        self.isTransient = isTransient
        self.details = details
    }
}

extension DeliveryError {
    /// The error as the rules and texts for people know it.
    func failure(from source: GraphFailure.Source) -> GraphFailure {
        GraphFailure(code: code, subcode: subcode, isTransient: isTransient, details: details, source: source)
    }
}
