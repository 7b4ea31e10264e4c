import Synchronization

/// The opened secrets of one instance, in memory only.
final class InstanceSecrets: Sendable {
    /// What is known at one time.
    struct Contents: Equatable, Sendable {
        /// The instance password; nil if there is none yet.
        var password: Secret?
        /// The secrets that sign webhooks, the current one first.
        var appSecrets: [Secret] = []
        /// What Meta's handshake has to show.
        var verifyToken: Secret?
        /// Access tokens by WhatsApp Business Account.
        var tokens: [String: Secret] = [:]

        /// All of them.
        var all: [Secret] { [password, verifyToken].compactMap(\.self) + appSecrets + tokens.values }
    }

    private let contents: Mutex<Contents>

    init(_ contents: Contents) {
        self.contents = Mutex(contents)
    }

    /// The secrets as they are now.
    var current: Contents {
        get { contents.withLock { $0 } }
        set { contents.withLock { $0 = newValue } }
    }

    /// Opens what is stored.
    /// - Throws: `SealingError` if something was not sealed for this place or under this key.
    static func open(_ settings: StoredSettings, of instance: InstanceAddress, with sealer: Sealer) throws -> Contents {
        func secret(_ name: StoredSettings.SecretName) throws -> Secret? {
            try settings.secrets[name].map { try sealer.open($0, for: SealingContext(instance: instance, field: name.rawValue)) }
        }
        var contents = Contents()
        contents.password = try secret(.password)
        contents.appSecrets = try [secret(.appSecret), secret(.previousAppSecret)].compactMap(\.self)
        contents.verifyToken = try secret(.verifyToken)
        for (waba, account) in settings.accounts {
            contents.tokens[waba] = try account.token.map { try sealer.open($0, for: tokenContext(waba, of: instance)) }
        }
        return contents
    }

    /// Where an account's token is sealed for.
    static func tokenContext(_ waba: String, of instance: InstanceAddress) -> SealingContext {
        SealingContext(instance: instance, field: "account/\(waba)/token")
    }
}
