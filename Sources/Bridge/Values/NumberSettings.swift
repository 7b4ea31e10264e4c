/// How one WhatsApp business number is joined to Connect.
public struct NumberSettings: Equatable, Sendable {
    /// The number.
    public var id: PhoneNumberID
    /// The WhatsApp Business Account it belongs to; its token sends for the number.
    public var account: String
    /// The zone that its discussions are opened in; nil until an administrator chose one.
    public var zone: Zone?
    /// Tags of its discussions, without `#`.
    public var tags: [String]
    /// Whether a licence may be used for it.
    public var isLicensed: Bool
    /// Posted into a discussion in Connect when its window closes; empty for none.
    public var closedMessage: String
    /// Whether a customer sees that a message was read once a colleague answers it.
    public var readReceipts: Bool
    /// Whether a customer sees that somebody is about to answer while an answer is being made ready.
    public var typing: Bool
    /// Whether a customer gets the new text of a post that was changed after it was sent, as a further message.
    public var sendsCorrections: Bool

    /// Creates settings.
    public init(
        id: PhoneNumberID,
        account: String,
        zone: Zone?,
        tags: [String] = [],
        isLicensed: Bool = true,
        closedMessage: String = "",
        readReceipts: Bool = false,
        typing: Bool = false,
        sendsCorrections: Bool = false
    ) {
        self.id = id
        self.account = account
        self.zone = zone
        self.tags = tags
        self.isLicensed = isLicensed
        self.closedMessage = closedMessage
        self.readReceipts = readReceipts
        self.typing = typing
        self.sendsCorrections = sendsCorrections
    }
}

/// Everything about an instance that its rules need to know besides the store.
public struct BridgeSettings: Equatable, Sendable {
    /// The language of all texts that are posted.
    public var language: Language
    /// The numbers by their ID.
    public var numbers: [PhoneNumberID: NumberSettings]

    /// Creates settings.
    public init(language: Language, numbers: [NumberSettings]) {
        self.language = language
        self.numbers = Dictionary(numbers.map { ($0.id, $0) }, uniquingKeysWith: { _, newer in newer })
    }

    /// The zones of all numbers, each once, in a stable order.
    public var zones: [Zone] {
        Set(numbers.values.compactMap(\.zone)).sorted { $0.rawValue < $1.rawValue }
    }
}
