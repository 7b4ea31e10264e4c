import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import Transport

@testable import Lab

/// A lab that listens, and a service logged in to its Connect over a real socket.
struct ConnectFileBench: Sendable {
    let lab: Lab
    let connection: WebSocketConnection
    /// The HTTP form of Connect's address; without a slash at the end.
    let base: String

    /// Runs a lab with a still clock and one login to `connect`, then the body; ends the lab afterwards.
    static func run(_ options: ConnectOptions = ConnectOptions(), _ body: @escaping @Sendable (ConnectFileBench) async throws -> Void) async throws {
        var configuration = LabConfiguration()
        configuration.connectOptions = options
        let logger = Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }
        let lab = Lab(configuration: configuration, clock: .still(), logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await lab.run() }
            let address = try await lab.listening().page
            let base = "\(address)/example.com/connect"
            try await WebSocketClient(logger: logger).withConnection(to: "ws" + base.dropFirst(4)) { connection in
                let bench = ConnectFileBench(lab: lab, connection: connection, base: base)
                try await bench.logIn()
                try await body(bench)
            }
            group.cancelAll()
        }
    }

    private func logIn() async throws {
        let challenge = try await ask(#"{"mt":"AppChallenge"}"#)["challenge"]?.string ?? ""
        let fields = AppLoginDigest.Fields(
            app: "innovaphone-connect", domain: "example.com", sip: "whatsapp", guid: "00112233445566778899aabbccddeeff", dn: "WhatsApp",
            info: ["appobj": "connect", "apps": [["name": "whatsapp", "dn": "WhatsApp"]]])
        let digest = AppLoginDigest.digest(fields, challenge: challenge, password: lab.configuration.connectPassword)
        let login = LabJSON.object(
            ("mt", "AppLogin"), ("app", .string(fields.app)), ("domain", .string(fields.domain)), ("sip", .string(fields.sip)),
            ("guid", .string(fields.guid)), ("dn", .string(fields.dn)), ("info", fields.info), ("digest", .string(digest)))
        guard try await ask(login.text())["ok"] != nil else { throw LabError("The login failed.") }
    }

    /// Sends a request and returns the next message.
    func ask(_ text: String) async throws -> LabJSON {
        try await connection.send(text: text)
        return try await receive()
    }

    func receive() async throws -> LabJSON {
        guard case .text(let text)? = try await connection.receive() else { throw LabError("The connection has ended.") }
        return try LabJSON(parsing: String(buffer: text))
    }

    /// A new buffer's URL as it was given out.
    func buffer(_ name: String = "a.png", further: String = "") async throws -> String {
        let result = try await ask(#"{"mt":"CreateFileBuffer","src":"c","name":"\#(name)"\#(further)}"#)
        guard let url = result["url"]?.string else { throw LabError("There is no buffer.") }
        return url
    }

    /// Posts with files and returns the result; the URLs are encoded as they have to be.
    func post(attaching urls: [String], _ further: String = "") async throws -> LabJSON {
        let attach = urls.map(ConnectFileName.percentEncoded).joined(separator: " ")
        return try await ask(#"{"mt":"Post","src":"p","topic":"whatsapp","text":"","attach":"\#(attach)"\#(further)}"#)
    }

    /// The files of a post as `Attachments` tells them.
    func attachments(of id: UInt64) async throws -> [LabJSON] {
        try await ask(#"{"mt":"Attachments","src":"t","id":\#(id)}"#)["files"]?.array ?? []
    }

    func absolute(_ url: String) -> String { url.hasPrefix("http") ? url : "\(base)/\(url)" }

    struct Answer {
        var status: UInt
        var headers: HTTPHeaders
        var body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Sends bytes, with their length or, as a stream, without.
    func upload(_ bytes: [UInt8], to url: String, mime: String = "image/png", streams: Bool = false) async throws -> Answer {
        var request = HTTPClientRequest(url: absolute(url))
        request.method = .POST
        request.headers = ["Content-Type": mime]
        let whole = ByteBuffer(bytes: bytes)
        // Parts that are not too small, so that a connection can be cut between them.
        let parts = AsyncStream<ByteBuffer> { continuation in
            var rest = whole
            while let part = rest.readSlice(length: min(rest.readableBytes, 32_768)), part.readableBytes > 0 { continuation.yield(part) }
            continuation.finish()
        }
        request.body = .stream(parts, length: streams ? .unknown : .known(Int64(bytes.count)))
        return try await answer(to: request)
    }

    func get(_ url: String, range: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: absolute(url))
        if let range { request.headers.add(name: "Range", value: range) }
        return try await answer(to: request)
    }

    func answer(to request: HTTPClientRequest) async throws -> Answer {
        var request = request
        // A connection of its own: one from the pool may just have been cut.
        request.headers.add(name: "Connection", value: "close")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        return Answer(
            status: response.status.code, headers: response.headers, body: Array(try await response.body.collect(upTo: 64 << 20).readableBytesView))
    }

    /// Some bytes that differ from place to place.
    static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) } }
}
