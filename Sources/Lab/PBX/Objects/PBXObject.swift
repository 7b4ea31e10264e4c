/// One object of the simulated PBX: an app, a config template, or whatever else has a name (AppWebsocket, PbxAdminApi).
public struct PBXObject: Sendable, Equatable {
    /// 32 hexadecimal characters.
    public let guid: String
    /// The password, which no answer carries.
    public var password: String
    /// The passwords of its modes, where they differ from its own.
    var modePasswords: [String: String] = [:]
    /// Everything else, by the names of PbxAdminApi: `cn`, `h323`, `apps`, `hide`, `pseudo` and so on.
    public internal(set) var properties: LabJSON

    init(guid: String, password: String = "", properties: LabJSON) {
        self.guid = guid
        self.password = password
        self.properties = properties
    }

    /// The long name.
    public var cn: String { properties["cn"]?.string ?? "" }

    /// The SIP name.
    public var name: String { properties["h323"]?.string ?? "" }

    /// The names of the app objects that it may use.
    public var apps: [String] {
        get { Self.names(properties["apps"]) }
        set { properties = properties.with("apps", .string(newValue.joined(separator: ","))) }
    }

    /// What is set of its kind: `app`, `config` and so on; nil for a user.
    public var type: String? { properties["pseudo"]?["type"]?.string }

    /// The config templates that it inherits from.
    public var parents: [String] { properties["config"]?.strings ?? [] }

    // MARK: Apps

    /// The settings of an app; nil for everything else.
    public var app: LabJSON? { type == "app" ? properties["pseudo"]?["app"] : nil }

    /// The URL of an app, without `.htm`.
    public var url: String? {
        app?["url"]?.string.map { $0.hasSuffix(".htm") ? String($0.dropLast(4)) : $0 }
    }

    /// The modes of an app, each of which is an app of its own under `<name>~<mode>` (Settings plugin, Keys of `pseudo.app`). How
    /// PbxAdminApi writes them is not published; the lab writes a list of names, separated by commas.
    public var modes: [String] {
        get { Self.names(app?["modes"]) }
        set { setApp("modes", .string(newValue.joined(separator: ","))) }
    }

    /// Assigned service licences of an app.
    public var licences: Int? { app?["lics"]?.integer.flatMap { Int(exactly: $0) } }

    func isTicked(_ flag: String) -> Bool { app?[flag]?.isTruthy ?? false }

    /// Sets one of the settings of an app.
    mutating func setApp(_ name: String, _ value: LabJSON?) {
        guard let pseudo = properties["pseudo"], let app = pseudo["app"] else { return }
        properties = properties.with("pseudo", pseudo.with("app", value.map { app.with(name, $0) } ?? app.without(name)))
    }

    static func names(_ list: LabJSON?) -> [String] {
        (list?.string ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }
}
