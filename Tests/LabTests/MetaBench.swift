import NIOHTTP1
import Testing
import Transport

@testable import Lab

/// A simulated Graph API on the bench.
struct MetaBench {
    var core: MetaCore
    let files = LabFileStore()
    var now: Int64 = 1_790_000_000_000

    init(_ options: MetaOptions = MetaOptions()) {
        core = MetaCore(
            waba: "1020", numbers: [MetaNumber(id: "1090", displayNumber: "4930555000", verifiedName: "Example", countryCode: "49")],
            customers: [
                .phoneOnly("ada", name: "Ada", phone: "4917600"),
                .usernameWithPhone("grace", name: "Grace", username: "grace.h", phone: "4917601", userID: "DE.77"),
                .usernameWithoutPhone("linus", name: "Linus", username: "linus.p", userID: "DE.78"),
                .withParentUserID("mae", name: "Mae", username: "mae.j", userID: "US.79", parentUserID: "US.ENT.80"),
            ], accessTokens: ["TOKEN"], appSecret: "app-secret", options: options)
    }

    /// Sends a message by its JSON.
    mutating func send(_ body: String, token: String? = "TOKEN", path: String = "/v25.0/1090/messages") -> GraphReply {
        core.reply(
            to: GraphRequest(method: "POST", path: path, authorization: token.map { "Bearer \($0)" }, body: Array(body.utf8)), now: now)
    }

    /// Sends a text to a phone number with `+`.
    mutating func text(_ body: String = "Hello", to phone: String = "+4917600") -> GraphReply {
        send(#"{"messaging_product":"whatsapp","to":"\#(phone)","type":"text","text":{"body":"\#(body)"},"biz_opaque_callback_data":"m-1"}"#)
    }

    /// A customer sends something; files are made.
    @discardableResult
    mutating func receive(_ content: MetaContent, from customer: String = "ada", context: MetaContext = MetaContext()) throws -> String {
        let file = try content.file.map { try files.make($0.source) }
        return try core.receive(content, file: file, context: context, from: customer, now: now)
    }

    /// What the next webhook says of a message of this content, without its envelope.
    mutating func told(_ content: MetaContent, from customer: String = "ada", context: MetaContext = MetaContext()) throws -> LabJSON? {
        _ = deliver()
        try receive(content, from: customer, context: context)
        return MetaBench.values(deliver()).first?["messages"]?.array?.first
    }

    /// Puts a file at Meta as if the connector had uploaded it; returns its media ID.
    mutating func upload(
        _ mimeType: String, name: String? = nil, size: Int64 = 100, number: String = "1090", isAnimated: Bool = false
    ) throws -> GraphReply {
        let number = try #require(core.numbers.first { $0.id == number })
        let form = MetaCore.UploadForm(
            fields: ["messaging_product": "whatsapp", "type": mimeType], fileName: name, contentType: mimeType,
            file: LabFile(path: "", size: size, sha256: [1, 2, 3]), isAnimated: isAnimated)
        return core.upload(form, number, now)
    }

    /// A request without a body.
    mutating func request(
        _ method: String = "GET", _ path: String, _ query: [String: String] = [:], token: String? = "TOKEN", userAgent: String? = "test",
        range: String? = nil
    ) -> GraphReply {
        core.reply(
            to: GraphRequest(
                method: method, path: path, query: query, authorization: token.map { "Bearer \($0)" }, userAgent: userAgent, range: range), now: now)
    }

    /// As `request`, of an address that was given out.
    mutating func download(
        _ url: String, token: String? = "TOKEN", userAgent: String? = "test", range: String? = nil
    ) throws -> GraphReply {
        let base = try #require(core.baseURL)
        let request = HTTPRequest(method: .GET, uri: String(url.dropFirst(base.count)))
        let query = Dictionary(request.query.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        return self.request("GET", request.path, query, token: token, userAgent: userAgent, range: range)
    }

    /// Moves the clock and answers all deliveries that come up with 200; returns their bodies.
    mutating func deliver(after milliseconds: Int64 = 0) -> [String] {
        now += milliseconds
        var bodies: [String] = []
        while case let deliveries = core.fire(now: now), !deliveries.isEmpty {
            for delivery in deliveries {
                bodies.append(String(decoding: delivery.body, as: UTF8.self))
                core.finished(delivery, status: 200, now: now)
            }
        }
        return bodies
    }

    /// The statuses in some webhook bodies, in order: their names, with the error code of failures.
    static func statuses(_ bodies: [String]) -> [String] {
        values(bodies).flatMap { $0["statuses"]?.array ?? [] }.map { status in
            let code = status["errors"]?.array?.first?["code"]?.integer
            return (status["status"]?.string ?? "") + (code.map { " \($0)" } ?? "")
        }
    }

    /// The `value` of every change.
    static func values(_ bodies: [String]) -> [LabJSON] {
        bodies.compactMap { try? LabJSON(parsing: $0) }.flatMap { $0["entry"]?.array ?? [] }.flatMap { $0["changes"]?.array ?? [] }
            .compactMap { $0["value"] }
    }
}

extension GraphReply {
    /// The HTTP status, and the body as text; nil for what is no JSON response.
    var json: (status: Int, body: LabJSON)? {
        if case .json(let status, let body) = kind { return (status, body) }
        return nil
    }

    var errorCode: Int64? { json?.body["error"]?["code"]?.integer }
    var download: Download? {
        if case .file(let download) = kind { return download }
        return nil
    }
    var wamid: String? { json?.body["messages"]?.array?.first?["id"]?.string }
}
