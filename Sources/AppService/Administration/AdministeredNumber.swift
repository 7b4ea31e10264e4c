public import Bridge

/// A number as an administrator sees it.
public struct AdministeredNumber: Equatable, Sendable, Identifiable {
    /// Its Graph identifier.
    public var id: PhoneNumberID
    /// Its row.
    public var settings: StoredSettings.Number
    /// Whether it is in use.
    public var isActive: Bool
    /// How it is.
    public var state: State

    /// How a number is: the first that applies.
    public enum State: String, Sendable, CaseIterable {
        /// It has no Connect app, or one that the PBX does not list.
        case noApp = "no-app"
        /// It has no zone.
        case noZone = "no-zone"
        /// No licence is used for it.
        case unlicensed
        /// Its account has no access token, or one that Meta refuses.
        case tokenInvalid = "token-invalid"
        /// It is not registered for the Cloud API.
        case notRegistered = "not-registered"
        /// All is well.
        case ok
    }
}

/// What of a number is to be changed; nil leaves it as it is.
public struct NumberChange: Equatable, Sendable {
    /// The SIP name of the Connect app; empty for none.
    public var app: String?
    /// The zone of its discussions; empty for none.
    public var zone: String?
    /// Tags of its discussions; each may have quotation marks around it, and `#` before it.
    public var tags: [String]?
    /// Whether a licence may be used for it.
    public var isLicensed: Bool?
    /// Posted in Connect when the window closes; empty for none.
    public var closedMessage: String?
    /// Whether the customer is shown that a message was read.
    public var readReceipts: Bool?
    /// Whether the customer is shown that somebody is writing.
    public var typing: Bool?
    /// What happens when a post that was sent is edited.
    public var edits: EditPolicy?

    /// Creates a change.
    public init(
        app: String? = nil, zone: String? = nil, tags: [String]? = nil, isLicensed: Bool? = nil, closedMessage: String? = nil,
        readReceipts: Bool? = nil, typing: Bool? = nil, edits: EditPolicy? = nil
    ) {
        self.app = app
        self.zone = zone
        self.tags = tags
        self.isLicensed = isLicensed
        self.closedMessage = closedMessage
        self.readReceipts = readReceipts
        self.typing = typing
        self.edits = edits
    }

    /// The change with all values in the form in which they are stored.
    /// - Throws: what is wrong with one of them.
    func checked() throws(AdministrationFailure) -> NumberChange {
        var checked = self
        if let app, !app.isEmpty { checked.app = try NumberRules.objectName(app, field: "app") }
        if let zone, !zone.isEmpty { checked.zone = try NumberRules.objectName(zone, field: "zone") }
        if let tags { checked.tags = try NumberRules.tags(tags) }
        if let closedMessage { checked.closedMessage = try NumberRules.closedMessage(closedMessage) }
        return checked
    }

    /// Changes a row, but for the licence.
    func apply(to number: inout StoredSettings.Number) {
        if let app { number.app = app }
        if let zone { number.zone = zone.isEmpty ? nil : Zone(rawValue: zone) }
        if let tags { number.tags = tags }
        if let closedMessage { number.closedMessage = closedMessage }
        if let readReceipts { number.readReceipts = readReceipts }
        if let typing { number.typing = typing }
        if let edits { number.edits = edits.rawValue }
    }
}
