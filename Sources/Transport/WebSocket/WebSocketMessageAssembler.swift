import NIOCore

/// Puts the frames of data messages together (RFC 6455 section 5.4), checking text as it arrives.
struct WebSocketMessageAssembler {
    private enum Kind {
        case text
        case binary
    }

    private let limit: Int
    /// The kind of the message that has begun.
    private var kind: Kind?
    private var bytes = ByteBuffer()
    private var validator = UTF8Validator()

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a data frame; returns the message that it completes.
    mutating func append(_ frame: WebSocketStateMachine.Frame) throws(WebSocketFailure) -> WebSocketMessage? {
        let kind: Kind
        switch (self.kind, frame.opcode) {
        case (nil, .text): kind = .text
        case (nil, .binary): kind = .binary
        case (let begun?, .continuation): kind = begun
        case (nil, _): throw WebSocketFailure(.protocolError, "continuation of nothing")
        case (_?, _): throw WebSocketFailure(.protocolError, "message within a message")
        }
        guard bytes.readableBytes + frame.payload.readableBytes <= limit else {
            throw WebSocketFailure(.messageTooBig, "message too long")
        }
        if kind == .text {
            guard validator.append(frame.payload), !frame.isFinal || validator.isComplete else {
                throw WebSocketFailure(.invalidPayload, "text is not UTF-8")
            }
        }
        if bytes.readableBytes == 0 {
            bytes = frame.payload
        } else {
            bytes.writeImmutableBuffer(frame.payload)
        }
        guard frame.isFinal else {
            self.kind = kind
            return nil
        }
        defer { self = WebSocketMessageAssembler(limit: limit) }
        return kind == .text ? .text(bytes) : .binary(bytes)
    }
}
