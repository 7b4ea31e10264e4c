/// What the PBX and the Settings app say to an App Platform (Settings plugin, Manager API).
public enum Manager {
    /// The client API that an App Platform offers by its hidden app.
    public static let api = "com.innovaphone.manager"
    /// What `AppLogin` calls the hidden app, and what its page is called.
    public static let app = "manager-domain-api"
    /// The password of connections that may do nothing but register a domain; everybody knows it.
    public static let dummyPassword = "-"

    /// What a client asks.
    public enum Request: Hashable, Sendable {
        /// Which plugins there are.
        case controls
        /// A login at an instance for whoever administrates it.
        case login(path: String, app: String, challenge: String)
        /// Another password for an instance.
        case setPassword(path: String, password: String)
        /// Something that an installer of apps would do.
        case installer

        /// Reads a request; nil if it is none.
        public init?(_ envelope: Envelope) {
            switch envelope.mt {
            case "ManagerControls": self = .controls
            case "GetInstanceLogin":
                self = .login(path: envelope.text("path"), app: envelope.text("app"), challenge: envelope.text("challenge"))
            case "SetInstancePassword": self = .setPassword(path: envelope.text("path"), password: envelope.text("pwd"))
            case "GetManagerInfo", "CheckUserAgreement", "AcceptUserAgreement", "RequestAppStore", "InstallService", "UpdateService",
                "RemoveService", "InstanceDomain":
                self = .installer
            default: return nil
            }
        }
    }

    /// A plugin of the Settings app; all paths are relative to the App Platform.
    public struct Control: Hashable, Sendable {
        /// The script's, without `.js`.
        public var uri: String
        /// The icon's.
        public var png: String
        /// That of the script with texts, without `.js`.
        public var lang: String

        /// Creates it.
        public init(uri: String, png: String, lang: String) {
            self.uri = uri
            self.png = png
            self.lang = lang
        }
    }

    /// The answer to `ManagerControls`.
    ///
    /// - Parameters:
    ///   - scheme: `http` or `https`
    ///   - ap: name of the PBX's object for the App Platform
    ///   - apDn: its display name
    ///   - host: host and port
    public static func controls(
        _ controls: [Control], scheme: String, ap: String, apDn: String, host: String, answering request: Envelope
    ) -> [UInt8] {
        answer(request) { writer in
            writer.write("protocol", "\(scheme):")
            writer.write("ap", ap)
            writer.write("apDn", apDn)
            writer.write("host", host)
            writer.write(
                "controls",
                JSON.array(
                    controls.map {
                        .object([
                            JSONMember("uri", .string($0.uri)), JSONMember("png", .string($0.png)), JSONMember("lang", .string($0.lang)),
                        ])
                    }))
        }
    }

    /// The answer to `GetInstanceLogin`: the members of an ``AppLogin``, and the key of the session that comes of it.
    public static func login(_ login: AppLogin, key: SessionKey, answering request: Envelope) -> [UInt8] {
        answer(request) { writer in
            writer.write("app", login.app)
            writer.write("sip", login.sip)
            writer.write("domain", login.domain)
            writer.write("guid", login.guid)
            writer.write("dn", login.dn)
            writer.write("digest", login.digest)
            writer.write("key", key.revealed())
        }
    }

    /// The answer that something was done, or why it was not.
    public static func done(error: String? = nil, answering request: Envelope) -> [UInt8] {
        answer(request) { $0.write("error", error) }
    }

    private static func answer(_ request: Envelope, _ write: (inout JSONObjectWriter) -> Void) -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.write("api", request.api)
        writer.write("mt", "\(request.mt)Result")
        writer.write("src", request.src?.raw)
        write(&writer)
        return writer.finish()
    }
}

/// The Settings dialog that adds an App Platform gives the PBX's domain a password there (Settings plugin, Manager API).
public struct RegisterDomain: AppWebsocketMessage {
    /// `RegisterDomain`.
    public static let mt = "RegisterDomain"

    /// The password that the PBX's object will log in with.
    public var password: String
    /// The App Platform's own password, which allows it.
    public var managerPassword: String

    /// Reads the message.
    public init(_ envelope: Envelope) {
        password = envelope.text("pwd")
        managerPassword = envelope.text("managerPwd")
    }

    /// Writes the members.
    public func write(to writer: inout JSONObjectWriter) {
        writer.write("pwd", password)
        writer.write("managerPwd", managerPassword)
    }
}

extension RegisterDomain: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says only what it is.
    public var description: String { "(domain registration)" }
    /// Says only what it is.
    public var debugDescription: String { description }
    /// Shows no member.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
