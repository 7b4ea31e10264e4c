import NIOCore
public import Protocol
import Transport

/// A logged-in connection to another service.
public final class ServiceConnection: Sendable {
    /// The login as the PBX made it.
    public let login: AppLogin
    /// The secret that both ends share; nil if the PBX gave none that could be decrypted.
    public let sessionKey: SessionKey?
    private let connection: WebSocketConnection

    init(login: AppLogin, sessionKey: SessionKey?, connection: WebSocketConnection) {
        self.login = login
        self.sessionKey = sessionKey
        self.connection = connection
    }

    /// Sends one message. Any task may call; waits while the peer does not read.
    ///
    /// - Throws: once the connection is closed
    public func send(_ message: [UInt8]) async throws { try await connection.send(text: ByteBuffer(bytes: message)) }

    /// The next message; nil once the connection is closed. One task at a time.
    ///
    /// - Throws: `CancellationError`
    public func receive() async throws -> [UInt8]? {
        while let message = try await connection.receive() {
            if case .text(let buffer) = message { return Array(buffer.readableBytesView) }
        }
        return nil
    }
}
