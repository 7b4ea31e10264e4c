public import Bridge

/// Everything that is configured in the database of an instance: what onboarding and the plugin stored, and what the configuration file
/// gave once (design: File seeds, database rules). A value; ``SettingsStore`` reads and writes it as a whole.
public struct StoredSettings: Equatable, Sendable {
    /// The WhatsApp Business Accounts by their ID.
    public var accounts: [String: Account]
    /// The numbers by their ID, those that were deleted included.
    public var numbers: [PhoneNumberID: Number]
    /// Sealed secrets by what they are.
    public var secrets: [SecretName: SealedValue]
    /// What the configuration file gave: a keyed digest for each seeded value, by the value's name.
    public var seeds: [String: String]
    /// What an administrator set for the whole instance.
    public var options: StoredOptions
    /// What is agreed with a shared service, by the binding's ID.
    public var bindings: [String: Binding] = [:]
    /// The keys that a shared service signs with, by their IDs.
    public var relayKeys: [String: RelayKey] = [:]
    /// Where Meta delivers the notifications of single numbers.
    public var directPaths: [PhoneNumberID: DirectPath] = [:]

    /// Creates settings.
    public init(
        accounts: [String: Account] = [:],
        numbers: [PhoneNumberID: Number] = [:],
        secrets: [SecretName: SealedValue] = [:],
        seeds: [String: String] = [:],
        options: StoredOptions = StoredOptions()
    ) {
        self.accounts = accounts
        self.numbers = numbers
        self.secrets = secrets
        self.seeds = seeds
        self.options = options
    }

    /// A WhatsApp Business Account.
    public struct Account: Equatable, Sendable {
        /// The account's access token; nil until one is known.
        public var token: SealedValue?
        /// When the token was stored; nil if it came with the configuration file.
        public var tokenStoredAt: Moment?
        /// The account's name at Meta, as far as it is known.
        public var name: String?
        /// Proves that calls with the token come from the owner of an app whose secret is not known here; nil if nobody gave one.
        public var proof: SealedValue?

        /// Creates an account.
        public init(token: SealedValue?, tokenStoredAt: Moment? = nil, name: String? = nil, proof: SealedValue? = nil) {
            self.token = token
            self.proof = proof
            self.tokenStoredAt = tokenStoredAt
            self.name = name
        }
    }

    /// A business number and how it is joined to Connect.
    public struct Number: Equatable, Sendable {
        /// The account it belongs to.
        public var account: String
        /// The app that its discussions appear in, e.g. `connect`.
        public var app: String
        /// The zone that its discussions are opened in.
        public var zone: Zone?
        /// Tags of its discussions, without `#`.
        public var tags: [String]
        /// Whether a licence may be used for it.
        public var isLicensed: Bool
        /// Posted into a discussion when its window closes; empty for none.
        public var closedMessage: String
        /// Whether the customer is shown that a message was read.
        public var readReceipts: Bool
        /// Whether the customer is shown that somebody is writing.
        public var typing: Bool
        /// What happens when a post that was sent is edited, as the configuration file calls it.
        public var edits: String
        /// When it was deleted; the row stays, so that the configuration file does not bring it back.
        public var deletedAt: Moment?
        /// When an administrator licensed it; nil if it is not licensed, or if the configuration file licensed it, which counts as earlier
        /// than any administrator.
        public var licensedAt: Moment?
        /// How often its row has been changed; tells an administrator that somebody else was faster.
        public var revision: Int64
        /// What Meta says about it; nil until somebody asked.
        public var profile: Profile?

        /// Creates a number.
        public init(
            account: String,
            app: String = "connect",
            zone: Zone? = nil,
            tags: [String] = [],
            isLicensed: Bool = true,
            closedMessage: String = "",
            readReceipts: Bool = false,
            typing: Bool = false,
            edits: String = "nothing",
            deletedAt: Moment? = nil,
            licensedAt: Moment? = nil,
            revision: Int64 = 0,
            profile: Profile? = nil
        ) {
            self.account = account
            self.app = app
            self.zone = zone
            self.tags = tags
            self.isLicensed = isLicensed
            self.closedMessage = closedMessage
            self.readReceipts = readReceipts
            self.typing = typing
            self.edits = edits
            self.deletedAt = deletedAt
            self.licensedAt = licensedAt
            self.revision = revision
            self.profile = profile
        }

        /// What Meta says about a number.
        public struct Profile: Equatable, Sendable {
            /// The number as people write it.
            public var display: String
            /// The name that customers see.
            public var verifiedName: String
            /// Meta's rating of the number's quality, in its own word.
            public var quality: String?
            /// Whether it is registered for the Cloud API.
            public var isRegistered: Bool

            /// Creates a profile.
            public init(display: String, verifiedName: String, quality: String? = nil, isRegistered: Bool) {
                self.display = display
                self.verifiedName = verifiedName
                self.quality = quality
                self.isRegistered = isRegistered
            }
        }
    }

    /// What a sealed secret is: an open set of names, the same that the sealing context uses.
    public struct SecretName: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The name, as stored.
        public var rawValue: String
        /// Wraps a name.
        public init(rawValue: String) { self.rawValue = rawValue }
        /// The name.
        public var description: String { rawValue }

        /// The instance password.
        public static let password = SecretName(rawValue: "password")
        /// The app secret that signs webhooks.
        public static let appSecret = SecretName(rawValue: "graph/appSecret")
        /// The app secret before the newest one, still accepted.
        public static let previousAppSecret = SecretName(rawValue: "graph/previousAppSecret")
        /// The token that Meta shows when it verifies the webhook.
        public static let verifyToken = SecretName(rawValue: "graph/verifyToken")
    }

    /// The numbers that were not deleted.
    public var activeNumbers: [PhoneNumberID: Number] {
        numbers.filter { $0.value.deletedAt == nil }
    }

    /// The ids of all keys that something is sealed under.
    public var sealingKeys: Set<String> {
        let sealed =
            Array(secrets.values) + accounts.values.flatMap { [$0.token, $0.proof].compactMap(\.self) } + relayKeys.values.map(\.key)
            + directPaths.values.flatMap { [$0.path, $0.verifyToken] }
        return Set(sealed.map(\.keyID))
    }

    /// What a value of the configuration file is, compared with what was taken over from it before.
    public enum SeedVerdict: Equatable, Sendable {
        /// Never seen: to be taken over.
        case new
        /// The same as when it was taken over.
        case unchanged
        /// Another one than was taken over: the stored value is kept, and one line says so.
        case changed
    }

    /// Judges a value of the configuration file by its fingerprint, and notes the fingerprint if it is new.
    public mutating func judgeSeed(_ name: String, fingerprint: String) -> SeedVerdict {
        switch seeds[name] {
        case nil:
            seeds[name] = fingerprint
            return .new
        case fingerprint: return .unchanged
        default: return .changed
        }
    }
}
