import AppService
import Crypto
import Lab
import Logging
import NIOCore
import Protocol
import Testing
import Transport

/// What anybody on the network may do to the service, besides the simulators.
extension Workplace {
    /// How a webhook is signed.
    enum Signature {
        /// With the app secret.
        case right
        /// With this text in the header field, or without the field.
        case header(String?)
    }

    /// The path of the lab's instance.
    var path: String { "/\(lab.configuration.domain)/\(lab.configuration.instance)" }

    /// Posts a webhook; returns the status of the answer.
    func post(webhook body: [UInt8], signed signature: Signature = .right, to path: String? = nil) async throws -> Int {
        var head = "POST \(path ?? self.path)/webhook HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: \(body.count)\r\n"
        switch signature {
        case .right: head += "X-Hub-Signature-256: \(Self.signature(of: body, lab.configuration.appSecret))\r\n"
        case .header(let value?): head += "X-Hub-Signature-256: \(value)\r\n"
        case .header(nil): break
        }
        return try await exchange(with: service.application, Array("\(head)\r\n".utf8) + body).status
    }

    /// Posts a webhook; returns the status of the answer.
    func post(webhook text: String) async throws -> Int { try await post(webhook: Array(text.utf8)) }

    /// The value of `X-Hub-Signature-256`.
    static func signature(of body: [UInt8], _ secret: String) -> String {
        let digits = Array("0123456789abcdef")
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8)))
        return "sha256=" + String(code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// Gets a path of a listener; returns status and body of the answer.
    func get(_ path: String, from listener: String? = nil) async throws -> (status: Int, body: String) {
        let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        return try await exchange(with: listener ?? service.application, Array(request.utf8))
    }

    private func exchange(with listener: String, _ request: [UInt8]) async throws -> (status: Int, body: String) {
        try await RawSocket.open(listener) { socket in
            socket.send(request)
            return try await socket.readResponse()
        }
    }

    /// The lines of `/readyz`.
    func readiness() async throws -> [String] {
        let (status, body) = try await get("/readyz", from: service.operations)
        #expect(status == 200)
        return body.split(separator: "\n").map(String.init)
    }

    /// Opens a WebSocket below the lab's instance.
    func connect<Result: Sendable>(_ body: @escaping @Sendable (WebSocketConnection) async throws -> Result) async throws -> Result {
        let url = "ws" + service.application.dropFirst("http".count) + path
        let client = WebSocketClient(logger: Logger(label: "stranger") { _ in SwiftLogNoOpLogHandler() })
        return try await client.withConnection(to: url) { try await body($0) }
    }

    /// Fails unless a customer's text is posted, once, and a colleague's answer to it is accepted.
    func converse(_ words: String = "Are you still there?", sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await lab.connect.wait(until: "the connector reads", timeout: .seconds(30)) { $0.filterCount >= 1 }
        try lab.meta.send(.text(words), from: "mae")
        try await lab.connect.wait(until: "the text is posted", timeout: .seconds(30)) { $0.posts.contains { $0.text.contains(words) } }
        let posts = lab.connect.posts.filter { $0.text.contains(words) }
        #expect(posts.count == 1, sourceLocation: sourceLocation)
        let answer = "We are. You wrote: \(words)"
        try lab.connect.post(ConnectHumanPost(author: "anna", text: answer, topic: "whatsapp", repliesTo: posts.first?.discussion))
        try await lab.meta.wait(until: "the answer is accepted", timeout: .seconds(30)) { $0.accepted.contains { $0.text == answer } }
    }
}

extension WebSocketConnection {
    /// Sends a text and reads the next one; nil if the connection is closed.
    func ask(_ text: String) async throws -> String? {
        try await send(text: text)
        return try await receiveText()
    }

    /// The next text; nil if the connection is closed.
    func receiveText() async throws -> String? {
        guard case .text(let buffer)? = try await receive() else { return nil }
        return String(buffer: buffer)
    }

    /// Logs in as somebody's browser; returns the answer.
    func logIn(domain: String, password: String, as sip: String = "anna", info: String? = #"{"appobj":"whatsapp","apps":[]}"#) async throws -> String?
    {
        let answer = try #require(try await ask(#"{"mt":"AppChallenge"}"#))
        let challenge = try AppChallengeResult(Envelope(answer)).challenge
        var login = AppLogin(app: "innovaphone-whatsapp", domain: domain, sip: sip, guid: "ff", dn: "Anna", info: try info.map { try RawJSON($0) })
        login.digest = LoginDigest.digest(of: login, challenge: challenge, password: password)
        return try await ask(String(decoding: login.encoded(src: nil), as: UTF8.self))
    }
}
