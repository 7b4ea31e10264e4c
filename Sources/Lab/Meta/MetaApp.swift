/// A Meta app, as its owner set it up in the dashboard (WhatsApp, Embedded Signup).
public struct MetaApp: Sendable, Equatable {
    /// The app ID.
    public var id: String
    /// The name that people see when they join.
    public var name: String
    /// The app secret: signs webhooks, and makes tokens out of codes.
    public var secret: String
    /// The login configuration that the sign-up names.
    public var configurationID: String
    /// What the handshake at the app's own callback asks with, if the dashboard sets it.
    public var verifyToken: String
    /// The fields that the app gets at all.
    public var fields: Set<String>
    /// Whether every call needs a proof of the app secret.
    public var requiresProof = false

    /// An app that gets what a connector needs.
    public init(
        id: String, name: String, secret: String, configurationID: String = "", verifyToken: String = "", fields: Set<String> = Self.usualFields
    ) {
        self.id = id
        self.name = name
        self.secret = secret
        self.configurationID = configurationID
        self.verifyToken = verifyToken
        self.fields = fields
    }

    /// Messages, echoes, and what tells how account and numbers are.
    public static let usualFields: Set = [
        "messages", "smb_message_echoes", "account_update", "account_review_update", "account_alerts", "phone_number_quality_update",
        "phone_number_name_update", "business_capability_update", "security",
    ]
}

/// An account of a business that can join by the sign-up dialog, with its numbers.
public struct MetaAccount: Sendable, Equatable {
    /// The WhatsApp Business Account ID.
    public var id: String
    /// The account's name.
    public var name: String
    /// The ID of the business portfolio that it belongs to.
    public var businessID: String
    /// Its numbers.
    public var numbers: [MetaNumber]

    /// An account.
    public init(id: String, name: String, businessID: String, numbers: [MetaNumber]) {
        self.id = id
        self.name = name
        self.businessID = businessID
        self.numbers = numbers
    }
}

/// An app with where its webhooks go.
struct MetaAppState: Sendable, Equatable {
    var app: MetaApp
    var callbacks = MetaCallbacks()
    /// Whether it gets what a real app would not: the webhooks of the lab's own account without a subscription, overrides without a
    /// callback of its own, and fields that it has not asked for. So scripts need not set everything up.
    var isLenient = false

    /// Where it gets a change; nil if it does not.
    func address(of numberID: String, account: String, ownAccount: String, field: String) -> String? {
        if isLenient, account == ownAccount { return callbacks.address(of: numberID, account: account, field: field) }
        guard callbacks.app != nil, app.fields.contains(field), callbacks.subscribed.contains(account) else { return nil }
        return callbacks.address(of: numberID, account: account, field: field)
    }
}
