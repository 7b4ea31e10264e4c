public import NIOCore

/// One WebSocket, on the server's or on the client's side.
///
/// Pings, pongs and the closing handshake are taken care of, also while nobody receives.
public final class WebSocketConnection: Sendable {
    /// The peer's IP address without port.
    public let remoteAddress: String
    private let channel: any Channel
    private let handler: NIOLoopBound<WebSocketHandler>

    init(remoteAddress: String, channel: any Channel, handler: NIOLoopBound<WebSocketHandler>) {
        self.remoteAddress = remoteAddress
        self.channel = channel
        self.handler = handler
    }

    /// How the WebSocket ended; nil while it is open.
    public var closeReason: WebSocketClosure? { nil }

    /// The next message; nil once the WebSocket is closed by either side. At most one task may receive at a time. The peer is
    /// read only as fast as messages are taken.
    ///
    /// - Throws: `CancellationError` if the task is cancelled; the WebSocket stays open.
    public func receive() async throws -> WebSocketMessage? { nil }

    /// Sends text; returns when it is on its way, and so waits while the peer does not read.
    ///
    /// - Throws: ``WebSocketClosed`` once it is closed; `CancellationError` if the task is cancelled, the message may then
    ///   still be sent, but never in part.
    public func send(text: String) async throws {
        try await send(text: ByteBuffer(string: text))
    }

    /// Sends text that is valid UTF-8; as ``send(text:)``.
    public func send(text: ByteBuffer) async throws {}

    /// Sends bytes; as ``send(text:)``.
    public func send(binary: ByteBuffer) async throws {}

    /// Closes and returns when the connection is gone, after the close time-out at the latest. Further calls change nothing.
    ///
    /// - Parameters:
    ///   - code: The code for the peer.
    ///   - reason: The reason for the peer, cut after 123 bytes.
    public func close(code: WebSocketCloseCode = .normal, reason: String = "") async {}
}
