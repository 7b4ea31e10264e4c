/// An API of the PBX, by the value that its messages carry in `api` (AppWebsocket, PbxInfo).
public struct PbxApiID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// As on the wire.
    public let rawValue: String

    /// An API that may be unknown here.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// An API that may be unknown here.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// As on the wire.
    public var description: String { rawValue }

    /// Presence and other calls on behalf of users.
    public static let pbxApi = PbxApiID("PbxApi")
    /// Objects and configuration.
    public static let pbxAdminApi = PbxApiID("PbxAdminApi")
    /// Calls as an endpoint.
    public static let pbxSignal = PbxApiID("PbxSignal")
    /// Calls of other endpoints.
    public static let epSignal = PbxApiID("EpSignal")
    /// Replication of users.
    public static let pbxTableUsers = PbxApiID("PbxTableUsers")
    /// Messages of the PBX.
    public static let pbxMessages = PbxApiID("PbxMessages")
    /// Other services, and logins to them.
    public static let services = PbxApiID("Services")
    /// Remote control of phones.
    public static let rcc = PbxApiID("RCC")
    /// Acting for a user.
    public static let pbxImpersonation = PbxApiID("PbxImpersonation")
}
