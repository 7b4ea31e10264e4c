import Logging
import Protocol
import Testing
import Transport

/// A session that logs in with any login, and knows its key.
struct AdministratorSession: Sendable {
    let connection: WebSocketConnection
    let key: SessionKey
    /// Whether the login held.
    let isLoggedIn: Bool

    /// Connects to a path of the service, logs in, runs `body`, and closes.
    static func open<Result: Sendable>(
        _ service: String, path: String, app: String = "-", domain: String, sip: String = "-", info: String? = nil, password: String,
        _ body: @escaping @Sendable (AdministratorSession) async throws -> Result
    ) async throws -> Result {
        let client = WebSocketClient(logger: Logger(label: "administrator") { _ in SwiftLogNoOpLogHandler() })
        return try await client.withConnection(to: "ws\(service.dropFirst("http".count))\(path)") { connection in
            let challenge = try AppChallengeResult(Envelope(try #require(try await connection.ask(#"{"mt":"AppChallenge"}"#)))).challenge
            var login = AppLogin(app: app, domain: domain, sip: sip, guid: "", dn: "Admin", info: try info.map { try RawJSON($0) })
            login.digest = LoginDigest.digest(of: login, challenge: challenge, password: password)
            let answer = try await connection.ask(String(decoding: login.encoded(src: nil), as: UTF8.self))
            let session = AdministratorSession(
                connection: connection, key: SessionKey(challenge: challenge, password: password), isLoggedIn: answer?.contains(#""ok":true"#) == true
            )
            return try await body(session)
        }
    }

    /// Sends a request and waits for its result.
    @discardableResult
    func ask(_ mt: String, api: String? = "WhatsAppAdmin", _ members: KeyValuePairs<String, JSON> = [:]) async throws -> JSON {
        var all = api.map { [JSONMember("api", .string($0))] } ?? []
        all += [JSONMember("mt", .string(mt)), JSONMember("src", "r")] + members.map { JSONMember($0.key, $0.value) }
        try await connection.send(text: String(decoding: JSON.object(all).bytes, as: UTF8.self))
        while true {
            let text = try #require(try await connection.receiveText(), "\(mt) is answered")
            let message = try JSON(Array(text.utf8))
            if message["mt"]?.text == "\(mt)Result" { return message }
        }
    }

    /// A secret as a browser sends it.
    func sealed(_ text: String, seed: String) -> JSON { SealedText(text, seed: seed, under: key).json }
}
