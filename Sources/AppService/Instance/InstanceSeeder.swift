import Bridge
import Crypto

/// Takes over from the configuration file what is a seed: passwords, Graph secrets, accounts and numbers.
///
/// Each is taken over once; afterwards what is stored wins, and a number that was deleted stays deleted (design: File seeds, database
/// rules). `instance apply` lets the file win instead.
struct InstanceSeeder: Sendable {
    /// Whose value counts where the file has another one than was taken over from it before.
    enum Rule: Sendable {
        /// The stored one; that the file has another one is only reported.
        case storedWins
        /// The file's, whatever is stored; a number that was deleted comes back. What the file does not name stays as it is.
        case fileWins
    }

    /// What the seeds came to, each in words for people.
    struct Report: Equatable, Sendable {
        /// What was taken over and is now another value than before.
        var taken: [String] = []
        /// What differs in the file and was not taken over.
        var kept: [String] = []

        /// A line for everything that was not taken over.
        var notices: [String] {
            kept.map { name in
                "The configuration file has changed \(name), but the stored value is kept; use `instance apply` to take the file's."
            }
        }
    }

    let instance: InstanceAddress
    let key: SealingKey

    /// Changes the settings, and says what came of every seed.
    /// - Parameter makeToken: makes a random token of 32 bytes in hexadecimal digits.
    func apply(
        _ configuration: InstanceConfiguration,
        to settings: inout StoredSettings,
        rule: Rule = .storedWins,
        makeToken: () -> String
    ) throws -> Report {
        var work = Work(settings: settings, rule: rule)
        let graph = configuration.graph
        try take(configuration.password, as: .password, "the password", &work)
        try take(graph.appSecret, as: .appSecret, "the app secret", &work)
        try take(graph.previousAppSecret, as: .previousAppSecret, "the previous app secret", &work)
        try take(graph.verifyToken, as: .verifyToken, "the verify token", &work)
        if rule == .fileWins, graph.appSecret != nil, graph.previousAppSecret == nil { work.dropPreviousAppSecret() }
        if work.settings.secrets[.verifyToken] == nil {
            work.settings.secrets[.verifyToken] = try seal(Secret(makeToken()), for: .verifyToken)
        }
        for account in configuration.accounts {
            try take(account, &work)
            for number in account.numbers { take(number, of: account.waba, &work) }
        }
        settings = work.settings
        return work.report
    }

    // MARK: The kinds of seeds

    private func take(_ secret: Secret?, as name: StoredSettings.SecretName, _ words: String, _ work: inout Work) throws {
        guard let secret else { return }
        let stored = work.settings.secrets[name]
        guard work.isToBeTaken(name.rawValue, fingerprint([secret]), isStored: stored != nil, words) else { return }
        let context = SealingContext(instance: instance, field: name.rawValue)
        // A stored value that does not open any more is replaced.
        if let stored, let old = try? Sealer(key: key).open(stored, for: context), old == secret { return }
        work.settings.secrets[name] = try seal(secret, for: name)
        work.report.taken.append(words)
    }

    private func take(_ account: AccountConfiguration, _ work: inout Work) throws {
        let words = "the token of account \(account.waba)"
        let stored = work.settings.accounts[account.waba]?.token
        guard work.isToBeTaken("account/\(account.waba)/token", fingerprint([account.token]), isStored: stored != nil, words) else { return }
        let context = InstanceSecrets.tokenContext(account.waba, of: instance)
        if let stored, let old = try? Sealer(key: key).open(stored, for: context), old == account.token { return }
        let token = try Sealer(key: key).seal(account.token, for: context)
        work.settings.accounts[account.waba] = StoredSettings.Account(token: token, name: work.settings.accounts[account.waba]?.name)
        work.report.taken.append(words)
    }

