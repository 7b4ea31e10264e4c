import NIOCore

/// What a close frame says: nothing, or a code and a reason (RFC 6455 section 5.5.1).
struct WebSocketCloseFrame: Equatable {
    var code: WebSocketCloseCode?
    var reason: String

    init(code: WebSocketCloseCode?, reason: String = "") {
        self.code = code
        self.reason = reason
    }

    /// Reads a close frame's payload.
    ///
    /// - Throws: The code to fail the connection with.
    init(payload: ByteBuffer) throws(WebSocketFailure) {
        var payload = payload
        guard payload.readableBytes > 0 else {
            self.init(code: nil)
            return
        }
        guard let number = payload.readInteger(as: UInt16.self) else { throw WebSocketFailure(.protocolError, "close payload of one byte") }
        let code = WebSocketCloseCode(rawValue: number)
        guard code.isSendable else { throw WebSocketFailure(.protocolError, "invalid close code") }
        var validator = UTF8Validator()
        guard validator.append(payload), validator.isComplete else { throw WebSocketFailure(.invalidPayload, "close reason is not UTF-8") }
        self.init(code: code, reason: String(buffer: payload))
    }

    /// The payload on the wire; the reason is cut at a character's border after 123 bytes.
    var payload: ByteBuffer {
        var buffer = ByteBuffer()
        guard let code else { return buffer }
        buffer.writeInteger(code.rawValue)
        var room = 123
        for character in reason.unicodeScalars {
            room -= UTF8.width(character)
            guard room >= 0 else { break }
            buffer.writeString(String(character))
        }
        return buffer
    }
}

/// What a peer did wrong, and the code that tells it so.
struct WebSocketFailure: Error, Equatable {
    var code: WebSocketCloseCode
    var reason: String

    init(_ code: WebSocketCloseCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
