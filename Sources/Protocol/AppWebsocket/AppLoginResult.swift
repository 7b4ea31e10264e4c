/// The server's answer to ``AppLogin`` (AppWebsocket, Messages).
public struct AppLoginResult: AppWebsocketMessage {
    /// `AppLoginResult`.
    public static let mt = "AppLoginResult"

    /// Whether the login holds. Of a failed one `ok` is not sent.
    public var ok: Bool
    /// The app of the login, repeated.
    public var app: String?
    /// The instance's domain.
    public var domain: String?
    /// Why not, for people; only read.
    public var errorText: String?

    /// - Parameters:
    ///   - ok: whether the login holds
    ///   - app: of the login
    ///   - domain: of the instance
    public init(ok: Bool, app: String? = nil, domain: String? = nil) {
        self.ok = ok
        self.app = app
        self.domain = domain
    }

    /// Reads the message. An `error` of any type that JavaScript takes for true is a failure.
    public init(_ envelope: Envelope) {
        ok = envelope["ok"]?.isTruthy == true && envelope["error"]?.isTruthy != true
        app = envelope["app"]?.text
        domain = envelope["domain"]?.text
        errorText = envelope["errorText"]?.text
    }

    /// Writes the members.
    public func write(to writer: inout JSONObjectWriter) {
        writer.write("app", app)
        writer.write("ok", ok ? true : nil)
        writer.write("domain", domain)
        writer.write("errorText", errorText)
    }
}
