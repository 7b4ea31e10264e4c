import AsyncHTTPClient
import Crypto
import Lab
import NIOCore
import NIOHTTP1

/// Posts webhooks to a service as fast as it answers, over connections that stay open. Owns its HTTP client: to be used within `open`.
struct WebhookLoad: Sendable {
    /// What was answered, and how fast.
    struct Figures: Sendable {
        /// How often each HTTP status came; 0 counts requests without an answer.
        var statuses: [Int: Int] = [:]
        /// How long each answer took, in no order.
        var latencies: [Duration] = []

        /// The duration below which this share of all answers stayed.
        func latency(_ share: Double) -> Duration {
            let sorted = latencies.sorted()
            return sorted.isEmpty ? .zero : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
        }

        mutating func add(_ other: Figures) {
            statuses.merge(other.statuses, uniquingKeysWith: +)
            latencies += other.latencies
        }

        mutating func add(_ status: Int, after latency: Duration) {
            statuses[status, default: 0] += 1
            latencies.append(latency)
        }
    }

    /// A POST as it goes over the wire.
    struct Request: Sendable {
        var body: [UInt8]
        /// The value of `X-Hub-Signature-256`; nil leaves the field out.
        var signature: String?
        /// Behind the instance's path.
        var path = "/webhook"
    }

    private let client: HTTPClient
    private let base: String
    private let secret: SymmetricKey

    /// Runs `body` with a load for the service at a base URL, and closes its connections.
    static func open<Result: Sendable>(
        for lab: Lab, at application: String, connections: Int, _ body: @Sendable (WebhookLoad) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(60))
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let load = WebhookLoad(
            client: client, base: "\(application)/\(lab.configuration.domain)/\(lab.configuration.instance)",
            secret: SymmetricKey(data: Array(lab.configuration.appSecret.utf8)))
        do {
            let result = try await body(load)
            try await client.shutdown()
            return result
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    /// A request that the service has to take.
    func signed(_ body: [UInt8]) -> Request {
        let digits = Array("0123456789abcdef".utf8)
        let code = HMAC<SHA256>.authenticationCode(for: body, using: secret)
        let hex = code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return Request(body: body, signature: "sha256=" + String(decoding: hex, as: UTF8.self))
    }

    /// Posts once; returns the status of the answer, 0 if there was none, and how long it took.
    func post(_ request: Request) async -> (status: Int, latency: Duration) {
        var wire = HTTPClientRequest(url: base + request.path)
        wire.method = .POST
        wire.headers = ["Content-Type": "application/json"]
        if let signature = request.signature { wire.headers.add(name: "X-Hub-Signature-256", value: signature) }
        wire.body = .bytes(ByteBuffer(bytes: request.body))
        let start = ContinuousClock.now
        do {
            let response = try await client.execute(wire, timeout: .seconds(60))
            _ = try await response.body.collect(upTo: 1 << 16)
            return (Int(response.status.code), start.duration(to: .now))
        } catch {
            return (0, start.duration(to: .now))
        }
    }

    /// Has `workers` tasks post what `next` gives them until it gives nothing more. Each has random choices of its own.
    func run(workers: Int, seed: UInt64, _ next: @escaping @Sendable (_ random: inout SeededGenerator) -> Request?) async -> Figures {
        await withTaskGroup(of: Figures.self) { group in
            for worker in 0..<workers {
                group.addTask {
                    var random = SeededGenerator(seed: seed &+ UInt64(worker) &* 7_919)
                    var figures = Figures()
                    while !Task.isCancelled, let request = next(&random) {
                        let answer = await post(request)
                        figures.add(answer.status, after: answer.latency)
                    }
                    return figures
                }
            }
            return await group.reduce(into: Figures()) { $0.add($1) }
        }
    }
}

/// A customer's text as a webhook tells it.
struct WebhookText: Sendable {
    var wamid: String
    /// The customer's phone number.
    var from: String
    var name: String
    var text: String
    /// Seconds since 1970.
    var timestamp: Int64

    /// A webhook with these texts. How it is written changes with every call; what it says does not.
    static func body(_ texts: [WebhookText], number: MetaNumber, account: String, _ random: inout SeededGenerator) -> [UInt8] {
        func object(_ fields: [(String, String)]) -> String {
            let space = [" ", "", "\n  "].randomElement(using: &random) ?? ""
            return "{" + fields.shuffled(using: &random).map { "\"\($0)\":\(space)\($1)" }.joined(separator: ",\(space)") + "}"
        }
        func value(of texts: [WebhookText]) -> String {
            let contacts = texts.map { object([("wa_id", "\"\($0.from)\""), ("profile", object([("name", "\"\($0.name)\"")]))]) }
            let messages = texts.map { text in
                object([
                    ("id", "\"\(text.wamid)\""), ("from", "\"\(text.from)\""), ("timestamp", "\"\(text.timestamp)\""), ("type", "\"text\""),
                    ("text", object([("body", "\"\(text.text)\"")])),
                ])
            }
            let metadata = object([("display_phone_number", "\"\(number.displayNumber)\""), ("phone_number_id", "\"\(number.id)\"")])
            return object([
                ("messaging_product", "\"whatsapp\""), ("metadata", metadata), ("contacts", "[\(contacts.joined(separator: ","))]"),
                ("messages", "[\(messages.joined(separator: ","))]"),
            ])
        }
        func entry(_ texts: [WebhookText]) -> String {
            let change = object([("field", "\"messages\""), ("value", value(of: texts))])
            return object([("id", "\"\(account)\""), ("time", "\(Int.random(in: 1...9_999_999, using: &random))"), ("changes", "[\(change)]")])
        }
        // All in one entry, or an entry each.
        let entries = Bool.random(using: &random) ? [entry(texts)] : texts.map { entry([$0]) }
        return Array(object([("object", "\"whatsapp_business_account\""), ("entry", "[\(entries.joined(separator: ","))]")]).utf8)
    }
}
