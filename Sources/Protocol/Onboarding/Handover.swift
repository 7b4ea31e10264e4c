/// What an instance gets from a shared service in the end. It holds secrets: it is never written anywhere but sealed.
public struct Handover: Codable, Equatable, Sendable {
    /// How what the service forwards is signed.
    public struct Relay: Codable, Equatable, Sendable {
        /// Names the key in ``RelaySignature``.
        public var keyID: String
        /// The key, 32 bytes as base64url.
        public var key: String

        /// Creates it.
        public init(keyID: String, key: String) {
            self.keyID = keyID
            self.key = key
        }
    }

    /// Names what is agreed between the service and the instance, until one of them ends it.
    public var binding: String
    /// How notifications come.
    public var mode: Pairing.Mode
    /// The WhatsApp Business Account ID.
    public var account: String
    /// The business portfolio's ID, if Meta told it.
    public var business: String?
    /// The phone number IDs that the administrator chose; empty for all of the account.
    public var numbers: [String]
    /// Whether the number stays in use in the WhatsApp Business app too. Such a number is never registered.
    public var isCoexistence: Bool
    /// The account's access token.
    public var accessToken: String
    /// Proves that a call with this token comes from the app's owner: HMAC-SHA256 of the token under the app secret, in lower-case hex.
    public var appSecretProof: String?
    /// The service's Meta app.
    public var appID: String
    /// The version of the Graph API that the service uses, such as `v25.0`.
    public var graphVersion: String
    /// When the token ends, in seconds since 1970; nil if it does not.
    public var expiresAt: Int64?
    /// When its access to data ends, in seconds since 1970; nil if it does not.
    public var dataAccessExpiresAt: Int64?
    /// How the service signs what it forwards.
    public var relay: Relay

    /// Creates it.
    public init(
        binding: String, mode: Pairing.Mode, account: String, business: String? = nil, numbers: [String], isCoexistence: Bool = false,
        accessToken: String, appSecretProof: String? = nil, appID: String, graphVersion: String, expiresAt: Int64? = nil,
        dataAccessExpiresAt: Int64? = nil, relay: Relay
    ) {
        self.binding = binding
        self.mode = mode
        self.account = account
        self.business = business
        self.numbers = numbers
        self.isCoexistence = isCoexistence
        self.accessToken = accessToken
        self.appSecretProof = appSecretProof
        self.appID = appID
        self.graphVersion = graphVersion
        self.expiresAt = expiresAt
        self.dataAccessExpiresAt = dataAccessExpiresAt
        self.relay = relay
    }
}

extension Handover: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The account only: the rest must not be seen.
    public var description: String { "(handover of account \(account))" }
    /// The same.
    public var debugDescription: String { description }
    /// Shows no parts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
