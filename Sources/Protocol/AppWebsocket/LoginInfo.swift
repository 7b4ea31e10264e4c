/// What the PBX says about a login in its `info` (AppWebsocket, Who sends what in AppLogin).
public struct LoginInfo: Hashable, Sendable {
    /// An App that an App object may use.
    public struct App: Hashable, Sendable {
        /// The App object's name.
        public var name: String
        /// Its display name.
        public var dn: String
    }

    /// Name of the App object that grants access.
    public var appobj: String?
    /// Its display name.
    public var appdn: String?
    /// Its URL.
    public var appurl: String?
    /// Name of the PBX.
    public var pbx: String?
    /// Long name of whoever logs in.
    public var cn: String?
    /// The PBX found no licence for the app; free apps always have it.
    public var unlicensed: Bool
    /// Number of service licences; absent is 0.
    public var lics: Int64
    /// Licences are in test mode.
    public var testmode: Bool
    /// The Apps tab of the App object.
    public var apps: [App]

    /// Reads what can be read; anything else, and an `info` that is no object, counts as absent.
    public init(_ info: RawJSON?) {
        let object = try? info.map { raw throws(JSONError) in try RawJSONObject(raw) }
        appobj = object?["appobj"]?.text
        appdn = object?["appdn"]?.text
        appurl = object?["appurl"]?.text
        pbx = object?["pbx"]?.text
        cn = object?["cn"]?.text
        unlicensed = object?["unlicensed"]?.isTruthy == true
        lics = object?["lics"]?.int64 ?? 0
        testmode = object?["testmode"]?.isTruthy == true
        apps = (object?["apps"]?.elements ?? []).compactMap { app in
            app["name"]?.text.map { App(name: $0, dn: app["dn"]?.text ?? $0) }
        }
    }
}
