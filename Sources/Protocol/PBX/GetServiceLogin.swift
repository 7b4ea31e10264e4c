/// Asks the PBX for a login to another service (AppWebsocket, Services).
public struct GetServiceLogin: AppWebsocketMessage {
    /// `GetServiceLogin`.
    public static let mt = "GetServiceLogin"
    /// `Services`.
    public static let api: String? = PbxApiID.services.rawValue

    /// Name of the target's App object, as in ``ServicesInfo``.
    public var app: String
    /// The target's challenge.
    public var challenge: String

    /// - Parameters:
    ///   - app: name of the target's App object
    ///   - challenge: of the target
    public init(app: String, challenge: String) {
        self.app = app
        self.challenge = challenge
    }

    /// Reads the message.
    ///
    /// - Throws: ``MissingMember`` without app or challenge
    public init(_ envelope: Envelope) throws(MissingMember) {
        app = try envelope.required("app")
        challenge = try envelope.required("challenge")
    }

    /// Writes the members.
    public func write(to writer: inout JSONObjectWriter) {
        writer.write("app", app)
        writer.write("challenge", challenge)
    }
}

/// The answer to ``GetServiceLogin``.
public enum GetServiceLoginResult: AppWebsocketMessage {
    /// `GetServiceLoginResult`.
    public static let mt = "GetServiceLoginResult"
    /// `Services`.
    public static let api: String? = PbxApiID.services.rawValue

    /// A login, to be sent to the target.
    case login(ServiceLogin)
    /// A refusal: an error of any type, and a text for people.
    case refused(error: JSON, errorText: String?)

    /// Reads the message; an `error` that JavaScript takes for true is a refusal, whatever else there is.
    ///
    /// - Throws: ``MissingMember`` if it is neither a refusal nor has a digest
    public init(_ envelope: Envelope) throws(MissingMember) {
        if let error = envelope["error"], error.isTruthy {
            self = .refused(error: error, errorText: envelope["errorText"]?.text)
            return
        }
        _ = try envelope.required("digest")
        self = .login(ServiceLogin(login: AppLogin(envelope), salt: envelope.text("salt"), key: envelope.text("key")))
    }

    /// Writes the members in the documented order.
    public func write(to writer: inout JSONObjectWriter) {
        switch self {
        case .login(let login):
            writer.write("domain", login.login.domain)
            writer.write("sip", login.login.sip)
            writer.write("guid", login.login.guid)
            writer.write("dn", login.login.dn)
            writer.write("pbxObj", login.login.pbxObj)
            writer.write("app", login.login.app)
            writer.write("info", login.login.info)
            writer.write("digest", login.login.digest)
            writer.write("salt", login.salt)
            writer.write("key", login.key)
        case .refused(let error, let errorText):
            writer.write("error", error)
            writer.write("errorText", errorText)
        }
    }
}

/// A login to another service, made by the PBX.
public struct ServiceLogin: Hashable, Sendable {
    /// What is sent to the service, unaltered.
    public var login: AppLogin
    /// The seed beside the key.
    public var salt: String
    /// The session key of the new connection, encrypted under that of the PBX connection on which it was asked for.
    public var key: String

    /// - Parameters:
    ///   - login: what is sent to the service
    ///   - salt: the seed beside the key
    ///   - key: the encrypted session key
    public init(login: AppLogin, salt: String, key: String) {
        self.login = login
        self.salt = salt
        self.key = key
    }

    /// The session key of the new connection; `nil` if none comes out.
    ///
    /// - Parameter pbxKey: session key of the PBX connection
    public func sessionKey(under pbxKey: SessionKey) -> SessionKey? { pbxKey.unwrap(key, salt: salt) }
}
