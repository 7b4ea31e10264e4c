public import Bridge

/// A WhatsApp Business Account and its numbers.
public struct AccountConfiguration: Sendable {
    /// The account's Graph identifier, digits.
    public var waba: String
    /// The access token of its system user.
    public var token: Secret
    /// Its numbers.
    public var numbers: [NumberConfiguration]

    /// Creates a configuration.
    public init(waba: String, token: Secret, numbers: [NumberConfiguration] = []) {
        self.waba = waba
        self.token = token
        self.numbers = numbers
    }
}

/// A WhatsApp business number and how it is joined to Connect.
public struct NumberConfiguration: Equatable, Sendable {
    /// The number's Graph identifier.
    public var id: PhoneNumberID
    /// The SIP name of the Connect app; nil until an administrator chose one.
    public var app: String?
    /// The zone of its discussions; nil until an administrator chose one.
    public var zone: Zone?
    /// Tags of its discussions, without `#`; at most 10 of 64 characters each.
    public var tags: [String]
    /// Whether a licence may be used for it.
    public var licensed: Bool
    /// Posted into a discussion in Connect when its window closes, at most 4,096 characters; empty for none.
    public var closedMessage: String
    /// Whether a customer sees that a message was read once a colleague answered it.
    public var readReceipts: Bool
    /// Whether a customer sees that somebody is about to answer.
    public var typing: Bool
    /// What happens when a colleague changes a post that was sent already.
    public var edits: EditPolicy

    /// Creates a configuration with the defaults of the configuration file.
    public init(
        id: PhoneNumberID,
        app: String? = nil,
        zone: Zone? = nil,
        tags: [String] = [],
        licensed: Bool = true,
        closedMessage: String = "",
        readReceipts: Bool = false,
        typing: Bool = false,
        edits: EditPolicy = .nothing
    ) {
        self.id = id
        self.app = app
        self.zone = zone
        self.tags = tags
        self.licensed = licensed
        self.closedMessage = closedMessage
        self.readReceipts = readReceipts
        self.typing = typing
        self.edits = edits
    }
}

/// What happens when a colleague changes a post that was sent already; WhatsApp cannot change a message that was sent.
public enum EditPolicy: String, Sendable, CaseIterable {
    /// The customer does not learn of it.
    case nothing
    /// The customer gets the new text as a further message, marked as a correction.
    case correction
}
