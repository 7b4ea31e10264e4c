public import NIOCore

/// A whole message.
public enum WebSocketMessage: Sendable, Equatable {
    /// Text: valid UTF-8.
    case text(ByteBuffer)
    /// Any bytes.
    case binary(ByteBuffer)

    var length: Int {
        switch self {
        case .text(let bytes), .binary(let bytes): bytes.readableBytes
        }
    }
}
