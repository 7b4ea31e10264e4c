/// The PBX Manager plugin asks whether the password that an App object has stored fits (AppWebsocket, AppCheckLogin).
public struct AppCheckLogin: AppWebsocketMessage {
    /// `AppCheckLogin`.
    public static let mt = "AppCheckLogin"

    /// The login in question. As a rule it has only `app`, `domain` and `digest`.
    public var login: AppLogin
    /// What the digest is over; the plugin always takes the same.
    public var challenge: String

    /// - Parameters:
    ///   - login: the login in question
    ///   - challenge: what its digest is over
    public init(login: AppLogin, challenge: String) {
        self.login = login
        self.challenge = challenge
    }

    /// Reads the message; absent texts are empty.
    public init(_ envelope: Envelope) {
        login = AppLogin(envelope)
        challenge = envelope.text("challenge")
    }

    /// Writes the members that the plugin sends.
    public func write(to writer: inout JSONObjectWriter) {
        writer.write("app", login.app)
        writer.write("domain", login.domain)
        writer.write("challenge", challenge)
        writer.write("digest", login.digest)
    }

    /// Whether the digest fits a password: over app and domain alone, or over all members that came.
    public func fits(_ password: String) -> Bool {
        let plain = AppLogin(app: login.app, domain: login.domain, digest: login.digest)
        return LoginDigest.isValid(plain, challenge: challenge, password: password)
            || LoginDigest.isValid(login, challenge: challenge, password: password)
    }
}

/// The answer to ``AppCheckLogin``.
public struct AppCheckLoginResult: AppWebsocketMessage {
    /// `AppCheckLoginResult`.
    public static let mt = "AppCheckLoginResult"
    /// Whether the password fits. If not, `ok` is not sent.
    public var ok: Bool

    /// - Parameter ok: whether the password fits
    public init(ok: Bool) { self.ok = ok }

    /// Reads the message.
    public init(_ envelope: Envelope) { ok = envelope["ok"]?.isTruthy == true }

    /// Writes `ok`, or nothing.
    public func write(to writer: inout JSONObjectWriter) { writer.write("ok", ok ? true : nil) }
}
