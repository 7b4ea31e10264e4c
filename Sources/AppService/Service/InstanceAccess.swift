public import Protocol

/// What a part of the service may do with an instance for somebody who has proved who it is. Whoever has this has the instance.
public struct InstanceAccess: Sendable {
    /// The instance.
    public let address: InstanceAddress
    let hasIssued: @Sendable (String) -> Bool
    let password: @Sendable () -> Secret?
    let setPassword: @Sendable (Secret) async throws -> Void

    /// Why there is no login.
    public enum LoginFailure: Error, Equatable {
        /// The instance did not issue the challenge in the last minute.
        case foreignChallenge
        /// The instance has no password yet.
        case noPassword
    }

    /// A manager's login, and the key of the session that comes of it.
    public struct ManagerLogin: Sendable {
        /// What to send to the instance.
        public var login: AppLogin
        /// The session's key.
        public var key: SessionKey
    }

    /// Makes a manager's login at the instance.
    ///
    /// - Parameters:
    ///   - challenge: that the instance issued in the last minute
    ///   - sip: who it is for; shown in logs
    ///   - guid: the same person's
    ///   - dn: the same person's
    public func managerLogin(challenge: String, sip: String, guid: String, dn: String) throws(LoginFailure) -> ManagerLogin {
        guard hasIssued(challenge) else { throw .foreignChallenge }
        guard let password = password() else { throw .noPassword }
        // A colon in a name could make the digest one of another login: colons are not escaped in it.
        func plain(_ text: String) -> String { String(text.prefix(200)).replacing(":", with: " ") }
        var login = AppLogin(app: "-", domain: address.domain, sip: plain(sip), guid: plain(guid), dn: plain(dn))
        login.digest = LoginDigest.digest(of: login, challenge: challenge, password: password.revealed)
        return ManagerLogin(login: login, key: SessionKey(challenge: challenge, password: password.revealed))
    }

    /// Sets the instance's password, as `instance password set` does: it is durable and in effect when the call returns, and sessions of
    /// another one are closed.
    ///
    /// - Throws: ``AdministrationFailure``, `StoreError`
    public func set(_ password: Secret) async throws { try await setPassword(password) }
}
