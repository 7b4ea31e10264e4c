import Logging
import Protocol

/// Writes every message of an AppWebsocket connection into the log, at level debug and under the platform's trace label.
struct MessageTrace: Sendable {
    /// Members that open doors, or may: of logins, of service logins, of sealed values and of settings.
    private static let secretNames: Set<String> = [
        "digest", "key", "value", "salt", "password", "pwd", "managerpwd", "pin", "token", "verifytoken", "appsecret",
    ]
    /// The longest text of a message in the log, in characters.
    private static let longestText = 4_000

    private let logger: Logger
    private let connection: Connection

    /// By what the log tells a connection from the others.
    enum Connection {
        /// Before the login.
        case address(String)
        /// After it.
        case session(Int)
    }

    /// A logger with metadata of its own would be a copy for each connection.
    ///
    /// - Parameter logger: the server's, tracing AppWebsocket
    init(_ logger: Logger, of connection: Connection) {
        self.logger = logger
        self.connection = connection
    }

    /// A message was received.
    func received(_ bytes: [UInt8]) { logger.debug("Received a message", metadata: metadata(bytes)) }

    /// A message is about to be sent.
    func sent(_ bytes: @autoclosure () -> [UInt8]) { logger.debug("Sent a message", metadata: metadata(bytes())) }

    private func metadata(_ bytes: [UInt8]) -> Logger.Metadata {
        let text = Self.text(of: bytes)
        return switch connection {
        case .address(let address): ["address": "\(address)", "json": "\(text)"]
        case .session(let id): ["session": "\(id)", "json": "\(text)"]
        }
    }

    /// The message without its secrets. What is no JSON is not shown: nobody knows what it holds.
    static func text(of bytes: [UInt8]) -> String {
        guard let message = try? JSON(bytes) else { return "no JSON, \(bytes.count) bytes" }
        // A log that holds itself would grow each time that it is read.
        if let mt = message["mt"]?.text, mt == "ReadLogResult" { return "\(mt), \(bytes.count) bytes" }
        let text = String(decoding: redacted(message).bytes, as: UTF8.self)
        return text.count > longestText ? text.prefix(longestText) + "…" : text
    }

    private static func redacted(_ value: JSON) -> JSON {
        switch value {
        case .object(let members):
            .object(members.map { JSONMember($0.name, secretNames.contains($0.name.lowercased()) ? "•••" : redacted($0.value)) })
        case .array(let elements): .array(elements.map(redacted))
        default: value
        }
    }
}
