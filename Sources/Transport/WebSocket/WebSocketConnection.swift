public import NIOCore
import NIOWebSocket

/// One WebSocket, on the server's or on the client's side.
///
/// Pings, pongs and the closing handshake are taken care of, also while nobody receives.
public final class WebSocketConnection: Sendable {
    /// The peer's IP address without port.
    public let remoteAddress: String
    private let channel: any Channel
    private let handler: NIOLoopBound<WebSocketHandler>
    private let status: WebSocketStatus

    init(channel: any Channel, handler: NIOLoopBound<WebSocketHandler>, status: WebSocketStatus) {
        remoteAddress = channel.remoteAddress?.ipAddress ?? ""
        self.channel = channel
        self.handler = handler
        self.status = status
    }

    /// How the WebSocket ended; nil while it is open.
    public var closeReason: WebSocketClosure? { status.closure }

    /// The next message; nil once the WebSocket is closed by either side. What arrived before the peer closed is still
    /// returned first. The peer is read only as fast as messages are taken.
    ///
    /// - Throws: `CancellationError` if the task is cancelled; the WebSocket stays open.
    public func receive() async throws -> WebSocketMessage? {
        let waiter = Waiter<WebSocketMessage?>()
        return try await waiter.wait {
            channel.eventLoop.perform { [handler] in handler.value.receive(waiter) }
        }
    }

    /// Sends text; returns when it is on its way, and so waits while the peer does not read.
    ///
    /// - Parameter text: The message.
    /// - Throws: ``WebSocketClosed`` once it is closed; `CancellationError` if the task is cancelled, the message may then
    ///   still be sent, but never in part.
    public func send(text: String) async throws {
        try await send(.text, ByteBuffer(string: text))
    }

    /// Sends text that is valid UTF-8; as ``send(text:)-(String)``.
    ///
    /// - Parameter text: The message.
    /// - Throws: As ``send(text:)-(String)``.
    public func send(text: ByteBuffer) async throws {
        try await send(.text, text)
    }

    /// Sends bytes; as ``send(text:)-(String)``.
    ///
    /// - Parameter binary: The message.
    /// - Throws: As ``send(text:)-(String)``.
    public func send(binary: ByteBuffer) async throws {
        try await send(.binary, binary)
    }

    /// Sends text that is valid UTF-8 without waiting: for what is told to many at once.
    ///
    /// - Parameters:
    ///   - text: The message. It waits in memory while the peer does not read.
    ///   - whenSent: Called once, on the event loop: whether the message is on its way, or the WebSocket is closed.
    public func send(text: ByteBuffer, whenSent: @escaping @Sendable (_ isSent: Bool) -> Void) {
        channel.eventLoop.perform { [handler] in handler.value.send(.text, text, .callback(whenSent)) }
    }

    private func send(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) async throws {
        let waiter = Waiter<Void>()
        try await waiter.wait {
            channel.eventLoop.perform { [handler] in handler.value.send(opcode, payload, .waiter(waiter)) }
        } onCancel: { [channel, handler] in
            channel.eventLoop.execute { handler.value.dropAbandoned() }
        }
    }

    /// Closes and returns when the connection is gone, after the close time-out at the latest, or when the task is cancelled.
    /// Further calls change nothing.
    ///
    /// - Parameters:
    ///   - code: The code for the peer; 1000 instead of one that may not be sent.
    ///   - reason: The reason for the peer, cut after 123 bytes.
    public func close(code: WebSocketCloseCode = .normal, reason: String = "") async {
        let waiter = Waiter<Void>()
        try? await waiter.wait {
            channel.eventLoop.perform { [handler] in handler.value.close(code, reason, waiter) }
        }
    }

    /// Ends the connection now; the peer is told so if it reads.
    func cut() {
        channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.cut)
    }

    /// Tells the time if it is waited for.
    func tell(_ now: Duration, _ deadline: Deadline) {
        guard deadline.isReached(at: now) else { return }
        channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.timeReached(now))
    }
}
