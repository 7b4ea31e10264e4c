import AsyncHTTPClient
import Bridge
import Lab
import Logging
import NIOCore
import NIOHTTP1
import Synchronization
import Transport

@testable import AppService

/// The lab's Meta and a webhook of ours behind real sockets.
final class SetupBench: Sendable {
    static let account = "102030405060708"
    static let first = PhoneNumberID(rawValue: "109080706050403")
    static let second = PhoneNumberID(rawValue: "109080706050404")
    static let verifyToken = "verify & token"

    let lab: Lab
    let graph: GraphClient
    /// What the webhook says to the handshake, if it is not its challenge.
    let refusal = Mutex<HTTPResponse?>(nil)
    /// How many notifications reached the webhook.
    let notifications = Mutex(0)
    private let client: HTTPClient
    private let webhook = Mutex("")

    private init(_ lab: Lab, _ graph: GraphClient, _ client: HTTPClient) {
        self.lab = lab
        self.graph = graph
        self.client = client
    }

    /// A lab with two numbers that wait to be registered, and no callback.
    static func configuration(_ change: (inout LabConfiguration) -> Void = { _ in }) -> LabConfiguration {
        var configuration = LabConfiguration()
        configuration.hasAppCallback = false
        configuration.joinableAccounts = []
        configuration.numbers = [first, second].enumerated().map { index, id in
            MetaNumber(
                id: id.rawValue, displayNumber: "49305550000\(index + 1)", verifiedName: "Example \(index + 1)", countryCode: "49",
                registration: .unregistered())
        }
        change(&configuration)
        return configuration
    }

    /// Runs lab and webhook while `body` runs.
    static func run(_ configuration: LabConfiguration = configuration(), _ body: @escaping @Sendable (SetupBench) async throws -> Void) async throws {
        let logger = Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }
        let lab = Lab(configuration: configuration, clock: .still(), logger: logger)
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: GraphClient.clientConfiguration)
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await lab.run() }
                let addresses = try await lab.listening()
                let bench = SetupBench(
                    lab, GraphClient(client: client, configuration: .init(baseURL: addresses.graph, timeout: .seconds(20))), client)
                let listener = HTTPServer(configuration: .init(port: 0), logger: logger, onListening: { report.yield($0.port ?? 0) }) { request in
                    await bench.answer(request)
                }
                group.addTask { try await listener.run() }
                var iterator = ports.makeAsyncIterator()
                let port = await iterator.next() ?? 0
                bench.webhook.withLock { $0 = "http://127.0.0.1:\(port)/example.com/whatsapp/webhook" }
                try await body(bench)
            }
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    var callback: WebhookCallback { WebhookCallback(url: webhook.withLock { $0 }, verifyToken: Secret(Self.verifyToken)) }

    /// Moves the webhook for those who ask where it is.
    func moveWebhook(to url: String) { webhook.withLock { $0 = url } }

    private func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        if request.method == .POST {
            notifications.withLock { $0 += 1 }
            return .response(.text(.ok, ""))
        }
        if let refusal = refusal.withLock({ $0 }) { return .response(refusal) }
        let challenge = WebhookVerification(verifyToken: Secret(Self.verifyToken)).challenge(in: request.query)
        return .response(challenge.map { .text(.ok, $0) } ?? .text(.forbidden, ""))
    }

    var probe: WebhookProbe { WebhookProbe(client: client, timeout: .seconds(5)) }

    /// Prepares the account, as a person would ask for it.
    func prepare(
        account: String = account, token: String = "LAB-ACCESS-TOKEN", numbers: [PhoneNumberID]? = nil, pin: String? = "123 456",
        appSecret: String? = "lab-app-secret"
    ) async throws(AccountSetupFailure) -> DiscoveredAccount {
        try await GraphAccountSetup(graph: graph, probe: probe, callback: { self.callback }).prepare(
            AccountRequest(
                account: account, token: Secret(token), numbers: numbers, pin: pin.flatMap { PIN($0) }, appSecret: appSecret.map { Secret($0) }))
    }

    /// How the preparation fails; nil if it does not.
    func failure(
        account: String = account, token: String = "LAB-ACCESS-TOKEN", numbers: [PhoneNumberID]? = nil, pin: String? = "123456",
        appSecret: String? = nil
    ) async -> AccountSetupFailure? {
        do throws(AccountSetupFailure) {
            _ = try await prepare(account: account, token: token, numbers: numbers, pin: pin, appSecret: appSecret)
            return nil
        } catch { return error }
    }

    /// The requests to Meta, as method and last segment of the path, in order.
    var calls: [String] {
        lab.wire.entries().filter { $0.system == .meta && $0.direction == .fromService && !$0.summary.hasPrefix("webhook") }
            .map { entry in
                let parts = entry.summary.split(separator: " ")
                return "\(parts[0]) \(parts.last?.split(separator: "/").last ?? "")"
            }
    }
}

extension AccountSetupFailure {
    /// The case, without its text.
    var kind: String {
        switch self {
        case .token: "token"
        case .missingScope: "missingScope"
        case .account: "account"
        case .number: "number"
        case .invalidPIN: "invalidPIN"
        case .meta(_, retryable: true): "meta, later"
        case .meta(_, retryable: false): "meta"
        }
    }
}
