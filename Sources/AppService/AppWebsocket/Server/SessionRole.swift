import Protocol

/// What a session may do, decided by its login alone; no path, header or address makes a role.
public enum SessionRole: String, Hashable, Sendable, CaseIterable {
    /// The PBX's own App object: the root of everything that the PBX gives.
    case pbx
    /// The PBX Manager plugin, or the fallback settings page: may administrate.
    case manager
    /// Anyone else who may use the app.
    case user

    /// The role that a login gets whose digest is right.
    ///
    /// - Parameters:
    ///   - login: with the instance's password
    ///   - domain: of the instance; nil if it has none of its own
    init(of login: AppLogin, domain: String?) {
        if let info = login.info {
            self = !login.sip.isEmpty && LoginInfo(info).appobj == login.sip ? .pbx : .user
        } else {
            self = login.app == "-" && login.domain.lowercased() == domain?.lowercased() ? .manager : .user
        }
    }
}
