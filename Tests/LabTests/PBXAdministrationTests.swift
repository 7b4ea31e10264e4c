import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Transport

@testable import Lab

/// Administrators over live sockets, beside a service that is scripted in a few lines.
@Suite(.timeLimit(.minutes(5))) struct PBXAdministrationTests {
    private static let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// An administrator's connection with tagged requests.
    private struct Administrator {
        let connection: WebSocketConnection

        func receive() async throws -> LabJSON {
            guard case .text(let text)? = try await connection.receive() else { throw LabError("The connection has ended.") }
            return try LabJSON(parsing: String(buffer: text))
        }

        func ask(_ message: LabJSON) async throws -> LabJSON {
            try await connection.send(text: message.text())
            return try await receive()
        }

        func ask(_ mt: String, _ fields: LabJSON = [:], api: String = "PbxAdminApi") async throws -> LabJSON {
            try await ask(.object([.init("api", .string(api)), .init("mt", .string(mt)), .init("src", "s")] + (fields.members ?? [])))
        }

        func logIn(password: String, app: String = "-") async throws -> LabJSON {
            let challenge = try await ask(["mt": "AppChallenge"])["challenge"]?.string ?? ""
            let fields = AppLoginDigest.Fields(app: app, domain: "example.com", sip: "-", guid: String(repeating: "0", count: 32), dn: "Admin")
            return try await ask([
                "mt": "AppLogin", "app": .string(app), "domain": "example.com", "sip": "-", "guid": .string(fields.guid), "dn": "Admin",
                "digest": .string(AppLoginDigest.digest(fields, challenge: challenge, password: password)), "pbxObj": "-",
            ])
        }
    }

    /// What the PBX said at the service's door.
    private final class Visits: Sendable {
        private let state = Mutex<[(path: String, login: LabJSON)]>([])
        let changes = ChangeSignal()
        var all: [(path: String, login: LabJSON)] { state.withLock { $0 } }

        func add(_ path: String, _ login: LabJSON) {
            state.withLock { $0.append((path, login)) }
            changes.signal()
        }

        func wait(for count: Int) async throws {
            try await changes.wait(until: "\(count) logins", timeout: .seconds(30)) { self.all.count >= count }
        }
    }

    /// Runs a lab and a service that lets everybody in, and gives the body an administrator who is not logged in yet.
    private func withAdministrator(
        _ configuration: LabConfiguration = LabConfiguration(), setInstancePassword: InstancePasswordSetter? = nil,
        _ body: @escaping @Sendable (Administrator, Lab, Visits) async throws -> Void
    ) async throws {
        let visits = Visits()
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        let server = HTTPServer(configuration: .init(), logger: Self.log, onListening: { report.yield($0.port ?? 0) }) { request in
            .webSocket { pbx in
                while case .text(let text)? = try? await pbx.receive(), let message = try? LabJSON(parsing: String(buffer: text)) {
                    if message["mt"] == "AppChallenge" { try? await pbx.send(text: #"{"mt":"AppChallengeResult","challenge":"1"}"#) }
                    guard message["mt"] == "AppLogin" else { continue }
                    try? await pbx.send(text: #"{"mt":"AppLoginResult","ok":true}"#)
                    visits.add(request.path, message)
                }
            }
        }
        let lab = Lab(configuration: configuration, clock: .still(), logger: Self.log, setInstancePassword: setInstancePassword)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { try await lab.run() }
            var iterator = ports.makeAsyncIterator()
            let service = "http://127.0.0.1:\(await iterator.next() ?? 0)"
            let page = try await lab.listening().page
            lab.serviceStarted(at: service)
            try await WebSocketClient(logger: Self.log).withConnection(to: "ws\(page.dropFirst(4))/example.com/pbx/admin") { connection in
                try await body(Administrator(connection: connection), lab, visits)
            }
            group.cancelAll()
        }
    }

    // MARK: Login

    @Test(
        "Only the administrator's password opens the connection, and only as app -",
        arguments: [("lab-administrator", "-", true), ("wrong", "-", false), ("lab-administrator", "whatsapp", false)])
    func login(_ password: String, _ app: String, _ isRight: Bool) async throws {
        try await withAdministrator { administrator, _, _ in
            let result = try await administrator.logIn(password: password, app: app)
            #expect(result["mt"] == "AppLoginResult" && (result["ok"] == true) == isRight)
            if isRight {
                #expect(try await administrator.ask("GetObject", ["h323": "connect"])["cn"] == "Connect")
            } else {
                await #expect(throws: (any Error).self) { try await administrator.ask("GetObject", ["h323": "connect"]) }
            }
        }
    }

    // MARK: The app object

    @Test("The PBX dials what an administrator creates, again with what is changed, and no more once it is deleted")
    func appObject() async throws {
        var configuration = LabConfiguration()
        configuration.startsEmpty = true
        try await withAdministrator(configuration) { administrator, lab, visits in
            _ = try await administrator.logIn(password: "lab-administrator")
            #expect(lab.pbx.object == nil && visits.all.isEmpty)
            let url = "\(lab.serviceURL ?? "")/example.com/whatsapp/innovaphone-whatsapp"
            let app: LabJSON = ["url": .string(url), "websocket": true, "services": true, "lics": 2]
            let guid =
                try await administrator.ask(
                    "UpdateObject",
                    ["cn": "WhatsApp", "h323": "whatsapp", "pwd": "one", "apps": "connect", "pseudo": ["type": "app", "app": app]])["guid"] ?? .null
            try await visits.wait(for: 1)
            let first = visits.all[0]
            #expect(first.path == "/example.com/whatsapp")
            #expect(first.login["sip"] == "whatsapp" && first.login["info"]?["lics"] == 2)
            #expect(first.login["info"]?["apps"]?.text() == #"[{"name":"connect","dn":"Connect"}]"#)
            #expect(first.login["digest"]?.string == Self.digest(first.login, password: "one"))
            try await lab.pbx.wait(until: "the PBX is connected") { $0.links.first?.isOpen == true }
            #expect(try await administrator.ask("GetAppObjects", ["uri": .string(url)])["objects"]?.array?.map { $0["connected"] } == [true])

            // Neither time nor a fault is needed for a new login: the clock stands still.
            _ = try await administrator.ask("UpdateObject", ["guid": guid, "pwd": "two"])
            try await visits.wait(for: 2)
            #expect(visits.all[1].login["digest"]?.string == Self.digest(visits.all[1].login, password: "two"))
            _ = try await administrator.ask(
                "UpdateObject", ["guid": guid, "pseudo": ["type": "app", "app": app.with("lics", 5)]])
            try await visits.wait(for: 3)
            #expect(visits.all[2].login["info"]?["lics"] == 5)

            _ = try await administrator.ask("UpdateObject", ["guid": guid, "apps": "connect,connect~moderator"])
            #expect(lab.pbx.object?.apps == ["connect", "connect~moderator"])
            _ = try await administrator.ask("DeleteObject", ["guid": guid])
            try await lab.pbx.wait(until: "the link has ended") { !$0.links.contains { $0.isOpen } }
            #expect(lab.pbx.object == nil)
            lab.clock.advance(by: .seconds(3_600))
            #expect(visits.all.count == 3)
        }
    }

    private static func digest(_ login: LabJSON, password: String) -> String {
        let fields = AppLoginDigest.Fields(
            app: login["app"]?.string ?? "", domain: login["domain"]?.string ?? "", sip: login["sip"]?.string ?? "",
            guid: login["guid"]?.string ?? "", dn: login["dn"]?.string ?? "", info: login["info"])
        return AppLoginDigest.digest(fields, challenge: "1", password: password)
    }

    @Test("Connect knows a zone as long as the zone's name is ticked in its object, also on connections that are there")
    func zones() async throws {
        var configuration = LabConfiguration()
        configuration.startsEmpty = true
        try await withAdministrator(configuration) { administrator, lab, _ in
            _ = try await administrator.logIn(password: "lab-administrator")
            func zones() -> [String] { lab.pbx.targets.first?.apps.map(\.name) ?? [] }
            let connect = try #require(try await administrator.ask("GetObject", ["h323": "connect"])["guid"])
            #expect(zones() == [])
            _ = try await administrator.ask("UpdateObject", ["guid": connect, "apps": "whatsapp"])
            #expect(zones() == ["whatsapp"])
            try lab.pbx.changeObject("connect") { $0.apps = [] }
            #expect(zones() == [])
        }
    }

    // MARK: Faults and the wire

    @Test("Each message is in the wire log, without passwords, and a planned fault spoils it")
    func faults() async throws {
        try await withAdministrator { administrator, lab, _ in
            _ = try await administrator.logIn(password: "lab-administrator")
            lab.pbx.planForAdministrator(PBXFault(.error("busy"), on: "UpdateObject"))
            lab.pbx.planForAdministrator(PBXFault(.ignore, on: "GetApps"))
            lab.pbx.planForAdministrator(PBXFault(.delay(5_000), on: "GetConfigObjects"))
            lab.pbx.planForAdministrator(PBXFault(.drop, on: "DeleteObject"))
            let update: LabJSON = ["guid": "00112233445566778899aabbccddeeff", "pwd": "secret-1"]
            #expect(
                try await administrator.ask("UpdateObject", update).text()
                    == #"{"api":"PbxAdminApi","mt":"UpdateObjectResult","src":"s","error":"busy"}"#)
            #expect(lab.pbx.object?.password == LabConfiguration().instancePassword)
            try await administrator.connection.send(text: #"{"api":"PbxAdminApi","mt":"GetApps","src":"a"}"#)
            try await administrator.connection.send(text: #"{"api":"PbxAdminApi","mt":"GetConfigObjects","src":"b"}"#)
            #expect(try await administrator.ask("UpdateObject", update)["mt"] == "UpdateObjectResult")
            lab.clock.advance(by: .seconds(5))
            #expect(try await administrator.receive()["src"] == "b")
            await #expect(throws: (any Error).self) { try await administrator.ask("DeleteObject", update) }
            let entries = lab.wire.entries().filter { $0.system == .admin }
            #expect(
                entries.filter { $0.direction == .fromService }.map(\.summary) == [
                    "AppChallenge", "AppLogin", "UpdateObject", "GetApps", "GetConfigObjects", "UpdateObject", "DeleteObject",
                ])
            #expect(entries.contains { $0.text.contains(#""pwd":"•••""#) } && !entries.contains { $0.text.contains("secret-1") })
        }
    }

    // MARK: Manager API

    @Test("The App Platform lists the plugin, makes logins at the instance, and sets its password")
    func manager() async throws {
        let passwords = Mutex<[String]>([])
        try await withAdministrator(setInstancePassword: { password in
            if password == "refused" { throw LabError("The instance refuses it.") }
            passwords.withLock { $0.append(password) }
        }) { administrator, lab, _ in
            func ask(_ mt: String, _ fields: LabJSON = [:]) async throws -> LabJSON {
                try await administrator.ask(mt, fields, api: "com.innovaphone.manager")
            }
            func login() async throws -> LabJSON {
                try await ask("GetInstanceLogin", ["path": "example.com/whatsapp", "app": "-", "challenge": "77"])
            }
            _ = try await administrator.logIn(password: "lab-administrator")
            let controls = try await ask("ManagerControls")
            #expect("\(controls["protocol"]?.string ?? "")//\(controls["host"]?.string ?? "")" == lab.serviceURL)
            #expect(
                controls["controls"]?.text()
                    == #"[{"uri":"example.com/whatsapp/innovaphone.whatsappmanager","png":"example.com/whatsapp/innovaphone-whatsapp.png","lang":"example.com/whatsapp/innovaphone.whatsappmanagertexts"}]"#
            )
            let first = try await login()
            #expect(first["digest"]?.string == Self.instanceDigest(first, password: LabConfiguration().instancePassword))
            #expect(first["key"]?.string == AppLoginDigest.sessionKey(challenge: "77", password: LabConfiguration().instancePassword))
            #expect(try await ask("SetInstancePassword", ["path": "example.com/whatsapp", "pwd": "refused"])["error"] == "The instance refuses it.")
            let set = try await ask("SetInstancePassword", ["path": "example.com/whatsapp", "pwd": "new-password"])
            #expect(set.text() == #"{"api":"com.innovaphone.manager","mt":"SetInstancePasswordResult","src":"s"}"#)
            #expect(passwords.withLock { $0 } == ["new-password"])
            let second = try await login()
            #expect(second["digest"]?.string == Self.instanceDigest(second, password: "new-password"))
            for path in ["example.com/whatsapp2", ""] {
                #expect(try await ask("GetInstanceLogin", ["path": .string(path), "app": "-", "challenge": "1"])["error"] != nil)
                #expect(try await ask("SetInstancePassword", ["path": .string(path), "pwd": "x"])["error"] != nil)
            }
            #expect(passwords.withLock { $0.count } == 1)
            #expect(try await ask("RequestAppStore")["error"] != nil)
        }
    }

    private static func instanceDigest(_ login: LabJSON, password: String) -> String {
        let fields = AppLoginDigest.Fields(
            app: login["app"]?.string ?? "", domain: login["domain"]?.string ?? "", sip: login["sip"]?.string ?? "",
            guid: login["guid"]?.string ?? "", dn: login["dn"]?.string ?? "")
        return AppLoginDigest.digest(fields, challenge: "77", password: password)
    }

    @Test("A lab that cannot change the instance's password says so")
    func noSetter() async throws {
        try await withAdministrator { administrator, _, _ in
            _ = try await administrator.logIn(password: "lab-administrator")
            let result = try await administrator.ask(
                "SetInstancePassword", ["path": "example.com/whatsapp", "pwd": "x"], api: "com.innovaphone.manager")
            #expect(result["error"]?.string?.hasSuffix(".") == true)
        }
    }
}
