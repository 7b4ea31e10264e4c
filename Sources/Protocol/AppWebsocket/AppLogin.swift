/// The client logs in (AppWebsocket, Messages; Who sends what in AppLogin).
public struct AppLogin: AppWebsocketMessage {
    /// `AppLogin`.
    public static let mt = "AppLogin"

    /// The last segment of the app's URL; of a PBX Manager plugin `-`.
    public var app: String
    /// The PBX's domain.
    public var domain: String
    /// SIP name of whoever logs in.
    public var sip: String
    /// Its GUID, as text.
    public var guid: String
    /// Its display name.
    public var dn: String
    /// What the PBX says about the login, as received; absent also when it was `null`. Covered by the digest.
    public var info: RawJSON?
    /// Lower-case hexadecimal SHA-256, see ``LoginDigest``.
    public var digest: String
    /// Name of the App object through which the login came; not covered by the digest.
    public var pbxObj: String?

    /// - Parameters:
    ///   - app: last segment of the app's URL
    ///   - domain: the PBX's domain
    ///   - sip: SIP name of whoever logs in
    ///   - guid: its GUID
    ///   - dn: its display name
    ///   - info: what the PBX says about the login
    ///   - digest: see ``LoginDigest``
    ///   - pbxObj: App object through which the login came
    public init(
        app: String, domain: String = "", sip: String = "", guid: String = "", dn: String = "", info: RawJSON? = nil, digest: String = "",
        pbxObj: String? = nil
    ) {
        self.app = app
        self.domain = domain
        self.sip = sip
        self.guid = guid
        self.dn = dn
        self.info = info
        self.digest = digest
        self.pbxObj = pbxObj
    }

    /// Reads the message; an absent text is empty, as in the digest.
    public init(_ envelope: Envelope) {
        app = envelope.text("app")
        domain = envelope.text("domain")
        sip = envelope.text("sip")
        guid = envelope.text("guid")
        dn = envelope.text("dn")
        info = envelope.message.raw("info")
        digest = envelope.text("digest")
        pbxObj = envelope["pbxObj"]?.text
    }

    /// Writes the members in the order in which users' apps send them; `info` byte for byte.
    public func write(to writer: inout JSONObjectWriter) {
        writer.write("app", app)
        writer.write("domain", domain)
        writer.write("sip", sip)
        writer.write("guid", guid)
        writer.write("dn", dn)
        writer.write("info", info)
        writer.write("digest", digest)
        writer.write("pbxObj", pbxObj)
    }
}
