import AppService
import Bridge
import FoundationEssentials
import Lab
import Logging
import NIOCore
import PbxManagerPlugin
import Protocol
import Synchronization
import Testing
import Transport

/// A whole service with the plugin, and a whole lab, joined over real sockets on loopback.
struct PluginBench: Sendable {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let lab: Lab
    /// The service's base, `http://host:port`.
    let service: String
    let configuration: ServiceConfiguration

    /// Runs `body` on a bench, and takes it down again.
    static func run(
        _ change: (inout LabConfiguration) -> Void = { _ in },
        service edit: (inout ServiceConfiguration) throws -> Void = { _ in },
        accounts: (any AccountSetup)? = nil,
        privatePosts: (any PrivatePostChecks)? = nil,
        logger: Logger = logger,
        _ body: @escaping @Sendable (PluginBench) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "plugin-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var labConfiguration = LabConfiguration()
        labConfiguration.pbxOptions.longestReconnectDelay = 500
        change(&labConfiguration)
        let lab = Lab(configuration: labConfiguration, clock: .running(from: Int64(Date.now.timeIntervalSince1970 * 1_000)), logger: logger)
        var prepared = try ServiceConfiguration(lab: labConfiguration, folder: folder.path)
        try edit(&prepared)
        let configuration = prepared
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await lab.run() }
            let addresses = try await lab.listening()
            let (ready, readiness) = AsyncStream.makeStream(of: ConnectorService.Addresses.self)
            group.addTask {
                var configuration = configuration
                for index in configuration.instances.indices { configuration.instances[index].graph.baseURL = addresses.graph }
                let service = ConnectorService(
                    configuration: configuration, clock: BenchClock(clock: lab.clock), logger: logger,
                    parts: { _ in InstanceAdministration.Parts(accountSetup: accounts, privatePosts: privatePosts) },
                    extend: { PbxManagerPlugin.extend($0) }, extendService: { await AppPlatform.extend($0) }, onReady: { readiness.yield($0) })
                try await service.run()
            }
            group.addTask {
                var addresses = ready.makeAsyncIterator()
                let service = try #require(await addresses.next()).application
                lab.serviceStarted(at: service)
                try await body(PluginBench(lab: lab, service: service, configuration: configuration))
                throw Done()
            }
            do {
                while try await group.next() != nil {}
            } catch is Done {}
        }
    }

    private struct Done: Error {}

    var instance: String { "\(lab.configuration.domain)/\(lab.configuration.instance)" }
    var numberID: String { lab.configuration.numbers[0].id }

    /// Connects, without a login.
    func connect<Result: Sendable>(_ body: @escaping @Sendable (Browser) async throws -> Result) async throws -> Result {
        let url = "ws\(service.dropFirst(4))/\(instance)/innovaphone.whatsappmanager"
        return try await WebSocketClient(logger: Self.logger).withConnection(to: url) { try await body(Browser($0)) }
    }

    /// Connects and logs in.
    func logIn<Result: Sendable>(
        as role: SessionRole = .manager, _ body: @escaping @Sendable (Browser) async throws -> Result
    ) async throws -> Result {
        try await connect { browser in
            try await browser.logIn(as: role, password: lab.configuration.instancePassword, domain: lab.configuration.domain)
            return try await body(browser)
        }
    }

    /// Waits until the connector reads Connect.
    func untilConnected() async throws { try await lab.connect.wait(until: "the connector reads") { $0.filterCount >= 1 } }
}

struct BenchClock: WallClock {
    let clock: LabClock

    func now() -> Moment { Moment(milliseconds: clock.now()) }

    func sleep(until moment: Moment) async throws { try await clock.sleep(until: moment.milliseconds) }
}

extension ServiceConfiguration {
    init(lab: LabConfiguration, folder: String) throws {
        let key = try #require(SealingKey(bytes: (0..<32).map { UInt8($0) }))
        self.init(
            listen: ListenAddress(host: "127.0.0.1", port: 0), operations: ListenAddress(host: "127.0.0.1", port: 0),
            publicURL: try #require(PublicURL("http://127.0.0.1:1")), dataDirectory: folder + "/data", secretKey: .key(key),
            instances: [
                InstanceConfiguration(
                    address: try InstanceAddress(domain: lab.domain, name: lab.instance), password: Secret(lab.instancePassword),
                    graph: GraphConfiguration(appSecret: Secret(lab.appSecret), verifyToken: Secret(lab.verifyToken)),
                    accounts: [
                        AccountConfiguration(
                            waba: lab.waba, token: Secret(lab.accessToken),
                            numbers: lab.numbers.map {
                                NumberConfiguration(id: PhoneNumberID(rawValue: $0.id), app: "connect", zone: Zone(rawValue: lab.objectName))
                            })
                    ])
            ])
    }
}

