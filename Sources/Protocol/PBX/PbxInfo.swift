/// What the PBX says of itself after its App object has logged in; needs no answer (AppWebsocket, PbxInfo).
public struct PbxInfo: AppWebsocketMessage {
    /// `PbxInfo`.
    public static let mt = "PbxInfo"

    /// The System Name.
    public var domain: String
    /// The PBX's name, which differs between master, slaves and standby.
    public var pbx: String
    /// Its DNS name.
    public var pbxDns: String
    /// The APIs that are activated on the App object; use no other.
    public var apis: [PbxApiID]
    /// Its version, such as `16r1`; absent before 13r2.
    public var version: String?
    /// Its build number; absent before 13r2.
    public var build: String?

    /// - Parameters:
    ///   - domain: the System Name
    ///   - pbx: name of the PBX
    ///   - pbxDns: its DNS name
    ///   - apis: activated on the App object
    ///   - version: such as `16r1`
    ///   - build: number of the build
    public init(domain: String, pbx: String, pbxDns: String, apis: [PbxApiID], version: String? = nil, build: String? = nil) {
        self.domain = domain
        self.pbx = pbx
        self.pbxDns = pbxDns
        self.apis = apis
        self.version = version
        self.build = build
    }

    /// Reads the message; whatever in `apis` is no text is left out.
    public init(_ envelope: Envelope) {
        domain = envelope.text("domain")
        pbx = envelope.text("pbx")
        pbxDns = envelope.text("pbxDns")
        apis = (envelope["apis"]?.elements ?? []).compactMap { $0.text.map(PbxApiID.init(rawValue:)) }
        version = envelope["version"]?.text
        build = envelope["build"]?.text
    }

    /// Writes the members.
    public func write(to writer: inout JSONObjectWriter) {
        writer.write("domain", domain)
        writer.write("pbx", pbx)
        writer.write("pbxDns", pbxDns)
        writer.write("apis", .array(apis.map { .string($0.rawValue) }))
        writer.write("version", version)
        writer.write("build", build)
    }
}
