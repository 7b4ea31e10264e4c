/// What the simulated sign-up and the tokens that come of it are like, and what they get wrong on purpose (WhatsApp, Embedded Signup).
public struct MetaSignupOptions: Sendable, Equatable {
    /// When the window message that tells account and number comes.
    public enum MessageOrder: String, Sendable, CaseIterable {
        case beforeCode, afterCode
        /// Not at all.
        case never
    }

    /// What `debug_token` tells of the accounts that a token reaches.
    public enum Targets: String, Sendable, CaseIterable {
        /// The account that was chosen.
        case own
        /// Nothing, which means all.
        case absent
        /// An empty list.
        case empty
        /// Another account than the one that was chosen.
        case other
    }

    /// When the message comes.
    public var order = MessageOrder.beforeCode
    /// Whether its data is an object instead of a JSON string.
    public var sendsObjects = false
    /// Whether the message of a number that stays in the WhatsApp Business app names that number.
    public var tellsBusinessAppNumber = true
    /// The permissions that tokens get.
    public var scopes = [MetaCore.managementScope, MetaCore.messagingScope]
    /// What is told of the accounts that tokens reach.
    public var targets = Targets.own
    /// The app that tokens are told to be of; nil for the right one.
    public var appID: String?
    /// Seconds until a token ends; nil if it does not.
    public var tokenLifetime: Int64?
    /// Seconds until its access to data ends; nil if it does not.
    public var dataAccessLifetime: Int64?
    /// Whether the exchange of a code is answered with the token alone, as text of JSON.
    public var answersBareToken = false

    /// The defaults.
    public init() {}
}

/// What somebody chose in the sign-up dialog.
struct MetaSignupChoice: Sendable, Equatable {
    var account: String
    /// A phone number ID; nil for none.
    var number: String?
    /// A number that is not there yet.
    var newNumber: NewNumber?
    /// Whether the page asked for numbers of the WhatsApp Business app.
    var takesBusinessApp = false

    struct NewNumber: Sendable, Equatable {
        /// Digits with the country code, without `+`.
        var display: String
        var name: String
    }
}

/// The result of a sign-up: the code for the page's callback, and the window message.
struct MetaSignupResult: Sendable, Equatable {
    var code: String
    var event: String
    var data: LabJSON
}

/// A code that the dialog has made.
struct MetaCode: Sendable, Equatable {
    static let lifetime: Int64 = 30_000

    /// The index of its app.
    var app: Int
    var account: String
    /// When it was handed out, in milliseconds since 1970 UTC; nil while the dialog still shows its last page.
    var handedOut: Int64?
    var isUsed = false
}

/// A token that came of a code.
struct MetaToken: Sendable, Equatable {
    /// The index of its app.
    var app: Int
    var account: String
    var scopes: [String]
    var targets: MetaSignupOptions.Targets
    /// The app that it is told to be of.
    var toldAppID: String
    /// In seconds since 1970 UTC; 0 for never.
    var expiresAt: Int64
    /// In seconds since 1970 UTC; 0 for never.
    var dataAccessExpiresAt: Int64

    func isExpired(now: Int64) -> Bool { expiresAt != 0 && expiresAt * 1_000 <= now }
}
