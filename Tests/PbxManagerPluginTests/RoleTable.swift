import AppService
import Protocol
import Testing

/// What a session gets for a message.
enum Outcome: Hashable {
    /// The service hangs up.
    case closed
    /// It is told that it may not.
    case denied
    /// There is no such message here.
    case unknown
    /// The message is taken, or ignored, without an answer.
    case silent
    /// The message is looked at: it is done, or what is wrong with it is said.
    case answered
}

/// A message as anybody may send it.
struct RoleMessage: CustomStringConvertible {
    var api: JSON?
    var mt: String
    var members: [JSONMember] = []

    init(_ mt: String, api: JSON? = nil, _ members: KeyValuePairs<String, JSON> = [:]) {
        self.api = api
        self.mt = mt
        self.members = members.map { JSONMember($0.key, $0.value) }
    }

    var description: String { "\(api?.text ?? "-") \(mt)" }

    /// The text to send; `src` is `m`.
    var text: String {
        var all = api.map { [JSONMember("api", $0)] } ?? []
        all += [JSONMember("mt", .string(mt)), JSONMember("src", "m")]
        return String(decoding: JSON.object(all + members).bytes, as: UTF8.self)
    }
}

/// Some messages, and what each role gets for them.
struct RoleRow {
    var messages: [RoleMessage]
    var outcomes: [SessionRole: Outcome]

    init(_ messages: [RoleMessage], user: Outcome, pbx: Outcome, manager: Outcome) {
        self.messages = messages
        outcomes = [.user: user, .pbx: pbx, .manager: manager]
    }
}

/// The messages of all APIs, and who may use them at an instance.
enum RoleTable {
    /// What each session may say.
    static let base = [RoleMessage("KeepAlive"), RoleMessage("CheckBuild"), RoleMessage("AppInfo", ["app": "innovaphone-whatsapp"])]
    /// The SDK's Config API.
    static let config = ["GetConfigItems", "ReadConfig", "WriteConfig", "Nonsense"].map { RoleMessage($0, api: "Config") }
    /// The plugin's own API.
    static let admin = AccessTests.requests.filter { $0 != "Nonsense" }.map { RoleMessage($0, api: "WhatsAppAdmin") }
    /// The App Platform's client API.
    static let platform = ["ManagerControls", "GetInstanceLogin", "SetInstancePassword", "InstallService"].map {
        RoleMessage(
            $0, api: .string(Manager.api), ["path": "example.com/whatsapp", "app": "-", "challenge": "1234567890123456", "pwd": "other-pass-2"])
    }
    /// What registers a domain at the App Platform.
    static let registration = RoleMessage(RegisterDomain.mt, ["pwd": "other-pass-2", "managerPwd": "wrong"])
    /// What the PBX alone says, and is not answered for.
    static let pbx = [
        RoleMessage("PbxInfo", ["domain": "example.com", "pbx": "other", "apis": []]),
        RoleMessage("ServicesInfo", api: "Services", ["services": [["name": "evil", "url": "wss://evil.example"]]]),
        RoleMessage("Nonsense", api: "Services"),
    ]
    /// What is said before the login only.
    static let login = [
        RoleMessage("AppChallenge"), RoleMessage("AppLogin", ["app": "-", "domain": "example.com", "sip": "-", "digest": "00"]),
    ]
    /// APIs that are only offered elsewhere, and names that look like ours.
    static let foreign =
        ["PbxAdminApi", "PbxTableUsers", "PbxApi", "whatsappadmin", "CONFIG", "WhatsAppAdmin ", ""].map { RoleMessage("GetInfo", api: .string($0)) }
        + [RoleMessage("GetInfo", api: ["WhatsAppAdmin"]), RoleMessage("ReadConfig"), RoleMessage("GetInfo")]

    static let instance = [
        RoleRow(base, user: .answered, pbx: .answered, manager: .answered),
        RoleRow([RoleMessage("AppCheckLogin", ["app": "-", "domain": "example.com"])], user: .unknown, pbx: .unknown, manager: .answered),
        RoleRow(pbx, user: .unknown, pbx: .silent, manager: .unknown),
        RoleRow([RoleMessage("GetServiceLoginResult", api: "Services")], user: .silent, pbx: .silent, manager: .silent),
        RoleRow(config.dropLast(), user: .denied, pbx: .denied, manager: .answered),
        RoleRow([config[config.endIndex - 1]], user: .denied, pbx: .denied, manager: .unknown),
        RoleRow(admin, user: .denied, pbx: .denied, manager: .answered),
        RoleRow([RoleMessage("Nonsense", api: "WhatsAppAdmin")], user: .denied, pbx: .denied, manager: .unknown),
        RoleRow(platform + [registration] + login + foreign, user: .unknown, pbx: .unknown, manager: .unknown),
    ]
}

extension Browser {
    /// Sends a message and finds what it gets.
    func outcome(of message: RoleMessage) async -> Outcome {
        do {
            try await send(message.text)
            // Messages of a session are taken one after the other: what was not answered before this one is not answered.
            try await send(#"{"mt":"KeepAlive","src":"fence"}"#)
            var outcome = Outcome.silent
            while true {
                let answer = try await receive()
                if answer["src"] == "fence" { return outcome }
                guard answer["src"] == "m", let mt = answer["mt"]?.text, mt == message.mt || mt == "\(message.mt)Result" else { continue }
                outcome = Self.outcome(answer)
            }
        } catch {
            return .closed
        }
    }

    private static func outcome(_ answer: JSON) -> Outcome {
        let error = answer["error"]?.text ?? ""
        let sentence = error + (answer["errorText"]?.text ?? "")
        if error == "ACCESS_DENIED" || error == "access denied" || answer["result"] == "AccessDenied" || sentence.contains("not connected")
            || sentence.contains("manager password is wrong")
        {
            // Whoever is refused learns nothing besides.
            let more = (answer.members ?? []).map(\.name).filter { !["api", "mt", "src", "error", "errorText", "result"].contains($0) }
            #expect(more.isEmpty, "a refusal tells no more than that")
            return .denied
        }
        return error == "unknown mt" || sentence.contains("does not know the message") ? .unknown : .answered
    }

    /// Fails unless each message of a table gets what is expected of a role.
    func check(_ rows: [RoleRow], as role: SessionRole, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) async {
        for row in rows {
            for message in row.messages {
                let outcome = await outcome(of: message)
                #expect(outcome == row.outcomes[role], "\(name): \(message)", sourceLocation: sourceLocation)
            }
        }
    }
}
