/// The app object that stands for the service under test.
public struct PBXAppObject: Sendable, Equatable {
    /// The SIP name, which is also the name of its zone.
    public var name: String
    /// The display name.
    public var dn: String
    /// 32 hexadecimal characters.
    public var guid: String
    /// The password of the service's instance.
    public var password: String
    /// The URL of the app without `.htm`: `http://host/<domain>/<instance>/<app>`.
    public var url: String
    /// The APIs that are ticked, as `PbxInfo` names them.
    public var apis: [String]
    /// The names of the app objects that are ticked in its Apps tab: what it may log in to.
    public var apps: [String]
    /// Assigned service licences; nil and 0 leave `lics` out.
    public var licences: Int?
    /// Whether the PBX is in licence test mode.
    public var isInTestMode: Bool

    /// An app object with the APIs that a connector needs.
    public init(
        name: String, dn: String, guid: String = "00112233445566778899aabbccddeeff", password: String, url: String,
        apis: [String] = ["PbxApi", "PbxTableUsers", "PbxAdminApi", "Services"], apps: [String] = ["connect", "connect~moderator"],
        licences: Int? = nil, isInTestMode: Bool = false
    ) {
        self.name = name
        self.dn = dn
        self.guid = guid
        self.password = password
        self.url = url
        self.apis = apis
        self.apps = apps
        self.licences = licences
        self.isInTestMode = isInTestMode
    }
}

/// Another app object of the simulated PBX, whose service the one under test may find and log in to.
public struct PBXTarget: Sendable, Equatable {
    /// One line of an Apps tab.
    public struct App: Sendable, Equatable {
        /// SIP name of the app object.
        public var name: String
        /// Display name.
        public var dn: String

        /// A line of an Apps tab.
        public init(name: String, dn: String) {
            self.name = name
            self.dn = dn
        }
    }

    /// The SIP name, with its mode, for example `connect~moderator`.
    public var name: String
    /// The title.
    public var title: String
    /// The URL as `ServicesInfo` gives it.
    public var url: String
    /// The password that logins to it are digested with.
    public var password: String
    /// Its Apps tab, which the PBX puts into the `info` of logins.
    public var apps: [App]
    /// What the service said in `AppInfoResult.serviceInfo`; nil while it is not connected to the PBX.
    public var info: LabJSON?

    /// A service.
    public init(name: String, title: String, url: String, password: String, apps: [App], info: LabJSON?) {
        self.name = name
        self.title = title
        self.url = url
        self.password = password
        self.apps = apps
        self.info = info
    }

    /// The last segment of the URL: what logins call `app`.
    var app: String { url.split(separator: "/").last.map(String.init) ?? "" }
}

/// Something that a service must never do towards the PBX, and did.
public struct PBXViolation: Sendable, Equatable {
    /// The rule that was broken.
    public enum Rule: String, Sendable, CaseIterable {
        /// No JSON object with `mt`.
        case malformedMessage
        /// A message of more than 65,535 bytes.
        case oversizedMessage
        /// A request to an API that is not ticked.
        case foreignAPI
        /// A request of a PBX API before the login.
        case beforeLogin
        /// A login asked for a service that is not ticked.
        case foreignService
        /// A login asked for without the target's challenge.
        case missingChallenge
    }

    /// The rule.
    public var rule: Rule
    /// What was wrong, without the message itself.
    public var detail: String
    /// Milliseconds since 1970 UTC.
    public var at: Int64
}
