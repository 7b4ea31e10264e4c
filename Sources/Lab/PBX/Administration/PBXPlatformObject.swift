import NIOCore
import Synchronization
import Transport

/// The PBX's object of the type *AP*, for the App Platform that the service plays itself, and the connection that the PBX keeps for it
/// (Settings plugin, Manager API).
///
/// As long as nobody has registered the PBX's domain there, the PBX has no such object.
final class PBXPlatformObject: Sendable {
    /// The object's SIP name.
    static let name = PBXAppPlatform.name
    static let title = PBXAppPlatform.title
    private static let dummyPassword = "-"

    private struct Dial: Sendable {
        var link: Int
        var url: String
    }

    private struct State {
        var core: PBXCore
        var outlets: [Int: AsyncStream<SocketPump.Outgoing>.Continuation] = [:]
        var base: String?
        var random: SeededGenerator
    }

    private let domain: String
    private let clock: LabClock
    private let wire: WireLog
    private let client: WebSocketClient
    private let state: Mutex<State>
    private let dials: AsyncStream<Dial>
    private let dialer: AsyncStream<Dial>.Continuation
    let changes = ChangeSignal()

    init(domain: String, options: PBXOptions, seed: UInt64, clock: LabClock, wire: WireLog, client: WebSocketClient) {
        var options = options
        options.dialsWholeURL = true
        self.domain = domain
        self.clock = clock
        self.wire = wire
        self.client = client
        state = Mutex(
            State(core: PBXCore(domain: domain, object: nil, services: [], options: options, seed: seed), random: SeededGenerator(seed: seed)))
        (dials, dialer) = AsyncStream.makeStream(of: Dial.self)
    }

    // MARK: Running

