public import Bridge

/// A WhatsApp Business Account that an administrator wants to add, or to give a new token.
public struct AccountRequest: Sendable {
    /// The account's Graph identifier (WABA ID).
    public var account: String
    /// The access token of its system user.
    public var token: Secret
    /// The numbers that are wanted; nil for all of the account.
    public var numbers: [PhoneNumberID]?
    /// The PIN to register numbers with that are not registered yet; nil registers none.
    public var pin: PIN?
    /// The app's secret, if it is given too.
    public var appSecret: Secret?

    /// Creates a request.
    public init(account: String, token: Secret, numbers: [PhoneNumberID]? = nil, pin: PIN? = nil, appSecret: Secret? = nil) {
        self.account = account
        self.token = token
        self.numbers = numbers
        self.pin = pin
        self.appSecret = appSecret
    }
}

/// The six digits of a number's two-step verification at Meta. A secret.
public struct PIN: Sendable, Equatable {
    /// The digits.
    public let secret: Secret

    /// Reads a PIN; nil unless it is exactly six digits.
    public init?(_ digits: String) {
        guard digits.utf8.count == 6, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        secret = Secret(digits)
    }
}

/// An account as Meta shows it.
public struct DiscoveredAccount: Sendable, Equatable {
    /// Its name.
    public var name: String?
    /// Its numbers: those that were wanted.
    public var numbers: [DiscoveredNumber]

    /// Creates an account.
    public init(name: String?, numbers: [DiscoveredNumber]) {
        self.name = name
        self.numbers = numbers
    }
}

/// A number as Meta shows it.
public struct DiscoveredNumber: Sendable, Equatable {
    /// Its Graph identifier.
    public var id: PhoneNumberID
    /// The number as people write it.
    public var display: String
    /// The name that customers see.
    public var verifiedName: String
    /// Meta's rating of its quality, in its own word.
    public var quality: String?
    /// Whether it is registered for the Cloud API.
    public var isRegistered: Bool

    /// Creates a number.
    public init(id: PhoneNumberID, display: String, verifiedName: String, quality: String?, isRegistered: Bool) {
        self.id = id
        self.display = display
        self.verifiedName = verifiedName
        self.quality = quality
        self.isRegistered = isRegistered
    }
}

/// Why an account cannot be used. Each carries a sentence for people.
public enum AccountSetupFailure: Error, Sendable, Equatable {
    /// The token is not valid, or not one for this.
    case token(String)
    /// The token lacks permissions; their names.
    case missingScope([String])
    /// There is no such account for this token.
    case account(String)
    /// There is something with a number.
    case number(PhoneNumberID, String)
    /// The PIN is not the number's.
    case invalidPIN(String)
    /// What Meta says, for people.
    case meta(String, retryable: Bool)
}

/// Makes an account ready: what adding it needs of Meta.
public protocol AccountSetup: Sendable {
    /// Checks the token and its permissions, lists the numbers, registers them with the PIN if one is given, and subscribes the webhook.
    func prepare(_ request: AccountRequest) async throws(AccountSetupFailure) -> DiscoveredAccount
}
