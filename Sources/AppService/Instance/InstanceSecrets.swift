import Bridge
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
        /// What proves that calls come from an app's owner, by WhatsApp Business Account.
        var proofs: [String: Secret] = [:]
        /// The accounts whose app is a shared service's.
        var sharedAccounts: Set<String> = []
        /// What a shared service signs with.
        var relayKeys: [RelayKey] = []
        /// Where Meta delivers the notifications of single numbers.
        var directPaths: [DirectPath] = []

        /// All of them.
        var all: [Secret] {
            [password, verifyToken].compactMap(\.self) + appSecrets + tokens.values + proofs.values + relayKeys.map(\.secret)
                + directPaths.flatMap { [$0.path, $0.verifyToken] }
        }

        /// Whether there is anything that proves who sends a notification.
        func hasVerifiableSender(at now: Moment) -> Bool { !appSecrets.isEmpty || relayKeys.contains { $0.counts(at: now) } }

        /// What calls about an account prove themselves with; nil without a token. An app secret of ours is nothing for a token of a
        /// shared service's app.
        func credentials(for account: String) -> GraphCredentials? {
            tokens[account].map {
                GraphCredentials(
                    accessToken: $0, appSecret: sharedAccounts.contains(account) ? nil : appSecrets.first, appSecretProof: proofs[account])
            }
        }
    }

    private let contents: Mutex<Contents>
    private let passing = Mutex<(secrets: [Secret], paths: [DirectPath])>(([], []))

    init(_ contents: Contents) {
        self.contents = Mutex(contents)
    }

    /// The secrets as they are now.
    var current: Contents {
        get { contents.withLock { $0 } }
        set { contents.withLock { $0 = newValue } }
    }

    /// Secrets that are here for a while and are not stored, and paths that are being tried.
    var passingSecrets: [Secret] {
        get { passing.withLock { $0.secrets } }
        set { passing.withLock { $0.secrets = newValue } }
    }

    /// Paths of numbers that are being joined.
    var passingPaths: [DirectPath] {
        get { passing.withLock { $0.paths } }
        set { passing.withLock { $0.paths = newValue } }
    }

    /// All secrets that must stand in no log.
    var all: [Secret] { current.all + passingSecrets + passingPaths.flatMap { [$0.path, $0.verifyToken] } }

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
            contents.proofs[waba] = try account.proof.map { try sealer.open($0, for: proofContext(waba, of: instance)) }
        }
        contents.sharedAccounts = Set(settings.bindings.values.map(\.account))
        for (id, stored) in settings.relayKeys.sorted(by: { $0.key < $1.key }) {
            let secret = try sealer.open(stored.key, for: relayKeyContext(id, of: instance))
            let isInUse = settings.bindings[stored.binding]?.state == .active
            let until = isInUse ? stored.retiredAt.map { $0 + StoredSettings.RelayKey.overlap } : Moment(milliseconds: .min)
            contents.relayKeys.append(RelayKey(id: id, secret: secret, until: until))
        }
        for (number, stored) in settings.directPaths.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let account = settings.activeNumbers[number]?.account else { continue }
            contents.directPaths.append(
                DirectPath(
                    number: number, account: account, path: try sealer.open(stored.path, for: pathContext(number, of: instance)),
                    verifyToken: try sealer.open(stored.verifyToken, for: pathTokenContext(number, of: instance))))
        }
        return contents
    }

    /// Where an account's token is sealed for.
    static func tokenContext(_ waba: String, of instance: InstanceAddress) -> SealingContext {
        SealingContext(instance: instance, field: "account/\(waba)/token")
    }

    /// Where an account's proof is sealed for.
    static func proofContext(_ waba: String, of instance: InstanceAddress) -> SealingContext {
        SealingContext(instance: instance, field: "account/\(waba)/proof")
    }

    /// Where a key of a shared service is sealed for.
    static func relayKeyContext(_ id: String, of instance: InstanceAddress) -> SealingContext {
        SealingContext(instance: instance, field: "relay/\(id)")
    }

    /// Where a number's path is sealed for.
    static func pathContext(_ number: PhoneNumberID, of instance: InstanceAddress) -> SealingContext {
        SealingContext(instance: instance, field: "direct/\(number.rawValue)/path")
    }

    /// Where the token of a number's handshake is sealed for.
    static func pathTokenContext(_ number: PhoneNumberID, of instance: InstanceAddress) -> SealingContext {
        SealingContext(instance: instance, field: "direct/\(number.rawValue)/verifyToken")
    }
}
