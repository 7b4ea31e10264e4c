import Testing

@testable import Lab

/// A simulated Connect on the bench: logins by digest, requests as texts, answers as texts.
struct ConnectBench {
    var core: ConnectCore
    var now: Int64 = 1_790_000_000_000

    init(_ options: ConnectOptions = ConnectOptions(), firstID: UInt64 = 4_294_967_301) {
        core = ConnectCore(
            domain: "example.com",
            appObjects: [
                ConnectAppObject(name: "connect", password: "connectPwd", isModerator: false),
                ConnectAppObject(name: "connect~moderator", password: "moderatorPwd", isModerator: true),
            ],
            users: [
                ConnectUser(sip: "anna", dn: "Anna Berg", groups: ["support"]), ConnectUser(sip: "ben", dn: "Ben Koch"),
                ConnectUser(sip: "carl", dn: "Carl Lang"),
            ],
            options: options, firstID: firstID)
    }

    /// Logs in to an app object, as the connector's own app object `whatsapp`, with zones from `info.apps`.
    mutating func logIn(_ session: Int, to object: String = "connect", password: String? = nil, zones: [String] = ["whatsapp"]) -> [String] {
        core.connected(session)
        let answer = core.received(#"{"mt":"AppChallenge"}"#, from: session, now: now)
        guard case .send(_, let message)? = answer.first, let challenge = ConnectBench.text(message["challenge"]) else { return [] }
        let fields = AppLoginDigest.Fields(
            app: "innovaphone-connect", domain: "example.com", sip: "whatsapp", guid: "00112233445566778899aabbccddeeff", dn: "WhatsApp",
            info: ["appobj": .string(object), "apps": .array(zones.map { ["name": .string($0), "dn": "Zone"] })])
        let known = object == "connect" ? "connectPwd" : "moderatorPwd"
        let digest = AppLoginDigest.digest(fields, challenge: challenge, password: password ?? known)
        let login = LabJSON.object(
            ("mt", "AppLogin"), ("app", .string(fields.app)), ("domain", .string(fields.domain)), ("sip", .string(fields.sip)),
            ("guid", .string(fields.guid)), ("dn", .string(fields.dn)), ("info", fields.info), ("digest", .string(digest)),
            ("pbxObj", .string(object)))
        return texts(core.received(login.text(), from: session, now: now), session)
    }

    /// Sends a request and returns what comes back on the same connection; `close` stands for its end.
    mutating func send(_ text: String, _ session: Int = 1) -> [String] { texts(core.received(text, from: session, now: now), session) }

    func texts(_ actions: [ConnectAction], _ session: Int) -> [String] {
        actions.compactMap { action in
            switch action {
            case .send(session, let message): message.text()
            case .close(session): "close"
            default: nil
            }
        }
    }

    /// The ids of the `Add`s among some texts.
    static func ids(_ texts: [String]) -> [UInt64] {
        texts.compactMap { try? LabJSON(parsing: $0) }.filter { $0["mt"]?.string == "Add" }.compactMap { $0["id"]?.identifier }
    }

    static func text(_ value: LabJSON?) -> String? {
        switch value {
        case .string(let text)?, .number(let text)?: text
        default: nil
        }
    }

    mutating func human(_ post: ConnectHumanPost) throws -> UInt64 { try core.post(post, now: now).id }
}
