import Bridge
import Crypto

/// Takes over from the configuration file what is a seed: passwords, Graph secrets, accounts and numbers, each once.
///
/// Afterwards what is stored wins, and a number that was deleted stays deleted. A seed that was changed in the file is only reported.
struct InstanceSeeder: Sendable {
    let instance: InstanceAddress
    let key: SealingKey

    /// Changes the settings, and returns a line for every seed that differs from what was taken over before.
    /// - Parameter makeToken: makes a random token of 32 bytes in hexadecimal digits.
    func apply(
        _ configuration: InstanceConfiguration,
        to settings: inout StoredSettings,
        makeToken: () -> String
    ) throws -> [String] {
        var lines: [String] = []
        func note(_ what: String) {
            lines.append(
                "\(what) in the configuration file differs from what was taken over before; the stored value is kept. "
                    + "Use `instance apply` to take the file's."
            )
        }
        let secrets: [(StoredSettings.SecretName, Secret?)] = [
            (.password, configuration.password),
            (.appSecret, configuration.graph.appSecret),
            (.previousAppSecret, configuration.graph.previousAppSecret),
            (.verifyToken, configuration.graph.verifyToken),
        ]
        for (name, secret) in secrets {
            guard let secret else { continue }
            switch settings.judgeSeed(name.rawValue, fingerprint: fingerprint(secret.revealedBytes)) {
            case .new: settings.secrets[name] = try settings.secrets[name] ?? seal(secret, for: name)
            case .unchanged: break
            case .changed: note("\(name)")
            }
        }
        if settings.secrets[.verifyToken] == nil { settings.secrets[.verifyToken] = try seal(Secret(makeToken()), for: .verifyToken) }
        for account in configuration.accounts {
            try apply(account, to: &settings, note: note)
        }
        return lines
    }

    private func apply(_ account: AccountConfiguration, to settings: inout StoredSettings, note: (String) -> Void) throws {
        switch settings.judgeSeed("account/\(account.waba)/token", fingerprint: fingerprint(account.token.revealedBytes)) {
        case .new:
            if settings.accounts[account.waba]?.token == nil {
                let context = InstanceSecrets.tokenContext(account.waba, of: instance)
                settings.accounts[account.waba] = StoredSettings.Account(token: try Sealer(key: key).seal(account.token, for: context))
            }
        case .unchanged: break
        case .changed: note("The token of account \(account.waba)")
        }
        for number in account.numbers {
            switch settings.judgeSeed("number/\(number.id)", fingerprint: fingerprint(Array("\(number)".utf8))) {
            case .new where settings.numbers[number.id] == nil:
                settings.numbers[number.id] = StoredSettings.Number(
                    account: account.waba,
                    app: number.app ?? "connect",
                    zone: number.zone,
                    tags: number.tags,
                    isLicensed: number.licensed,
                    closedMessage: number.closedMessage,
                    readReceipts: number.readReceipts,
                    typing: number.typing,
                    edits: number.edits.rawValue
                )
            case .new, .unchanged: break
            case .changed: note("Number \(number.id)")
            }
        }
    }

    private func seal(_ secret: Secret, for name: StoredSettings.SecretName) throws -> SealedValue {
        try Sealer(key: key).seal(secret, for: SealingContext(instance: instance, field: name.rawValue))
    }

    /// A keyed digest: tells whether a value changed, and nothing about the value.
    private func fingerprint(_ bytes: [UInt8]) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("seed:".utf8) + bytes, using: key.key)
        return Array(code).prefix(16).map { byte in
            let digits = Array("0123456789abcdef")
            return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
        }.joined()
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
                    zone: number.zone,
                    tags: number.tags,
                    isLicensed: number.isLicensed,
                    closedMessage: number.closedMessage
                )
            }
        )
    }
}
