import AppService
import AsyncHTTPClient
import Bridge
import Crypto
import FoundationEssentials
import Lab
import Logging
import NIOCore
import NIOHTTP1
import Protocol
import Synchronization
import Testing
import Transport

/// A shared service that does what a test tells it, over real sockets. It is written from the protocol's description.
final class SharedServicePeer: Sendable {
    static let key = "key-of-this-connector-0123456789"
    static let relayKeyID = "relay-1"
    static let relayKey = SymmetricKey(data: (0..<32).map { UInt8($0 + 100) })

    struct State {
        var starts: [Pairing.Start] = []
        var verifiers: Set<String> = []
        var codes: [String] = []
        var step = Pairing.Step.waiting
        var refusal: Pairing.Refusal?
        var handover: Handover?
        /// What is said instead, by the last word of the path; used up one by one.
        var faults: [String: [HTTPResponse]] = [:]
        var sealsForAnother = false
        var calls: [String] = []
        /// The bindings that were ended, with the key IDs of their signatures.
        var ended: [String: String] = [:]
        var expiresIn = Pairing.lifetime
    }

    let state = Mutex(State())
    let changes = Watched<Void>(())
    private let address = Mutex("")

    /// Where it is.
    var base: String { address.withLock { $0 } }

    /// Runs one while `body` runs.
    static func run(_ body: @escaping @Sendable (SharedServicePeer) async throws -> Void) async throws {
        let peer = SharedServicePeer()
        let (ports, report) = AsyncStream.makeStream(of: Int.self)
        let server = HTTPServer(
            configuration: .init(port: 0), logger: PluginBench.logger, onListening: { report.yield($0.port ?? 0) },
            handler: { await peer.answer($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await server.run() }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            peer.address.withLock { $0 = "http://127.0.0.1:\(port)" }
            try await body(peer)
        }
    }

    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        changes.update { _ in }
    }

    /// Waits until it has seen something.
    func until(_ condition: (State) -> Bool) async throws {
        while true {
            let version = changes.version
            if state.withLock({ condition($0) }) { return }
            try await changes.changed(since: version)
        }
    }

    /// The page has ended with this.
    func ready(_ handover: Handover) {
        change { state in
            state.handover = handover
            state.step = .ready
        }
    }

    // MARK: Answers

    private func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        let bytes = (try? await request.body.collect(upTo: 100_000)).map { Array($0.readableBytesView) } ?? []
        let parts = request.path.split(separator: "/").map(String.init)
        let word = parts.last ?? ""
        let fault = state.withLock { state -> HTTPResponse? in
            state.calls.append(word)
            guard var faults = state.faults[word], !faults.isEmpty else { return nil }
            defer { state.faults[word] = faults }
            return faults.removeFirst()
        }
        defer { changes.update { _ in } }
        if let fault { return .response(fault) }
        do {
            return .response(try Self.json(.ok, try respond(request, parts, bytes)))
        } catch let refusal as Pairing.Refusal {
            return .response((try? Self.json(refusal.known == .notAuthorised ? .unauthorized : .notFound, refusal)) ?? .text(.ok, ""))
        } catch {
            return .response(.text(.badRequest, "\(error)"))
        }
    }

    private func respond(_ request: HTTPRequest, _ parts: [String], _ bytes: [UInt8]) throws -> any Encodable & Sendable {
        guard request.method == .POST else { throw Pairing.Refusal(.badRequest, "POST only") }
        if parts == ["v1", "pairings"] {
            guard request.headers.first(name: "Authorization") == "Bearer \(Self.key)" else {
                throw Pairing.Refusal(.notAuthorised, "The service key is wrong.")
            }
            let start = try Pairing.decode(Pairing.Start.self, from: bytes)
            return state.withLock { state in
                state.starts.append(start)
                state.step = .waiting
                state.refusal = nil
                return Pairing.Started(id: "pairing-\(state.starts.count)", page: "\(base)/page#secret", expiresIn: state.expiresIn)
            }
        }
        if parts.count == 4, parts[1] == "bindings", parts[3] == "end" {
            guard let signature = request.headers.first(name: RelaySignature.headerName).flatMap({ RelaySignature(header: $0) }),
                signature.isValid(for: bytes, key: Self.relayKey)
            else { throw Pairing.Refusal(.notFound, "There is no such binding.") }
            state.withLock { $0.ended[parts[2]] = signature.keyID }
            return [String: String]()
        }
        let proof = try Pairing.decode(Pairing.Proof.self, from: bytes)
        return try state.withLock { state in
            guard parts.count == 4, parts[2] == "pairing-\(state.starts.count)", let start = state.starts.last,
                let verifier = Base64URL.bytes(proof.verifier), verifier.count == Pairing.randomBytes,
                Base64URL.text(SHA256.hash(data: verifier)) == start.verifierDigest
            else { throw Pairing.Refusal(.notFound, "There is no such pairing.") }
            state.verifiers.insert(proof.verifier)
            if let code = proof.code { state.codes.append(code) }
            switch parts[3] {
            case "status": break
            case "collect":
                guard let handover = state.handover, state.step == .ready else { throw Pairing.Refusal(.notReady, "Not yet.") }
                return try SealedHandover(handover, to: start.publicKey, pairing: state.sealsForAnother ? "another" : parts[2])
            case "acknowledge": state.step = .acknowledged
            case "cancel": state.step = .failed
            default: throw Pairing.Refusal(.badRequest, "There is nothing here.")
            }
            return Pairing.Status(step: state.step, refusal: state.refusal)
        }
    }

    static func json(_ status: HTTPResponseStatus, _ value: any Encodable) throws -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: .bytes(ByteBuffer(bytes: try Pairing.encode(value))))
    }
}