/// The other end of a session, as a browser has it: sends requests, and tells results from pushes by `src` and name.
final class Browser: Sendable {
    struct Ended: Error {}
    struct NotLoggedIn: Error {}

    private struct State {
        var lastSource = 0
        var pushes: [JSON] = []
        var key: SessionKey?
        var longest = 0
    }

    private let connection: WebSocketConnection
    private let state = Mutex(State())

    init(_ connection: WebSocketConnection) { self.connection = connection }

    /// The longest message that came, in bytes.
    var longest: Int { state.withLock { $0.longest } }

    /// What came besides results.
    var pushes: [JSON] { state.withLock { $0.pushes } }

    func send(_ text: String) async throws { try await connection.send(text: ByteBuffer(string: text)) }

    func receive() async throws -> JSON {
        guard case .text(let buffer)? = try await connection.receive() else { throw Ended() }
        let bytes = Array(buffer.readableBytesView)
        state.withLock { $0.longest = max($0.longest, bytes.count) }
        return try JSON(bytes)
    }

    /// Sends a request and waits for its result.
    func ask(_ mt: String, api: String? = "WhatsAppAdmin", src: String? = nil, _ members: KeyValuePairs<String, JSON> = [:]) async throws -> JSON {
        let src =
            src
            ?? state.withLock { state in
                state.lastSource += 1
                return "r\(state.lastSource)"
            }
        var all: [JSONMember] = []
        if let api { all.append(JSONMember("api", .string(api))) }
        all += [JSONMember("mt", .string(mt)), JSONMember("src", .string(src))]
        all += members.map { JSONMember($0.key, $0.value) }
        try await send(String(decoding: JSON.object(all).bytes, as: UTF8.self))
        while true {
            let message = try await receive()
            if message["src"]?.text == src, message["mt"]?.text == "\(mt)Result" { return message }
            state.withLock { $0.pushes.append(message) }
        }
    }

    /// The next push of this name, or the next that fits.
    func push(_ mt: String, where fits: (JSON) -> Bool = { _ in true }) async throws -> JSON {
        func isWanted(_ message: JSON) -> Bool { message["mt"]?.text == mt && fits(message) }
        let known = state.withLock { state -> JSON? in
            guard let index = state.pushes.firstIndex(where: isWanted) else { return nil }
            return state.pushes.remove(at: index)
        }
        if let known { return known }
        while true {
            let message = try await receive()
            if isWanted(message) { return message }
            state.withLock { $0.pushes.append(message) }
        }
    }

    func sealed(_ text: String, seed: String = "0.seed") throws -> JSON {
        let key = try #require(state.withLock { $0.key })
        return SealedText(text, seed: seed, under: key).json
    }

    func logIn(as role: SessionRole, password: String, domain: String) async throws {
        let challenge = try #require(try await ask("AppChallenge", api: nil)["challenge"]?.text)
        var login: AppLogin
        switch role {
        case .manager: login = AppLogin(app: "-", domain: domain, sip: "-", guid: "", dn: "Admin")
        case .user: login = AppLogin(app: "innovaphone-whatsapp", domain: domain, sip: "anna", info: try RawJSON(#"{"appobj":"whatsapp"}"#))
        case .pbx: login = AppLogin(app: "innovaphone-whatsapp", domain: domain, sip: "other", info: try RawJSON(#"{"appobj":"other"}"#))
        }
        login.digest = LoginDigest.digest(of: login, challenge: challenge, password: password)
        try await send(String(decoding: login.encoded(src: "login"), as: UTF8.self))
        guard try await receive()["ok"]?.bool == true else { throw NotLoggedIn() }
        state.withLock { $0.key = SessionKey(challenge: challenge, password: password) }
    }
}
