/// What the simulated PBX knows of the App Platform: the connector's instance and its Settings plugin (Settings plugin, Manager API).
struct PBXAppPlatform: Sendable {
    /// Which API of an administrator's connection leads here.
    static let api = "com.innovaphone.manager"
    /// SIP name of the PBX object of the type *AP*.
    static let name = "ap"
    static let title = "App Platform"

    /// The PBX's domain.
    let domain: String
    /// The instance's path: domain and name.
    let path: String
    /// The last segment of the plugin's path.
    let plugin = "innovaphone.whatsappmanager"
    /// The last segment of the app's URL, which is also the name of its icon.
    let app: String
    /// The instance's password.
    var password: String
    /// The base URL of the services; nil while there are none.
    var base: String?

    /// `ManagerControls`: the plugins that are offered.
    var controls: [(String, LabJSON?)] {
        let parts = (base ?? "").split(separator: "//", maxSplits: 1)
        let control: LabJSON = ["uri": "\(path)/\(plugin)", "png": "\(path)/\(app).png", "lang": "\(path)/\(plugin)texts"]
        return [
            ("protocol", .string(parts.first.map(String.init) ?? "")), ("ap", .string(Self.name)), ("apDn", .string(Self.title)),
            ("host", .string(parts.count > 1 ? String(parts[1]) : "")), ("controls", .array(base == nil ? [] : [control])),
        ]
    }

    /// `GetInstanceLogin`: what `AppLogin` at the instance needs; only whoever has its password can make that.
    ///
    /// - Throws: `LabError` for another path, or without a challenge.
    func login(_ message: LabJSON) throws(LabError) -> [(String, LabJSON?)] {
        try check(message)
        guard let challenge = message["challenge"].flatMap(PBXCore.text), !challenge.isEmpty else { throw LabError("challenge is missing.") }
        let fields = AppLoginDigest.Fields(
            app: message["app"]?.string ?? "", domain: domain, sip: "admin", guid: "0a1b2c3d4e5f60718293a4b5c6d7e8f9", dn: "Administrator")
        return [
            ("app", .string(fields.app)), ("sip", .string(fields.sip)), ("domain", .string(fields.domain)), ("guid", .string(fields.guid)),
            ("dn", .string(fields.dn)), ("digest", .string(AppLoginDigest.digest(fields, challenge: challenge, password: password))),
            ("key", .string(AppLoginDigest.sessionKey(challenge: challenge, password: password))),
        ]
    }

    /// The password that `SetInstancePassword` asks for.
    ///
    /// - Throws: `LabError` for another path, or without a password.
    func newPassword(_ message: LabJSON) throws(LabError) -> String {
        try check(message)
        guard let password = message["pwd"]?.string, !password.isEmpty else { throw LabError("pwd is missing.") }
        return password
    }

    private func check(_ message: LabJSON) throws(LabError) {
        guard let asked = message["path"]?.string, asked == path else { throw LabError("There is no instance at this path.") }
    }
}