/// A whole service that is joined with a shared service.
struct OnboardingBench: Sendable {
    static let account = "203040506070801"
    static let numbers = ["209080706050401", "209080706050402", "209080706050403"]
    static let pin = "135790"

    let bench: PluginBench
    let peer: SharedServicePeer

    static func run(
        mode: Pairing.Mode = .relay, isEmpty: Bool = false, logger: Logger = PluginBench.logger,
        _ change: (inout LabConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (OnboardingBench) async throws -> Void
    ) async throws {
        var labConfiguration = LabConfiguration()
        change(&labConfiguration)
        let lab = labConfiguration
        let port = try FreePort.find()
        try await SharedServicePeer.run { peer in
            try await PluginBench.run(
                { $0 = lab },
                service: { configuration in
                    configuration.listen = ListenAddress(host: "127.0.0.1", port: port)
                    configuration.publicURL = try #require(PublicURL("http://127.0.0.1:\(port)"))
                    configuration.sharedServiceURL = peer.base
                    configuration.sharedServiceKey = Secret(SharedServicePeer.key)
                    configuration.sharedServiceMode = mode
                    if isEmpty {
                        configuration.instances[0].accounts = []
                        configuration.instances[0].graph.appSecret = nil
                    }
                }, logger: logger
            ) { bench in
                try await body(OnboardingBench(bench: bench, peer: peer))
            }
        }
    }

    /// What the service would hand over after a signup.
    func handover(
        account: String = account, numbers: [String] = [], mode: Pairing.Mode = .relay, binding: String = "binding-1",
        _ change: (inout Handover) -> Void = { _ in }
    ) async throws -> Handover {
        let lab = bench.lab
        let code = try lab.meta.signUp(account: account, number: numbers.first).code
        let graph = try await lab.listening().graph
        let query = "client_id=\(lab.meta.signupApp.id)&client_secret=\(lab.meta.signupApp.secret)&code=\(code)"
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: "\(graph)/v25.0/oauth/access_token?\(query)"), timeout: .seconds(10))
        let answer = try JSON(Array(try await response.body.collect(upTo: 65_536).readableBytesView))
        let token = try #require(answer["access_token"]?.text)
        let proof = HMAC<SHA256>.authenticationCode(
            for: Array(token.utf8), using: SymmetricKey(data: Array(lab.meta.signupApp.secret.utf8))
        ).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        var handover = Handover(
            binding: binding, mode: mode, account: account, numbers: numbers, accessToken: token, appSecretProof: proof, appID: lab.meta.signupApp.id,
            graphVersion: "v25.0",
            relay: Handover.Relay(
                keyID: SharedServicePeer.relayKeyID, key: Base64URL.text(SharedServicePeer.relayKey.withUnsafeBytes { Array($0) })))
        change(&handover)
        return handover
    }

    /// Starts an onboarding.
    func start(_ browser: Browser, kind: String = "full", pin: String = pin) async throws -> JSON {
        try await browser.ask("StartOnboarding", src: "onb", ["kind": .string(kind), "pin": try browser.sealed(pin)])
    }

    /// Moves the clock on to when the service is asked next.
    func poll() { bench.lab.clock.advance(by: .seconds(3)) }

    /// The push that ends an onboarding; the service is asked until it is there.
    func ending(_ browser: Browser) async throws -> JSON {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                while true {
                    poll()
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            return try await browser.push("OnboardingInfo") { ["done", "failed", "cancelled"].contains($0["step"]?.text ?? "") }
        }
    }

    /// Sends a notification as the service or Meta would.
    func post(
        _ body: String, to path: String = "webhook", signedBy key: SymmetricKey? = nil, keyID: String = SharedServicePeer.relayKeyID,
        at time: Int64? = nil
    ) async throws -> Int {
        var request = HTTPClientRequest(url: "\(bench.service)/\(bench.instance)/\(path)")
        request.method = .POST
        let bytes = Array(body.utf8)
        if let key {
            let signature = RelaySignature(bytes, keyID: keyID, key: key, time: time ?? bench.lab.clock.now() / 1_000)
            request.headers.add(name: RelaySignature.headerName, value: signature.header)
        }
        request.body = .bytes(ByteBuffer(bytes: bytes))
        return Int(try await HTTPClient.shared.execute(request, timeout: .seconds(10)).status.code)
    }

    static func message(wamid: String, account: String = account, number: String = numbers[0], text: String = "Hello") -> String {
        """
        {"object":"whatsapp_business_account","entry":[{"id":"\(account)","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",\
        "metadata":{"display_phone_number":"493055500011","phone_number_id":"\(number)"},"contacts":[{"profile":{"name":"Ada"},"wa_id":"4915100001"}],\
        "messages":[{"from":"4915100001","id":"\(wamid)","timestamp":"1790000000","type":"text","text":{"body":"\(text)"}}]}}]}]}
        """
    }
}
