import AppService
import FoundationEssentials
import Lab
import Protocol
import Testing
import Transport

/// Each message of each API over a real socket, for each role, and for those who only look like one.
@Suite("Roles", .timeLimit(.minutes(2))) struct RoleTests {
    /// A login that holds, and the role that it makes.
    struct Visitor: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var role: SessionRole
        var app = "innovaphone-whatsapp"
        var domain = "example.com"
        var sip = "anna"
        var info: String?
        var path = "innovaphone.whatsappmanager"
    }

    static let visitors = [
        Visitor(testDescription: "a user", role: .user, info: #"{"appobj":"whatsapp"}"#),
        Visitor(testDescription: "the PBX", role: .pbx, sip: "other", info: #"{"appobj":"other"}"#),
        Visitor(testDescription: "a manager", role: .manager, app: "-", sip: "-"),
        Visitor(testDescription: "a manager whose domain is in capitals", role: .manager, app: "-", domain: "EXAMPLE.COM"),
        Visitor(testDescription: "a manager at another path", role: .manager, app: "-", sip: "-", path: "innovaphone-whatsapp"),
        Visitor(testDescription: "a user at the fallback page's path", role: .user, info: "{}", path: "settings/manager"),
        Visitor(testDescription: "the managers' app with info", role: .user, app: "-", sip: "-", info: "{}"),
        Visitor(testDescription: "the managers' app with an info of another kind", role: .user, app: "-", sip: "-", info: "[]"),
        Visitor(testDescription: "the managers' app of another domain", role: .user, app: "-", domain: "other.example", sip: "-"),
        Visitor(testDescription: "the managers' app without a domain", role: .user, app: "-", domain: "", sip: "-"),
        Visitor(testDescription: "another app without info", role: .user),
        Visitor(testDescription: "an app that begins like the managers'", role: .user, app: "-x", sip: "-"),
        Visitor(testDescription: "somebody who names the object in the login only", role: .user, sip: "whatsapp", info: #"{"appobj":"other"}"#),
        Visitor(testDescription: "an object without a name", role: .user, sip: "", info: #"{"appobj":""}"#),
        Visitor(testDescription: "an object whose name is written as a number", role: .pbx, sip: "1", info: #"{"appobj":1}"#),
        Visitor(testDescription: "an object whose name is a list", role: .user, sip: "1", info: #"{"appobj":["1"]}"#),
    ]

    private static func enter<Result: Sendable>(
        _ bench: PluginBench, _ visitor: Visitor, password: String? = nil, _ body: @escaping @Sendable (Browser) async throws -> Result
    ) async throws -> Result {
        try await bench.connect(at: "/\(bench.instance)/\(visitor.path)") { browser in
            try await browser.logIn(
                app: visitor.app, domain: visitor.domain, sip: visitor.sip, info: visitor.info.map { try RawJSON($0) },
                password: password ?? bench.lab.configuration.instancePassword)
            return try await body(browser)
        }
    }

    @Test("The table has every request of the plugin's API")
    func complete() throws {
        let file = #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/Sources/Protocol/Admin/WhatsAppAdmin+Request.swift"
        let source = try String(contentsOfFile: "/" + file, encoding: .utf8)
        let requests = source.split(separator: "\n").compactMap { line -> String? in
            let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
            return parts.count > 1 && parts[0].filter { $0 != " " } == "case" ? String(parts[1]) : nil
        }
        #expect(requests.count > 20)
        #expect(Set(requests) == Set(RoleTable.admin.map(\.mt)))
    }

    @Test("At an instance a login's role decides alone, whatever else the login looks like", arguments: visitors)
    func instance(_ visitor: Visitor) async throws {
        try await PluginBench.run { bench in
            try await Self.enter(bench, visitor) { browser in
                await browser.check(RoleTable.instance, as: visitor.role, visitor.testDescription)
                // Not even with a login that would hold elsewhere does a session become another.
                let challenge = try await bench.connect { try await $0.challenge() }
                for other in Self.visitors.prefix(3) {
                    var login = AppLogin(
                        app: other.app, domain: other.domain, sip: other.sip, guid: "", dn: "", info: try other.info.map { try RawJSON($0) })
                    login.digest = LoginDigest.digest(of: login, challenge: challenge, password: bench.lab.configuration.instancePassword)
                    try await browser.send(String(decoding: login.encoded(src: "again"), as: UTF8.self))
                }
                await browser.check(RoleTable.instance.dropLast(), as: visitor.role, "\(visitor.testDescription), after more logins")
            }
        }
    }

    @Test("Who has not logged in is hung up on, at each message but those of the login")
    func strangers() async throws {
        try await PlatformBench.run { bench async throws in
            let messages = RoleTable.instance.flatMap(\.messages).filter { !["CheckBuild", "AppChallenge", "AppLogin"].contains($0.mt) }
            for path in ["/\(bench.instance)", "/manager/manager-domain", "/manager/manager-domain-api"] {
                for message in messages {
                    let outcomes = try await bench.connect(at: path) { browser in
                        // A challenge is no login.
                        _ = try await browser.challenge()
                        return (await browser.outcome(of: message), await browser.outcome(of: RoleTable.base[0]))
                    }
                    #expect(outcomes == (.closed, .closed), "\(path): \(message)")
                }
            }
        }
    }

    @Test("A login that does not hold opens nothing: a wrong password, another door's, and one for another connection's challenge")
    func refused() async throws {
        try await PlatformBench.run { bench async throws in
            #expect(try await bench.register() == nil)
            let passwords = [
                "/\(bench.instance)": ["wrong", "", "-", PlatformBench.domainPassword, PlatformBench.managerPassword],
                "/manager/manager-domain-api": ["wrong", "", "-", bench.lab.configuration.instancePassword, PlatformBench.managerPassword],
                "/manager/manager-domain": ["wrong", "", bench.lab.configuration.instancePassword, PlatformBench.domainPassword],
            ]
            // Refusals come late; the clock need not be waited for. But on a busy machine nobody is to be late for a login.
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        bench.lab.clock.advance(by: .milliseconds(250))
                        try await Alarm.sleep(for: .milliseconds(5))
                    }
                }
                for (path, passwords) in passwords {
                    for password in passwords {
                        let outcome = try await bench.connect(at: path) { browser in
                            await #expect(throws: Browser.NotLoggedIn.self, "\(path) with \(password)") {
                                try await browser.logIn(app: "-", domain: "example.com", sip: "-", info: nil, password: password)
                            }
                            return await browser.outcome(of: RoleMessage("GetInfo", api: "WhatsAppAdmin"))
                        }
                        #expect(outcome == .closed, "\(path) with \(password)")
                    }
                }
                try await bench.connect { one in
                    let foreign = try await one.challenge()
                    try await bench.connect { two in
                        _ = try await two.challenge()
                        var login = AppLogin(app: "-", domain: "example.com", sip: "-", guid: "", dn: "")
                        login.digest = LoginDigest.digest(of: login, challenge: foreign, password: bench.lab.configuration.instancePassword)
                        try await two.send(String(decoding: login.encoded(src: "login"), as: UTF8.self))
                        #expect(try await two.receive()["ok"] == nil)
                        // Nor does the right password help with a challenge that is spent.
                        try await two.send(String(decoding: login.encoded(src: "login"), as: UTF8.self))
                        #expect(try await two.receive()["ok"] == nil)
                        await two.ended()
                    }
                }
                group.cancelAll()
            }
        }
    }

    @Test("At the App Platform only a hidden app of a connected object may ask; nobody is a manager there")
    func platform() async throws {
        let served = [
            RoleRow(RoleTable.base, user: .answered, pbx: .answered, manager: .answered),
            RoleRow(RoleTable.platform, user: .answered, pbx: .denied, manager: .denied),
            RoleRow(RoleTable.pbx, user: .unknown, pbx: .silent, manager: .unknown),
            RoleRow(
                RoleTable.config + RoleTable.admin + RoleTable.login + RoleTable.foreign + [RoleTable.registration, RoleMessage("AppCheckLogin")],
                user: .unknown, pbx: .unknown, manager: .unknown),
        ]
        try await PlatformBench.run { bench async throws in
            #expect(try await bench.register() == nil)
            try await bench.platform(as: "ap") { ap async throws in
                await ap.check(served, as: .pbx, "the object")
                // Neither of these is one of the roles; what a manager gets here, they get.
                try await bench.platform(as: "admin", object: nil) { await $0.check(served, as: .manager, "no object") }
                try await bench.platform(as: "admin", object: "other") { await $0.check(served, as: .manager, "an object that is not connected") }
                try await bench.connect(at: "/manager/manager-domain-api") { browser in
                    try await browser.logIn(app: "-", domain: "example.com", sip: "-", info: nil, password: PlatformBench.domainPassword)
                    await browser.check(served, as: .manager, "a manager's login")
                }
                #expect(try await bench.logsIn(password: bench.lab.configuration.instancePassword))
                try await bench.platform(as: "admin") { await $0.check(served, as: .user, "a hidden app") }
                #expect(try await bench.logsIn(password: "other-pass-2"))
            }
        }
    }

    @Test("Where domains are registered, nothing else is done, for nobody")
    func registration() async throws {
        let served = [
            RoleRow(RoleTable.base, user: .answered, pbx: .answered, manager: .answered),
            RoleRow([RoleTable.registration], user: .denied, pbx: .denied, manager: .denied),
            RoleRow(RoleTable.pbx, user: .unknown, pbx: .silent, manager: .unknown),
            RoleRow(
                RoleTable.config + RoleTable.admin + RoleTable.platform + RoleTable.login + RoleTable.foreign + [RoleMessage("AppCheckLogin")],
                user: .unknown, pbx: .unknown, manager: .unknown),
        ]
        try await PlatformBench.run { bench async throws in
            for visitor in Self.visitors.prefix(3) {
                try await bench.connect(at: "/manager/manager-domain") { browser in
                    try await browser.logIn(
                        app: visitor.app, domain: "example.com", sip: visitor.sip, info: visitor.info.map { try RawJSON($0) }, password: "-")
                    await browser.check(served, as: visitor.role, visitor.testDescription)
                }
            }
            #expect(try await !bench.enters(as: "ap", password: "other-pass-2"))
        }
    }
}
