public import Bridge

/// Prepares a WhatsApp Business Account for this instance at Meta: checks its token, reads its numbers, registers them, and has
/// its webhooks delivered to us.
///
/// Every step may be done again: for the same account it replaces what changed and adds what is missing.
public protocol AccountSetup: Sendable {
    /// Prepares an account.
    ///
    /// - Returns: The account and those of its numbers that were asked for, in Meta's order. A number that could not be registered is among
    ///   them, with its ``DiscoveredNumber/problem``.
    /// - Throws: An ``AccountSetupFailure`` with what to do; then nothing is to be stored.
    func prepare(_ request: AccountRequest) async throws(AccountSetupFailure) -> DiscoveredAccount
}

/// Which account to prepare, and what with.
public struct AccountRequest: Sendable {
    /// The WhatsApp Business Account ID, digits only.
    public var account: String
    /// The access token of a system user of the account's business.
    public var token: Secret
    /// The phone number IDs that are wanted; nil for all of the account.
    public var numbers: [PhoneNumberID]?
    /// The PIN to register numbers with. Without one, numbers that are not registered stay so.
    public var pin: PIN?
    /// The secret of the app that the token is of: the new one, or the one that is stored. With it calls prove that they come from
    /// the app's owner; an app may insist on that.
    public var appSecret: Secret?

    /// A request.
    public init(account: String, token: Secret, numbers: [PhoneNumberID]? = nil, pin: PIN? = nil, appSecret: Secret? = nil) {
        self.account = account
        self.token = token
        self.numbers = numbers
        self.pin = pin
        self.appSecret = appSecret
    }
}

/// The PIN of a number's two-step verification: six digits (WhatsApp, Steps after signup).
public struct PIN: Sendable, Equatable {
    /// The digits.
    public let secret: Secret

    /// Takes six ASCII digits, with or without spaces between and around them; nil for anything else.
    public init?(_ text: String) {
        let digits = text.filter { !$0.isWhitespace }
        guard digits.utf8.count == 6, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        secret = Secret(digits)
    }
}

/// An account as Meta describes it.
public struct DiscoveredAccount: Sendable, Equatable {
    /// The account's name, at most 200 characters; nil if Meta tells none.
    public var name: String?
    /// The numbers that were asked for, in Meta's order.
    public var numbers: [DiscoveredNumber]

    /// An account.
    public init(name: String?, numbers: [DiscoveredNumber]) {
        self.name = name
        self.numbers = numbers
    }
}

/// A number as Meta describes it.
public struct DiscoveredNumber: Sendable, Equatable {
    /// The phone number ID.
    public var id: PhoneNumberID
    /// The phone number as people write it, such as `+49 30 5550001`.
    public var display: String
    /// The name that customers see; empty if Meta tells none.
    public var verifiedName: String
    /// `GREEN`, `YELLOW`, `RED` or another word of Meta's; nil if it tells none.
    public var quality: String?
    /// Whether the number can send and receive over the Cloud API.
    public var isRegistered: Bool
    /// Why it could not be registered and what to do, as a sentence; nil if nothing failed.
    public var problem: String?

    /// A number.
    public init(
        id: PhoneNumberID, display: String, verifiedName: String, quality: String? = nil, isRegistered: Bool, problem: String? = nil
    ) {
        self.id = id
        self.display = display
        self.verifiedName = verifiedName
        self.quality = quality
        self.isRegistered = isRegistered
        self.problem = problem
    }
}
