public import NIOCore
public import Protocol
import Transport

/// A logged-in session, for as long as it lasts. Two are equal if they are the same.
public final class AppSession: Sendable, Hashable, Identifiable {
    /// Different for each session of a process.
    public let id: Int
    /// Who is at the other end.
    public let login: SessionLogin
    /// The client's address, as a trusted proxy forwards it or as the connection has it.
    public let address: String
    private let connection: WebSocketConnection
    private let trace: MessageTrace

    init(id: Int, login: SessionLogin, address: String, connection: WebSocketConnection, trace: MessageTrace) {
        self.id = id
        self.login = login
        self.address = address
        self.connection = connection
        self.trace = trace
    }

    /// Sends a message. Any task may call; waits while the peer does not read.
    ///
    /// - Parameter bytes: UTF-8 JSON, at most 64,000 bytes: an App Platform takes no longer message (AppWebsocket, Size limits)
    /// - Throws: once the session has ended
    public func send(_ bytes: [UInt8]) async throws {
        trace.sent(bytes)
        try await connection.send(text: ByteBuffer(bytes: bytes))
    }

    /// Sends a message.
    ///
    /// - Parameters:
    ///   - message: to send
    ///   - src: the request's tag
    /// - Throws: once the session has ended
    public func send(_ message: some AppWebsocketMessage, src: RequestTag? = nil) async throws { try await send(message.encoded(src: src)) }

    /// Sends messages, each once the one before is on its way, without waiting for that. For what is told to many at once: whoever waited for
    /// one would keep the others waiting.
    ///
    /// - Parameters:
    ///   - messages: as for ``send(_:)``; shared by all that are told the same
    ///   - whenSent: called once, with whether all of them are on their way; until then the peer should be sent no more
    public func post(_ messages: [ByteBuffer], whenSent: @escaping @Sendable (Bool) -> Void) { post(messages[...], whenSent: whenSent) }

    private func post(_ rest: ArraySlice<ByteBuffer>, whenSent: @escaping @Sendable (Bool) -> Void) {
        guard let message = rest.first else { return whenSent(true) }
        trace.sent(Array(message.readableBytesView))
        connection.send(text: message) { isSent in
            if isSent { self.post(rest.dropFirst(), whenSent: whenSent) } else { whenSent(false) }
        }
    }

    /// The next message; nil once the session has ended, or when the task is cancelled.
    func receive() async -> [UInt8]? {
        guard let bytes = await connection.nextText() else { return nil }
        trace.received(bytes)
        return bytes
    }

    /// Ends the session with 1000.
    public func close() async { await connection.close(code: .normal) }

    /// Whether both are the same session.
    public static func == (one: AppSession, other: AppSession) -> Bool { one === other }

    /// Hashes the id.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
