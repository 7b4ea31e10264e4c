/// The administrators' side of the simulated PBX as a value: who is logged in, and what becomes of their messages.
///
/// An administrator's page connects to `/<domain>/pbx/…` and logs in by password as app `-`; it then has the PbxAdminApi, and the manager
/// API of the App Platform.
struct PBXAdministration: Sendable {
    enum Session: Sendable, Equatable {
        case new
        case challenged(String)
        case open
    }

    /// The app that an administrator logs in as.
    static let app = "-"

    let domain: String
    /// What administrators log in with.
    let password: String
    var platform: PBXAppPlatform
    var faults: [PBXFault] = []
    private(set) var sessions: [Int: Session] = [:]
    private var schedule = Schedule<PBXAdminAction>()
    private var random: SeededGenerator

    init(domain: String, password: String, platform: PBXAppPlatform, seed: UInt64) {
        self.domain = domain
        self.password = password
        self.platform = platform
        random = SeededGenerator(seed: seed)
    }

    /// Makes the login of a user at an app.
    typealias AppLoginMaker = (LabJSON) throws(LabError) -> [(String, LabJSON?)]

    static let noAppLogin: @Sendable (LabJSON) throws(LabError) -> [(String, LabJSON?)] = { _ throws(LabError) in
        throw LabError("There is no such app.")
    }

    // MARK: Connections

    mutating func connected(_ session: Int) { sessions[session] = .new }

    mutating func disconnected(_ session: Int) {
        sessions[session] = nil
        schedule.removeAll { $0.session == session }
    }

    /// When something is to be done without an event, in milliseconds since 1970 UTC.
    var nextDue: Int64? { schedule.nextDue }

    mutating func fire(now: Int64) -> [PBXAdminAction] { schedule.take(at: now) }

    // MARK: Messages

    /// - Parameters:
    ///   - connected: The SIP names of the app objects whose service the PBX has a connection to.
    ///   - appLogin: Answers `AppGetLogin`.
    mutating func received(
        _ text: String, from session: Int, directory: inout PBXDirectory, connected: Set<String>, appLogin: AppLoginMaker = Self.noAppLogin,
        now: Int64
    ) -> [PBXAdminAction] {
        guard let state = sessions[session], let message = try? LabJSON(parsing: text), let mt = message["mt"]?.string else {
            return [.close(session)]
        }
        switch takeFault(for: mt) {
        case nil: return perform(mt, message, session, state, &directory, connected, appLogin)
        case .drop: return [.close(session)]
        case .ignore: return []
        case .error(let value): return [.send(session, Self.result(of: message, mt, [("error", value)]))]
        case .delay(let delay):
            for action in perform(mt, message, session, state, &directory, connected, appLogin) { schedule.add(action, at: now + delay) }
            return []
        }
    }

    private mutating func perform(
        _ mt: String, _ message: LabJSON, _ session: Int, _ state: Session, _ directory: inout PBXDirectory, _ connected: Set<String>,
        _ appLogin: AppLoginMaker
    ) -> [PBXAdminAction] {
        switch (mt, state) {
        case ("AppChallenge", _):
            let challenge = random.digits(16)
            sessions[session] = .challenged(challenge)
            return [.send(session, Self.result(of: message, mt, [("challenge", .string(challenge))]))]
        case ("AppLogin", .challenged(let challenge)): return [logIn(message, session, challenge)]
        case ("KeepAlive", .open): return []
        case (_, .open): break
        default: return [.close(session)]
        }
        do throws(LabError) {
            switch message["api"]?.string {
            case "PbxAdminApi":
                return [.send(session, Self.result(of: message, mt, try directory.perform(mt, message, connected: connected)))]
            case PBXAppPlatform.api: return [try manage(mt, message, session)]
            case nil where mt == "AppGetLogin": return [.send(session, Self.result(of: message, mt, try appLogin(message)))]
            default: throw LabError("The administrator's connection has no such API.")
            }
        } catch {
            return [.send(session, Self.result(of: message, mt, [("error", .string(error.description))]))]
        }
    }

    private mutating func logIn(_ message: LabJSON, _ session: Int, _ challenge: String) -> PBXAdminAction {
        let fields = AppLoginDigest.Fields(
            app: message["app"]?.string ?? "", domain: message["domain"]?.string ?? "", sip: message["sip"]?.string ?? "",
            guid: message["guid"]?.string ?? "", dn: message["dn"]?.string ?? "", info: message["info"])
        let isRight =
            fields.app == Self.app && fields.domain == domain
            && message["digest"]?.string?.lowercased() == AppLoginDigest.digest(fields, challenge: challenge, password: password)
        sessions[session] = isRight ? .open : .new
        return .send(
            session, Self.result(of: message, "AppLogin", isRight ? [("ok", true), ("domain", .string(domain))] : [("error", true)]))
    }

    private func manage(_ mt: String, _ message: LabJSON, _ session: Int) throws(LabError) -> PBXAdminAction {
        switch mt {
        case "ManagerControls": .send(session, Self.result(of: message, mt, platform.controls))
        case "GetInstanceLogin": .send(session, Self.result(of: message, mt, try platform.login(message)))
        case "SetInstancePassword": .setInstancePassword(session, request: message, try platform.newPassword(message))
        default: throw LabError("The lab's App Platform does not know \(mt).")
        }
    }

    /// The instance has the new password, or has not: `failure` is a sentence.
    mutating func instancePasswordSet(_ password: String, _ session: Int, request: LabJSON, failure: String?) -> [PBXAdminAction] {
        if failure == nil { platform.password = password }
        guard sessions[session] != nil else { return [] }
        return [.send(session, Self.result(of: request, "SetInstancePassword", [("error", failure.map(LabJSON.string))]))]
    }

    // MARK: Helpers

    private static func result(of message: LabJSON, _ mt: String, _ members: [(String, LabJSON?)]) -> LabJSON {
        let fields: [(String, LabJSON?)] = [("api", message["api"]), ("mt", .string("\(mt)Result")), ("src", message["src"])] + members
        return .object(fields.compactMap { name, value in value.map { LabJSON.Member(name, $0) } })
    }

    private mutating func takeFault(for mt: String) -> PBXFault.Kind? {
        guard let index = faults.firstIndex(where: { $0.message == mt }) else { return nil }
        let kind = faults[index].kind
        faults[index].times -= 1
        if faults[index].times <= 0 { faults.remove(at: index) }
        return kind
    }
}

/// What the runner of the administrators' side has to do.
enum PBXAdminAction: Sendable, Equatable {
    /// Send a message, after those sent before.
    case send(Int, LabJSON)
    /// End a connection.
    case close(Int)
    /// Give the instance a password, and tell `instancePasswordSet` how it went.
    case setInstancePassword(Int, request: LabJSON, String)

    /// The connection it is about.
    var session: Int {
        switch self {
        case .send(let session, _), .close(let session), .setInstancePassword(let session, _, _): session
        }
    }
}
