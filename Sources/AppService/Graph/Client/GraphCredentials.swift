import Crypto

/// What a call to the Graph API proves itself with.
public struct GraphCredentials: Sendable, Equatable {
    /// The access token of the account.
    public var accessToken: Secret
    /// The app secret, if calls shall prove that they come from its owner.
    public var appSecret: Secret?
    /// The proof itself, of somebody who keeps the app secret for themselves; it comes before ``appSecret``.
    public var appSecretProof: Secret?

    /// - Parameters:
    ///   - accessToken: the access token of the account
    ///   - appSecret: the app secret, if calls shall carry `appsecret_proof`
    ///   - appSecretProof: the proof itself, if the app secret is not known here
    public init(accessToken: Secret, appSecret: Secret? = nil, appSecretProof: Secret? = nil) {
        self.appSecretProof = appSecretProof
        self.accessToken = accessToken
        self.appSecret = appSecret
    }

    /// The value of `appsecret_proof`: an HMAC-SHA256 of the access token under the app secret, in lower-case hexadecimal.
    var proof: String? {
        if let appSecretProof, !appSecretProof.isEmpty { return appSecretProof.revealed }
        guard let appSecret, !appSecret.isEmpty else { return nil }
        let key = SymmetricKey(data: appSecret.revealedBytes)
        let code = HMAC<SHA256>.authenticationCode(for: accessToken.revealedBytes, using: key)
        let digits = Array("0123456789abcdef")
        return String(code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
