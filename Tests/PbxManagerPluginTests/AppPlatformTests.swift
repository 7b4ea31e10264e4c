import AppService
import AsyncHTTPClient
import FoundationEssentials
import Lab
import NIOCore
import NIOHTTP1
import Protocol
import Testing
import Transport

@testable import PbxManagerPlugin

/// The mini App Platform over real sockets.
@Suite("Mini App Platform", .timeLimit(.minutes(2))) struct AppPlatformTests {
    private static func status(_ url: String) async throws -> UInt {
        try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(10)).status.code
    }

    // MARK: Registration

    @Test("Without a manager password in the configuration there is nothing")
    func off() async throws {
        try await PluginBench.run { bench async throws in
            for path in ["/manager/manager-domain-api.htm", "/manager/manager-domain-api.js", "/manager/manager-domain", "/manager"] {
                #expect(try await Self.status(bench.service + path) == 404)
            }
            for path in ["/manager/manager-domain", "/manager/manager-domain-api"] {
                #expect(await !bench.opens(path))
            }
        }
    }

    @Test("A domain is registered with the manager password only, and only one that the configuration file lists")
    func registration() async throws {
        try await PlatformBench.run { bench async throws in
            #expect(try await bench.register(managerPassword: "wrong")?.contains("manager password is wrong") == true)
            #expect(try await !bench.enters(as: "ap"))
            #expect(try await bench.register("foreign.example")?.contains("no instance of the domain") == true)
            #expect(try await !bench.enters(as: "ap", domain: "foreign.example"))
            for password in ["", "-", String(repeating: "x", count: 257)] {
                #expect(try await bench.register(password: password)?.contains("password must have") == true)
            }
            #expect(try await bench.register("EXAMPLE.com") == nil)
            try await bench.platform(as: "ap") { ap async throws in
                let info = try await ap.ask("AppInfo", api: nil, ["app": "manager-domain-api"])["info"]
                #expect(info == ["hidden": true, "apis": ["com.innovaphone.manager": [:]]])
            }
        }
    }

    @Test("A wrong manager password is answered late, and tells nothing of the domains")
    func throttle() async throws {
        try await PlatformBench.run { bench async throws in
            let start = bench.lab.clock.now()
            let known = try await bench.register(managerPassword: "wrong")
            #expect(bench.lab.clock.now() - start >= 1_000)
            #expect(try await bench.register("foreign.example", managerPassword: "wrong") == known)
            // Somebody who knows it does not wait for those who do not.
            #expect(try await bench.register() == nil)
        }
    }

    @Test("A registered domain's password is replaced with the manager password only, and then ends the old one's sessions")
    func replacing() async throws {
        try await PlatformBench.run { bench async throws in
            #expect(try await bench.register() == nil)
            try await bench.platform(as: "ap") { old async throws in
                #expect(try await bench.register(password: "mine", managerPassword: "wrong") != nil)
                #expect(try await !bench.enters(as: "ap", password: "mine"))
                #expect(try await old.ask("AppInfo", api: nil, ["app": "manager-domain-api"])["info"] != nil)
                #expect(try await bench.register(password: "second-pass") == nil)
                await old.ended()
            }
            #expect(try await !bench.enters(as: "ap"))
            #expect(try await bench.enters(as: "ap", password: "second-pass"))
        }
    }

    @Test("One domain's password opens no other domain")
    func domains() async throws {
        try await PlatformBench.run { bench async throws in
            #expect(try await bench.register() == nil)
            #expect(try await bench.register(PlatformBench.foreignDomain, password: "theirs") == nil)
            #expect(try await !bench.enters(as: "ap", password: "theirs", domain: "example.com"))
            #expect(try await bench.enters(as: "ap", password: "theirs", domain: PlatformBench.foreignDomain))
        }
    }

    @Test("A connection with the password that everybody knows can do nothing else")
    func dummy() async throws {
        try await PlatformBench.run { bench async throws in
            #expect(try await bench.register() == nil)
            try await bench.platform(as: "ap") { _ async throws -> Void in
                try await bench.connect(at: "/manager/manager-domain") { browser async throws in
                    let info = try RawJSON(#"{"appobj":"ap"}"#)
                    try await browser.logIn(app: "manager-domain-api", domain: "example.com", sip: "admin", info: info, password: "-")
                    for request in ["ManagerControls", "GetInstanceLogin", "SetInstancePassword"] {
                        #expect(
                            try await browser.manage(request, ["path": .string(bench.instance), "pwd": "stolen-pass"])["error"]?.text == "unknown mt")
                    }
                    #expect(try await browser.ask("ManagerControls", api: nil)["error"]?.text == "unknown mt")
                }
                #expect(try await !bench.enters(as: "admin", password: "-"))
            }
        }
    }

    @Test("Passwords of domains are sealed at rest, survive a restart, and are worth nothing once the file does not list the domain")
    func atRest() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "platform-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let sealer = Sealer(key: try #require(SealingKey(bytes: (0..<32).map { UInt8($0) })))
        func registry(_ domains: [String], _ sealer: Sealer = sealer) async -> DomainRegistry {
            let registry = DomainRegistry(
                file: DomainFile(dataDirectory: folder + "/"), domains: domains, sealer: sealer, logger: PluginBench.logger)
            await registry.load()
            return registry
        }
        try await registry(["example.com", "b.example"]).register("Example.COM", password: Secret("at-rest-pass"))
        let text = try String(contentsOfFile: folder + "/manager/domains", encoding: .utf8)
        #expect(text.hasPrefix("example.com v1.") && !text.contains("at-rest-pass"))
        let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/manager/domains")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let again = await registry(["example.com", "b.example"])
        #expect(again.password(of: "example.com") == Secret("at-rest-pass"))
        // Another domain's registration keeps what is there.
        try await again.register("b.example", password: Secret("second"))
        #expect(await registry(["example.com"]).password(of: "EXAMPLE.com") == Secret("at-rest-pass"))
        #expect(await registry(["example.com"]).password(of: "b.example") == nil)
        let other = Sealer(key: try #require(SealingKey(bytes: (1...32).map { UInt8($0) })))
        #expect(await registry(["example.com"], other).password(of: "example.com") == nil)
    }

    // MARK: Plugins

    @Test("The hidden app hears of the plugins of its domain's instances, and of no others")
    func controls() async throws {
        try await PlatformBench.run { bench async throws in
            try await bench.hiddenApp { app async throws in
                let answer = try await app.manage("ManagerControls")
                #expect(
                    answer["protocol"] == "https:" && answer["host"] == "ap.example.com" && answer["ap"] == "ap" && answer["apDn"] == "App Platform")
                #expect(
                    answer["controls"] == [
                        [
                            "uri": "example.com/whatsapp/innovaphone.whatsappmanager", "png": "example.com/whatsapp/innovaphone-whatsapp.png",
                            "lang": "example.com/whatsapp/innovaphone.whatsappmanagertexts",
                        ]
                    ])
            }
        }
    }

    @Test("Only a user's session with the name of the PBX's object is answered, and only while that object is connected")
    func sessions() async throws {
        try await PlatformBench.run { bench async throws in
            #expect(try await bench.register() == nil)
            let requests = ["ManagerControls", "GetInstanceLogin", "SetInstancePassword"]
            @Sendable func refusals(_ browser: Browser) async throws -> [String] {
                var errors: [String] = []
                for request in requests {
                    let answer = try await browser.manage(
                        request, ["path": .string(bench.instance), "app": "-", "challenge": "1", "pwd": "stolen-pass"])
                    #expect(answer["digest"] == nil && answer["controls"] == nil)
                    errors.append(answer["error"]?.text ?? "answered")
                }
                return errors
            }
            let away = try await bench.platform(as: "admin") { try await refusals($0) }
            #expect(away.allSatisfy { $0.contains("not connected") })
            try await bench.platform(as: "ap") { ap async throws in
                #expect(try await refusals(ap) == requests.map { _ in "access denied" })
                #expect(try await bench.platform(as: "admin", object: nil) { try await refusals($0) } == requests.map { _ in "access denied" })
                let other = try await bench.platform(as: "admin", object: "whatsapp") { try await refusals($0) }
                #expect(other.allSatisfy { $0.contains("not connected") })
            }
            // The instance still has its password.
            #expect(try await bench.logsIn(password: bench.lab.configuration.instancePassword))
        }
    }

    @Test("A session that did not log in is hung up on", arguments: ["GetInstanceLogin", "SetInstancePassword", "ManagerControls"])
    func noLogin(_ request: String) async throws {
        try await PlatformBench.run { bench async throws in
            #expect(try await bench.register() == nil)
            try await bench.platform(as: "ap") { _ async throws -> Void in
                try await bench.connect(at: "/manager/manager-domain-api") { browser async throws in
                    await #expect(throws: (any Error).self) {
                        _ = try await browser.manage(request, ["path": .string(bench.instance), "pwd": "stolen-pass"])
                    }
                }
            }
            #expect(try await bench.logsIn(password: bench.lab.configuration.instancePassword))
        }
    }

    @Test("What an installer would do is answered with an error")
    func installer() async throws {
        try await PlatformBench.run { bench async throws in
            try await bench.hiddenApp { app async throws in
                for request in [
                    "GetManagerInfo", "CheckUserAgreement", "AcceptUserAgreement", "RequestAppStore", "InstallService", "UpdateService",
                    "RemoveService",
                    "InstanceDomain",
                ] {
                    #expect(try await app.manage(request)["error"]?.text?.contains("installs nothing") == true)
                }
                #expect(try await app.manage("Other")["error"]?.text == "unknown mt")
            }
        }
    }

    // MARK: Logins

    @Test("The plugin logs in with what it gets for its challenge, and has the session's key")
    func login() async throws {
        try await PlatformBench.run { bench async throws in
            try await bench.hiddenApp { app async throws in
                try await bench.connect { plugin async throws in
                    let challenge = try await plugin.challenge()
                    let got = try await app.manage(
                        "GetInstanceLogin", ["path": .string(bench.instance), "app": "-", "challenge": .string(challenge)])
                    let key = SessionKey(challenge: challenge, password: bench.lab.configuration.instancePassword)
                    #expect(got["key"]?.text == key.revealed() && got["sip"] == "admin" && got["domain"] == "example.com")
                    var login = AppLogin(
                        app: got["app"]?.text ?? "", domain: got["domain"]?.text ?? "", sip: got["sip"]?.text ?? "", guid: got["guid"]?.text ?? "",
                        dn: got["dn"]?.text ?? "")
                    login.digest = got["digest"]?.text ?? ""
                    try await plugin.send(String(decoding: login.encoded(src: "login"), as: UTF8.self))
                    #expect(try await plugin.receive()["ok"] == true)
                    #expect(try await plugin.ask("GetInfo")["error"] == nil)
                }
            }
        }
    }

    @Test("There is no login for another domain's path, another app, or a challenge that the instance did not issue in the last minute")
    func refusedLogins() async throws {
        try await PlatformBench.run { bench async throws in
            try await bench.hiddenApp { app async throws in
                try await bench.connect { plugin async throws in
                    let challenge = try await plugin.challenge()
                    func refusal(_ path: String, app name: String = "-", _ challenge: String) async throws -> String {
                        let answer = try await app.manage(
                            "GetInstanceLogin", ["path": .string(path), "app": .string(name), "challenge": .string(challenge)])
                        #expect(answer["digest"] == nil && answer["key"] == nil)
                        return answer["error"]?.text ?? "answered"
                    }
                    // Whether the other domain's instance is there is not to be seen.
                    let nowhere = try await refusal("example.com/nothing", challenge)
                    #expect(nowhere.contains("no instance at this path"))
                    #expect(try await refusal("\(PlatformBench.foreignDomain)/whatsapp", challenge) == nowhere)
                    #expect(try await refusal("", challenge) == nowhere)
                    #expect(try await refusal(bench.instance, app: "innovaphone-whatsapp", challenge).contains("app \"-\""))
                    #expect(try await refusal(bench.instance, "1234567890123456").contains("last minute"))
                    #expect(try await refusal(bench.instance, "").contains("last minute"))
                    bench.lab.clock.advance(by: .seconds(61))
                    #expect(try await refusal(bench.instance, challenge).contains("last minute"))
                }
            }
        }
    }

    // MARK: Passwords

    @Test("A new password counts at once: sessions of the old one are closed, and it opens nothing any more")
    func newPassword() async throws {
        try await PlatformBench.run { bench async throws in
            try await bench.hiddenApp { app async throws in
                try await bench.logIn { old async throws in
                    #expect(try await app.manage("SetInstancePassword", ["path": .string(bench.instance), "pwd": "brand-new-pass"])["error"] == nil)
                    await old.ended()
                }
                #expect(try await !bench.logsIn(password: bench.lab.configuration.instancePassword))
                #expect(try await bench.logsIn(password: "brand-new-pass"))
                for (path, password) in [
                    (bench.instance, ""), (bench.instance, String(repeating: "x", count: 257)), (bench.instance, "a\u{7}b"),
                    ("\(PlatformBench.foreignDomain)/whatsapp", "stolen-pass"),
                ] {
                    #expect(try await app.manage("SetInstancePassword", ["path": .string(path), "pwd": .string(password)])["error"] != nil)
                }
                #expect(try await bench.logsIn(password: "brand-new-pass"))
            }
        }
    }

    @Test("The platform's own name is no domain", arguments: ["manager", "Manager", "MANAGER"])
    func reserved(_ domain: String) {
        #expect(InstanceAddress("\(domain)/whatsapp") == nil)
    }

    // MARK: The lab's PBX

    @Test("The simulated PBX registers its domain as the Settings app does, and loses the App Platform with the password")
    func lab() async throws {
        try await PlatformBench.run { bench async throws in
            await #expect(throws: (any Error).self) { try await bench.lab.pbx.addPlatform(managerPassword: "wrong") }
            #expect(!bench.lab.pbx.objects.contains { $0.name == "ap" })
            try await bench.lab.pbx.addPlatform(managerPassword: PlatformBench.managerPassword)
            try await bench.lab.pbx.wait(until: "the App Platform is connected") { $0.isPlatformConnected }
            #expect(bench.lab.pbx.objects.contains { $0.name == "ap" })
            // Somebody else registers the domain anew: the PBX's object does not come in any more.
            #expect(try await bench.register(password: "another-pass") == nil)
            try await bench.lab.pbx.wait(until: "the App Platform has gone") { !$0.isPlatformConnected }
            try await bench.lab.pbx.addPlatform(managerPassword: PlatformBench.managerPassword)
            try await bench.lab.pbx.wait(until: "the App Platform is back") { $0.isPlatformConnected }
        }
    }

    @Test("The hidden app's page runs nothing but its own script")
    func page() async throws {
        try await PlatformBench.run { bench async throws in
            let response = try await HTTPClient.shared.execute(
                HTTPClientRequest(url: "\(bench.service)/manager/manager-domain-api.htm?name=ap"), timeout: .seconds(10))
            #expect(response.status == .ok)
            #expect(
                response.headers.first(name: "Content-Security-Policy")?.hasPrefix("default-src 'none'; script-src 'self'; connect-src 'self'")
                    == true)
            #expect(try await Self.status("\(bench.service)/manager/manager-domain-api.js") == 200)
            #expect(try await Self.status("\(bench.service)/manager/other.js") == 404)
        }
    }
}
