import AppService
import Lab
import NIOCore
import Protocol
import Testing
import Transport

/// A service that plays the App Platform too, with an instance of another domain beside ours.
enum PlatformBench {
    static let managerPassword = "manager-pass"
    static let domainPassword = "domain-pass-1"
    static let foreignDomain = "other.example"

    static func run(_ body: @escaping @Sendable (PluginBench) async throws -> Void) async throws {
        try await PluginBench.run { lab in
            lab.managerPassword = managerPassword
        } service: { service in
            service.manager = ManagerConfiguration(password: Secret(managerPassword))
            service.publicURL = try #require(PublicURL("https://ap.example.com"))
            service.instances.append(
                InstanceConfiguration(address: try InstanceAddress(domain: foreignDomain, name: "whatsapp"), password: Secret("other-pass")))
        } _: { bench in
            try await body(bench)
        }
    }
}

extension PluginBench {
    /// Connects to any path.
    func connect<Result: Sendable>(at path: String, _ body: @escaping @Sendable (Browser) async throws -> Result) async throws -> Result {
        try await WebSocketClient(logger: Self.logger).withConnection(to: "ws\(service.dropFirst(4))\(path)") { try await body(Browser($0)) }
    }

    /// Registers a domain; returns what went wrong.
    func register(
        _ domain: String = "example.com", password: String = PlatformBench.domainPassword, managerPassword: String = PlatformBench.managerPassword
    ) async throws -> String? {
        try await connect(at: "/manager/manager-domain") { browser in
            try await browser.logIn(app: "manager-domain", domain: domain, sip: "", info: nil, password: "-")
            let answer = try await browser.ask("RegisterDomain", api: nil, ["pwd": .string(password), "managerPwd": .string(managerPassword)])
            return answer["error"]?.text
        }
    }

    /// Connects as the PBX's object, or as somebody's hidden app with that object's name.
    func platform<Result: Sendable>(
        as sip: String, object: String? = "ap", password: String = PlatformBench.domainPassword, domain: String = "example.com",
        _ body: @escaping @Sendable (Browser) async throws -> Result
    ) async throws -> Result {
        try await connect(at: "/manager/manager-domain-api") { browser in
            let info = try RawJSON(object.map { #"{"appobj":"\#($0)","appdn":"App Platform"}"# } ?? "{}")
            try await browser.logIn(app: "manager-domain-api", domain: domain, sip: sip, info: info, password: password)
            return try await body(browser)
        }
    }

    /// Whether there is a WebSocket at a path.
    func opens(_ path: String) async -> Bool { (try? await connect(at: path) { _ in true }) ?? false }

    /// Whether a login as the PBX's object, or for its hidden app, holds.
    func enters(as sip: String, password: String = PlatformBench.domainPassword, domain: String = "example.com") async throws -> Bool {
        do {
            return try await platform(as: sip, password: password, domain: domain) { _ in true }
        } catch is Browser.NotLoggedIn {
            return false
        }
    }

    /// Whether a manager's login at the instance holds.
    func logsIn(password: String) async throws -> Bool {
        do {
            return try await connect { browser in
                try await browser.logIn(as: .manager, password: password, domain: "example.com")
                return true
            }
        } catch is Browser.NotLoggedIn {
            return false
        }
    }

    /// A hidden app's connection while the PBX's object is connected.
    func hiddenApp<Result: Sendable>(_ body: @escaping @Sendable (Browser) async throws -> Result) async throws -> Result {
        if let error = try await register() { throw PlatformRefusal.told(error) }
        return try await platform(as: "ap") { _ in try await platform(as: "admin", body) }
    }
}

enum PlatformRefusal: Error {
    case told(String)
}

extension Browser {
    func logIn(app: String, domain: String, sip: String, info: RawJSON?, password: String, dn: String = "") async throws {
        let challenge = try #require(try await ask("AppChallenge", api: nil)["challenge"]?.text)
        var login = AppLogin(app: app, domain: domain, sip: sip, guid: "00", dn: dn, info: info)
        login.digest = LoginDigest.digest(of: login, challenge: challenge, password: password)
        try await send(String(decoding: login.encoded(src: "login"), as: UTF8.self))
        guard try await receive()["ok"]?.bool == true else { throw NotLoggedIn() }
    }

    func manage(_ mt: String, _ members: KeyValuePairs<String, JSON> = [:]) async throws -> JSON { try await ask(mt, api: Manager.api, members) }

    /// Returns once the service has hung up.
    func ended() async {
        while (try? await receive()) != nil {}
    }

    /// The challenge of a connection that waits for its login.
    func challenge() async throws -> String { try #require(try await ask("AppChallenge", api: nil)["challenge"]?.text) }
}
