import AppService
import AsyncHTTPClient
import Bridge
import Crypto
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Protocol
import Synchronization

@testable import SharedService

/// A running shared service, as instances, browsers and Meta see it.
struct Service: Sendable {
    struct Answer: Sendable {
        var status: UInt
        var headers: HTTPHeaders
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value { try Pairing.decode(type, from: body) }
        var refusal: Pairing.Code? { (try? decoded(Pairing.Refusal.self))?.known }
    }

    struct Gone: Error {}

    let world: World
    let address: String
    let operations: String

    func request(_ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil, _ headers: HTTPHeaders = [:]) async throws -> Answer {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : address + path)
        request.method = method
        request.headers = headers
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = Array(try await response.body.collect(upTo: 1 << 20).readableBytesView)
        world.answers.withLock {
            $0.append(response.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n") + String(decoding: bytes, as: UTF8.self))
        }
        return Answer(status: response.status.code, headers: response.headers, body: bytes)
    }

    // MARK: An instance

    func start(_ start: Pairing.Start, key: String = World.key) async throws -> Answer {
        try await request(.POST, "/v1/pairings", Pairing.encode(start), ["Authorization": "Bearer \(key)"])
    }

    func started(_ instance: FakeInstance, _ change: (inout Pairing.Start) -> Void = { _ in }) async throws -> String {
        var start = instance.start
        change(&start)
        return try await self.start(start).decoded(Pairing.Started.self).id
    }

    func pairing(_ id: String, _ verb: String, _ proof: Pairing.Proof) async throws -> Answer {
        try await request(.POST, "/v1/pairings/\(id)/\(verb)", Pairing.encode(proof))
    }

    func status(_ id: String, _ instance: FakeInstance) async throws -> Pairing.Status {
        try await pairing(id, "status", instance.proof).decoded(Pairing.Status.self)
    }

    func collect(_ id: String, _ instance: FakeInstance) async throws -> Handover {
        try instance.open(try await pairing(id, "collect", instance.proof).decoded(SealedHandover.self), of: id)
    }

    func end(_ handover: Handover) async throws -> Answer {
        let body = Array("{}".utf8)
        let signature = RelaySignature(
            body, keyID: handover.relay.keyID, key: SymmetricKey(data: Base64URL.bytes(handover.relay.key) ?? []),
            time: world.clock.now().milliseconds / 1_000)
        return try await request(.POST, "/v1/bindings/\(handover.binding)/end", body, [RelaySignature.headerName: signature.header])
    }

    // MARK: A browser

    /// Loads the page, and finds its token in it.
    func pageToken(_ id: String) async throws -> String {
        let text = try await request(.GET, "/signup/\(id)").text
        guard let range = text.firstRange(of: "data-token=\"") else { throw Gone() }
        return String(text[range.upperBound...].prefix { $0 != "\"" })
    }

    func act(_ id: String, _ verb: String, _ token: String, _ values: [(String, JSON)] = [], headers: HTTPHeaders = ["Origin": World.origin])
        async throws
        -> Answer
    {
        let body = JSON.object(([("page", JSON.string(token))] + values).map { JSONMember($0.0, $0.1) })
        return try await request(.POST, "/signup/\(id)/\(verb)", body.bytes, headers.merging(["Content-Type": "application/json"]))
    }

    /// What Meta's dialog tells the page.
    static func message(_ event: String = "FINISH", account: String? = "1001", number: String? = "2001") -> JSON {
        var data: [JSONMember] = [JSONMember("business_id", "3001")]
        if let account { data.append(JSONMember("waba_id", .string(account))) }
        if let number { data.append(JSONMember("phone_number_id", .string(number))) }
        return ["type": "WA_EMBEDDED_SIGNUP", "event": .string(event), "data": .object(data)]
    }

    /// Signs up and comes back with the page's last state.
    func signUp(_ id: String, code: String, session: JSON? = message()) async throws -> PageState {
        let token = try await pageToken(id)
        let answer = try await act(id, "code", token, [("code", .string(code)), ("session", session ?? .null)])
        return try answer.decoded(PageState.self)
    }

    /// Joins an instance with an account, from the start to the acknowledgement.
    func join(
        _ instance: FakeInstance, code: String = "code-1", token: String = "token-AAAAAAAAAAAAAAAA", session: JSON? = message(),
        acknowledges: Bool = true, _ change: (inout Pairing.Start) -> Void = { _ in }
    ) async throws -> (pairing: String, handover: Handover) {
        world.graph.issue(code, token: token)
        let id = try await started(instance, change)
        guard try await signUp(id, code: code, session: session).step == .ready else { throw Gone() }
        let handover = try await collect(id, instance)
        if acknowledges {
            guard try await pairing(id, "acknowledge", instance.proof).decoded(Pairing.Status.self).step == .acknowledged else { throw Gone() }
        }
        return (id, handover)
    }

    // MARK: Meta

    func notify(_ body: String, secret: String = World.appSecret) async throws -> UInt {
        let code = HMAC<SHA256>.authenticationCode(for: Array(body.utf8), using: SymmetricKey(data: Array(secret.utf8)))
        let digits = code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return try await request(.POST, "/webhook", Array(body.utf8), ["X-Hub-Signature-256": "sha256=\(digits)"]).status
    }

    static func messages(_ account: String, number: String, _ text: String) -> String {
        #"{"object":"whatsapp_business_account","entry":[\#(entry(account, number: number, text))]}"#
    }

    static func entry(_ account: String, number: String, _ text: String) -> String {
        #"{"id":"\#(account)","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"\#(number)"},"messages":[{"id":"\#(text)"}]}}]}"#
    }
}

extension HTTPHeaders {
    func merging(_ others: [String: String]) -> HTTPHeaders {
        var headers = self
        for (name, value) in others { headers.replaceOrAdd(name: name, value: value) }
        return headers
    }
}
