import AppService
import Bridge
import Crypto
import Logging
import NIOCore
import NIOHTTP1
import Protocol
import Synchronization
import Transport

/// Answers instances, browsers and Meta.
struct SharedRouter: Sendable {
    let desk: PairingDesk
    let store: SharedStore
    let pages: SignupPages
    let webhook: WebhookEndpoint
    let connectors: ConnectorKeys
    let endings: Bell
    let clock: any WallClock
    let logger: Logger

    /// Answers a request.
    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let segments = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        switch (request.method, segments.count, segments.first) {
        case (_, 1, "webhook"): return await webhook.respond(to: request)
        case (.POST, 2, "v1") where segments[1] == "pairings": return await start(request)
        case (.POST, 4, "v1") where segments[1] == "pairings": return await pairing(segments[2], segments[3], request)
        case (.POST, 4, "v1") where segments[1] == "bindings" && segments[3] == "end": return await end(segments[2], request)
        case (.GET, 3, "signup") where segments[1] == "files": return pages.file(segments[2])
        case (.GET, 2, "signup"): return await pages.page(segments[1], request)
        case (.POST, 3, "signup"): return await pages.act(segments[1], segments[2], request)
        case (_, _, "v1"): return JSONAnswer.refusal(Pairing.Refusal(.notFound, "There is nothing here."))
        default: return .text(.notFound, "There is nothing here.\n")
        }
    }

    // MARK: Pairings

    private func start(_ request: HTTPRequest) async -> HTTPResponse {
        // Before the body, so that a stranger's takes no memory.
        guard let connector = await connectors.connector(of: request) else {
            return JSONAnswer.refusal(
                Pairing.Refusal(.notAuthorised, "The service key is missing or wrong; correct it in the instance's configuration."))
        }
        return await answer(request, Pairing.Start.self) { try await desk.start($0, by: connector) }
    }

    private func pairing(_ id: String, _ verb: String, _ request: HTTPRequest) async -> HTTPResponse {
        switch verb {
        case "status": await answer(request, Pairing.Proof.self) { try await desk.status(id, $0) }
        case "collect": await answer(request, Pairing.Proof.self) { try await desk.collect(id, $0) }
        case "acknowledge": await answer(request, Pairing.Proof.self) { try await desk.acknowledge(id, $0) }
        case "cancel": await answer(request, Pairing.Proof.self) { try await desk.cancel(id, $0) }
        default: JSONAnswer.refusal(Pairing.Refusal(.notFound, "There is nothing here."))
        }
    }

    private func answer<Question: Decodable>(
        _ request: HTTPRequest, _ type: Question.Type, _ body: (Question) async throws -> some Encodable
    ) async -> HTTPResponse {
        await JSONAnswer.catching(logger) {
            let bytes = try await JSONAnswer.body(of: request)
            let question: Question
            do {
                question = try Pairing.decode(type, from: bytes.readableBytesView)
            } catch {
                throw Pairing.Refusal(.badRequest, "The request cannot be read: \(error).")
            }
            return try JSONAnswer.success(await body(question))
        }
    }

    // MARK: Bindings

    /// Ends a binding. The signature proves that the instance wants it.
    private func end(_ id: String, _ request: HTTPRequest) async -> HTTPResponse {
        await JSONAnswer.catching(logger) {
            let notFound = Pairing.Refusal(.notFound, "There is no such binding, or it has ended.")
            let headers = request.headers[RelaySignature.headerName]
            guard headers.count == 1, let signature = RelaySignature(header: headers[0]), signature.keyID == id else { throw notFound }
            let bytes = try await JSONAnswer.body(of: request)
            let now = clock.now()
            guard let key = try await store.relayKey(of: id), signature.isTimely(at: now.milliseconds / 1_000),
                signature.isValid(for: bytes.readableBytesView, key: key)
            else { throw notFound }
            try await store.end(id, at: now)
            endings.ring()
            logger.notice("An instance ended its binding", metadata: ["binding": "\(id)"])
            return try JSONAnswer.success([String: String]())
        }
    }
}

/// Answers of JSON.
enum JSONAnswer {
    static func success(_ value: some Encodable) throws -> HTTPResponse { response(.ok, try Pairing.encode(value)) }

    static func refusal(_ refusal: Pairing.Refusal) -> HTTPResponse {
        response(status(of: refusal), (try? Pairing.encode(refusal)) ?? [])
    }

    /// Reads a body that is no larger than ours are.
    static func body(of request: HTTPRequest) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: Pairing.maximumBodySize)
        } catch is HTTPBodyTooLarge {
            throw Pairing.Refusal(.badRequest, "The request is larger than 64 KiB.")
        }
    }

    /// Answers with what the body makes, or with why it does not.
    static func catching(_ logger: Logger, _ body: () async throws -> HTTPResponse) async -> HTTPResponse {
        do {
            return try await body()
        } catch let refusal as Pairing.Refusal {
            return Self.refusal(refusal)
        } catch is HTTPBodyInterrupted {
            return HTTPResponse(status: .badRequest)
        } catch {
            logger.error("A request could not be answered", metadata: ["error": "\(error)"])
            return Self.refusal(Pairing.Refusal(.internal, "The service has a problem with its database. Try again later."))
        }
    }

    private static func response(_ status: HTTPResponseStatus, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: ["Content-Type": "application/json", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"],
            body: .bytes(ByteBuffer(bytes: bytes)))
    }

    private static func status(of refusal: Pairing.Refusal) -> HTTPResponseStatus {
        switch refusal.known {
        case .badRequest: .badRequest
        case .notAuthorised: .unauthorized
        case .notFound: .notFound
        case .notReady, .signupEnded, .boundElsewhere, .codeRefused, .tokenRefused: .conflict
        case .expired, .cancelled: .gone
        case .tooMany: .tooManyRequests
        case .meta: .badGateway
        case .internal, nil: .internalServerError
        }
    }
}

/// Who may start pairings. Keys are compared in constant time; wrong ones are answered late, and later each time.
final class ConnectorKeys: Sendable {
    private let digests: [(name: String, digest: SHA256.Digest)]
    private let trustedProxies: [AddressRange]
    private let clock: any WallClock
    private let logger: Logger
    private let throttle = Mutex(LoginThrottle())

    init(_ connectors: [SharedServiceConfiguration.Connector], trustedProxies: [AddressRange], clock: any WallClock, logger: Logger) {
        digests = connectors.map { ($0.name, SHA256.hash(data: $0.key.revealedBytes)) }
        self.trustedProxies = trustedProxies
        self.clock = clock
        self.logger = logger
    }

    /// The name of whoever sent a request; nil if it proves nothing.
    func connector(of request: HTTPRequest) async -> String? {
        let values = request.headers["Authorization"]
        let prefix = "bearer "
        if values.count == 1, values[0].lowercased().hasPrefix(prefix) {
            let digest = SHA256.hash(data: Array(values[0].utf8.dropFirst(prefix.utf8.count)))
            var found: String?
            for (name, known) in digests where known == digest { found = name }
            if let found { return found }
        }
        let client = InstanceAdministration.forwardedClient(of: request, trustedProxies: trustedProxies) ?? request.remoteAddress
        let wait = throttle.withLock { $0.failed(from: client, at: clock.now()) }
        logger.notice("A pairing was refused: the service key is missing or wrong", metadata: ["peer": "\(client)"])
        try? await clock.sleep(for: wait)
        return nil
    }
}
