public import Protocol

/// Who is at the other end of a session, as its login says.
public struct SessionLogin: Hashable, Sendable {
    /// What the session may do.
    public var role: SessionRole
    /// The app that was logged in to: the last segment of the URL, or `-`.
    public var app: String
    /// The PBX's domain.
    public var domain: String
    /// SIP name of whoever logged in.
    public var sip: String
    /// GUID of whoever logged in.
    public var guid: String
    /// Display name of whoever logged in.
    public var dn: String
    /// What the PBX says about the login.
    public var info: LoginInfo
    /// The secret that both ends share.
    public var key: SessionKey

    init(_ login: AppLogin, role: SessionRole, key: SessionKey) {
        self.role = role
        app = login.app
        domain = login.domain
        sip = login.sip
        guid = login.guid
        dn = login.dn
        info = LoginInfo(login.info)
        self.key = key
    }
}