    private func take(_ number: NumberConfiguration, of account: String, _ work: inout Work) {
        let words = "number \(number.id)"
        let stored = work.settings.numbers[number.id]
        guard work.isToBeTaken("number/\(number.id)", fingerprint(of: number, in: account), isStored: stored != nil, words) else { return }
        let new = StoredSettings.Number(
            account: account,
            // Nil in the file means that an administrator chooses.
            app: number.app ?? stored?.app ?? "connect",
            zone: number.zone ?? stored?.zone,
            tags: number.tags,
            isLicensed: number.licensed,
            closedMessage: number.closedMessage,
            readReceipts: number.readReceipts,
            typing: number.typing,
            edits: number.edits.rawValue,
            licensedAt: number.licensed ? stored?.licensedAt : nil,
            revision: stored?.revision ?? 0,
            profile: stored?.profile
        )
        if new == stored { return }
        work.settings.numbers[number.id] = new
        work.report.taken.append(words)
    }

    private func seal(_ secret: Secret, for name: StoredSettings.SecretName) throws -> SealedValue {
        try Sealer(key: key).seal(secret, for: SealingContext(instance: instance, field: name.rawValue))
    }

    // MARK: Fingerprints

    private func fingerprint(of number: NumberConfiguration, in account: String) -> String {
        // Only what is there, by its name: a setting that a later version adds does not make all numbers look changed.
        var parts = ["account", account]
        if let app = number.app { parts += ["app", app] }
        if let zone = number.zone { parts += ["zone", zone.rawValue] }
        for tag in number.tags { parts += ["tag", tag] }
        if !number.licensed { parts += ["licensed", "false"] }
        if !number.closedMessage.isEmpty { parts += ["closedMessage", number.closedMessage] }
        if number.readReceipts { parts += ["readReceipts", "true"] }
        if number.typing { parts += ["typing", "true"] }
        if number.edits != .nothing { parts += ["edits", number.edits.rawValue] }
        return fingerprint(parts.map(Secret.init))
    }

    /// A keyed digest: tells whether a value changed, and nothing about the value.
    private func fingerprint(_ parts: [Secret]) -> String {
        var code = HMAC<SHA256>(key: key.key)
        code.update(data: Array("seed:".utf8))
        for part in parts {
            // With their lengths, so that no two lists of parts look the same.
            code.update(data: Array("\(part.revealedBytes.count):".utf8))
            code.update(data: part.revealedBytes)
        }
        let digits = Array("0123456789abcdef")
        return Array(code.finalize()).prefix(16).map { String([digits[Int($0 >> 4)], digits[Int($0 & 15)]]) }.joined()
    }

    /// What the seeds are worked into.
    private struct Work {
        var settings: StoredSettings
        let rule: Rule
        var report = Report()

        /// Decides about one seed, and notes its fingerprint if it is new or taken.
        mutating func isToBeTaken(_ name: String, _ fingerprint: String, isStored: Bool, _ words: String) -> Bool {
            if rule == .fileWins {
                settings.seeds[name] = fingerprint
                return true
            }
            switch settings.judgeSeed(name, fingerprint: fingerprint) {
            case .new: return !isStored
            case .unchanged: return false
            case .changed:
                report.kept.append(words)
                return false
            }
        }

        /// A file that names the app secret alone says that the one before is over.
        mutating func dropPreviousAppSecret() {
            settings.seeds[StoredSettings.SecretName.previousAppSecret.rawValue] = nil
            guard settings.secrets.removeValue(forKey: .previousAppSecret) != nil else { return }
            report.taken.append("the previous app secret (removed)")
        }
    }
}

extension BridgeSettings {
    /// The rules' view of what is stored and configured.
    init(_ settings: StoredSettings, language: Language) {
        self.init(
            language: language,
            numbers: settings.activeNumbers.map { id, number in
                NumberSettings(
                    id: id,
                    account: number.account,
                    // Without an app there is nowhere to post.
                    zone: number.isJoined ? number.zone.map { ConnectPlace(app: number.app, topic: $0.rawValue).zone } : nil,
                    tags: number.tags,
                    isLicensed: number.isLicensed,
                    closedMessage: number.closedMessage,
                    readReceipts: number.readReceipts,
                    typing: number.typing,
                    sendsCorrections: number.edits == EditPolicy.correction.rawValue
                )
            }
        )
    }
}