    /// Keeps the connection until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepTime() }
            for await dial in dials { group.addTask { await self.hold(dial) } }
        }
    }

    private func hold(_ dial: Dial) async {
        let pump = SocketPump()
        try? await client.withConnection(to: dial.url) { connection in
            self.state.withLock { $0.outlets[dial.link] = pump.outlet }
            self.step { core, _ in core.connected(dial.link) }
            await pump.run(connection) { text in
                self.log(.fromService, text)
                self.step { core, now in core.received(text, from: dial.link, now: now) }
            }
        }
        state.withLock { $0.outlets[dial.link] = nil }
        step { core, now in
            core.disconnected(dial.link, now: now)
            return []
        }
    }

    private func keepTime() async {
        while !Task.isCancelled {
            let version = changes.version
            let due = state.withLock { $0.core.nextDue }
            if let due, due <= clock.now() {
                step { core, now in core.fire(now: now) }
            } else {
                await changes.wait(after: version, until: due, on: clock)
            }
        }
    }

    private func step(_ body: (inout PBXCore, Int64) -> [PBXAction]) {
        let now = clock.now()
        state.withLock { state in
            for action in body(&state.core, now) {
                switch action {
                case .dial(let link, let url): dialer.yield(Dial(link: link, url: url))
                case .send(let link, let text):
                    log(.toService, text)
                    state.outlets[link]?.yield(.text(text))
                case .close(let link): state.outlets[link]?.yield(.close)
                }
            }
        }
        changes.signal()
    }

    private func log(_ direction: WireLog.Direction, _ text: String) {
        let message = try? LabJSON(parsing: text)
        wire.add(.pbx, direction, "App Platform: \(message?["mt"]?.string ?? "no JSON")", message)
    }

    // MARK: The object

    /// The service is there now.
    func serviceStarted(at base: String) { state.withLock { $0.base = base } }

    /// The object; nil before the domain was registered.
    var object: PBXAppObject? { state.withLock { $0.core.object } }

    /// What the App Platform said that its hidden app is; nil while there is no connection.
    var appInfo: LabJSON? {
        state.withLock { state in
            state.core.links.lazy.compactMap { link in
                guard case .open(let open) = link.state else { return nil }
                return open.appInfo
            }.first
        }
    }

    /// Ends the connection, which is made anew after the usual delay.
    func drop() { step { core, _ in core.drop() } }

    /// Ends the connection, and makes no other.
    func stop() { step { core, _ in core.stop() } }

    /// Registers the PBX's domain as the Settings app does, with a new password, and makes the object with it.
    ///
    /// - Returns: The object.
    /// - Throws: `LabError` for what the App Platform answers, and if it does not.
    func register(managerPassword: String) async throws -> PBXAppObject {
        guard let base = state.withLock({ $0.base }) else { throw LabError("The service has not started yet.") }
        let password = state.withLock { $0.random.hex(bytes: 8) }
        try await sendRegistration(to: base, password: password, managerPassword: managerPassword)
        let object = PBXAppObject(
            name: Self.name, dn: Self.title, guid: "a0b1c2d3e4f5061728394a5b6c7d8e9f", password: password, url: "\(base)/manager/manager-domain-api",
            apis: [], apps: [])
        step { core, _ in core.follow(object, []) + core.start() }
        return object
    }

    private func sendRegistration(to base: String, password: String, managerPassword: String) async throws {
        let url = "ws\(base.dropFirst("http".count))/manager/manager-domain"
        let domain = domain
        let answer: LabJSON
        do {
            answer = try await client.withConnection(to: url) { connection in
                func ask(_ message: LabJSON) async throws -> LabJSON {
                    self.log(.toService, message.text())
                    try await connection.send(text: message.text())
                    guard case .text(let bytes)? = try await connection.receive() else { throw LabError("The App Platform has hung up.") }
                    let text = String(buffer: bytes)
                    self.log(.fromService, text)
                    return try LabJSON(parsing: text)
                }
                guard let challenge = try await ask(["mt": "AppChallenge"])["challenge"].flatMap(PBXCore.text) else {
                    throw LabError("The App Platform gave no challenge.")
                }
                let fields = AppLoginDigest.Fields(app: "manager-domain", domain: domain)
                let login: LabJSON = [
                    "mt": "AppLogin", "app": .string(fields.app), "domain": .string(domain),
                    "digest": .string(AppLoginDigest.digest(fields, challenge: challenge, password: Self.dummyPassword)),
                ]
                guard try await ask(login)["ok"]?.isTruthy == true else { throw LabError("The App Platform refused the connection.") }
                return try await ask([
                    "mt": "RegisterDomain", "src": "register", "pwd": .string(password), "managerPwd": .string(managerPassword),
                ])
            }
        } catch let error as LabError {
            throw error
        } catch {
            throw LabError("The App Platform does not answer; has the service one (manager in its configuration file)?")
        }
        if let error = answer["error"], error.isTruthy { throw LabError(error.string ?? "The App Platform refused.") }
    }

    // MARK: Logins

    /// `AppGetLogin`: a user's login at the hidden app, as the PBX gives it to its client (AppWebsocket, Who sends what in AppLogin).
    ///
    /// - Throws: `LabError` for another app, and without a challenge.
    func login(_ message: LabJSON) throws(LabError) -> [(String, LabJSON?)] {
        guard let object, message["app"]?.string == object.name else { throw LabError("There is no such app.") }
        guard let challenge = message["challenge"].flatMap(PBXCore.text), !challenge.isEmpty else { throw LabError("challenge is missing.") }
        let info: LabJSON = [
            "appobj": .string(object.name), "appdn": .string(object.dn), "appurl": .string(object.url), "pbx": "master", "cn": "Administrator",
            "unlicensed": true, "groups": [], "apps": [],
        ]
        let fields = AppLoginDigest.Fields(
            app: "manager-domain-api", domain: domain, sip: "admin", guid: "0a1b2c3d4e5f60718293a4b5c6d7e8f9", dn: "Administrator", info: info)
        return [
            ("app", .string(fields.app)), ("domain", .string(domain)), ("sip", .string(fields.sip)), ("guid", .string(fields.guid)),
            ("dn", .string(fields.dn)), ("info", info),
            ("digest", .string(AppLoginDigest.digest(fields, challenge: challenge, password: object.password))),
            ("key", .string(AppLoginDigest.sessionKey(challenge: challenge, password: object.password))), ("pbxObj", .string(object.name)),
        ]
    }
}
