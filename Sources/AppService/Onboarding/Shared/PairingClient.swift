import AsyncHTTPClient
import Crypto
import NIOCore
import NIOHTTP1
import Protocol

/// Talks to a shared service as ``Pairing`` says.
struct PairingClient: Sendable {
    /// How long an answer may take.
    static let patience: Duration = .seconds(15)

    private let client: HTTPClient
    private let base: String
    private let key: Secret

    /// - Parameters:
    ///   - client: what to ask with; redirects must be off, since they would carry keys away
    ///   - base: the service's address, without a slash at its end
    ///   - key: what this service proves itself with there
    init(client: HTTPClient, base: String, key: Secret) {
        self.client = client
        self.base = base
        self.key = key
    }

    /// Starts a pairing.
    func start(_ start: Pairing.Start) async -> ServiceAnswer<Pairing.Started> {
        let headers: HTTPHeaders = ["Authorization": "Bearer \(key.revealed)"]
        let answer: ServiceAnswer<Pairing.Started> = await post("v1/pairings", start, headers: headers)
        // The page is opened in a browser, and the ID becomes a part of addresses.
        if case .answered(let started) = answer, !Self.isID(started.id) || !Self.isPage(started.page) { return .unreadable }
        return answer
    }

    /// Asks how a pairing stands, or says something about it.
    ///
    /// - Parameters:
    ///   - what: `status`, `acknowledge` or `cancel`
    ///   - id: the pairing
    ///   - proof: the verifier, and the browser's code if it is there
    func tell(_ what: String, _ id: String, _ proof: Pairing.Proof) async -> ServiceAnswer<Pairing.Status> {
        await post("v1/pairings/\(id)/\(what)", proof)
    }

    /// Collects what a pairing has ended with.
    func collect(_ id: String, _ proof: Pairing.Proof) async -> ServiceAnswer<SealedHandover> { await post("v1/pairings/\(id)/collect", proof) }

    /// Ends a binding.
    ///
    /// - Parameters:
    ///   - binding: the binding
    ///   - key: its key
    ///   - keyID: names the key
    ///   - time: now, in seconds since 1970
    func end(_ binding: String, key: SymmetricKey, keyID: String, time: Int64) async -> ServiceAnswer<Nothing> {
        let body = Array("{}".utf8)
        let signature = RelaySignature(body, keyID: keyID, key: key, time: time)
        return await post("v1/bindings/\(binding)/end", bytes: body, headers: [RelaySignature.headerName: signature.header])
    }

    /// An answer without content.
    struct Nothing: Codable, Equatable, Sendable {}

    private func post<Value: Decodable>(_ path: String, _ body: some Encodable, headers: HTTPHeaders = [:]) async -> ServiceAnswer<Value> {
        guard let bytes = try? Pairing.encode(body) else { return .unreadable }
        return await post(path, bytes: bytes, headers: headers)
    }

    private func post<Value: Decodable>(_ path: String, bytes: [UInt8], headers: HTTPHeaders) async -> ServiceAnswer<Value> {
        var request = HTTPClientRequest(url: "\(base)/\(path)")
        request.method = .POST
        request.headers = ["Content-Type": "application/json", "Accept": "application/json", "User-Agent": "whatsapp-connector"]
        request.headers.add(contentsOf: headers)
        request.body = .bytes(ByteBuffer(bytes: bytes))
        do {
            let response = try await client.execute(request, timeout: TimeAmount(Self.patience))
            let body = Array(try await response.body.collect(upTo: Pairing.maximumBodySize).readableBytesView)
            return Self.read(status: Int(response.status.code), body)
        } catch is NIOTooManyBytesError {
            return .unreadable
        } catch {
            return .unanswered(GraphFailurePhrase.phrase(for: error))
        }
    }

    /// What an answer means. What is no refusal of the service's own comes from something before it, and may be over in a moment.
    static func read<Value: Decodable>(status: Int, _ body: [UInt8]) -> ServiceAnswer<Value> {
        guard status >= 400 else {
            guard (200...299).contains(status), let value = try? Pairing.decode(Value.self, from: body) else { return .unreadable }
            return .answered(value)
        }
        if let refusal = try? Pairing.decode(Pairing.Refusal.self, from: body) { return .refused(refusal) }
        return status >= 500 || status == 429 ? .unanswered("HTTP status \(status)") : .unreadable
    }

    /// Whether a text may stand in an address as one segment.
    static func isID(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// Whether a text is an address that a browser may be sent to.
    private static func isPage(_ text: String) -> Bool {
        guard text.utf8.count <= 2_000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let base = PublicURL(String(text.prefix { $0 != "?" && $0 != "#" }))
        else { return false }
        return base.scheme == "https" || base.isLoopback
    }
}
