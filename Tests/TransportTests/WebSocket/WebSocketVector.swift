import Testing

/// What a peer sends to somebody who echoes every message, and what it gets for that by RFC 6455: the same for both sides, but for the masks.
struct WebSocketVector: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What the peer sends.
    var sent: [UInt8]
    /// Whether it then, with what it expects in hand, sends a close frame with 1000.
    var closes: Bool
    /// What it gets before the close frame; whether with a mask is not said.
    var received: [ReadFrame]
    /// The code of the close frame; nil if it has none.
    var code: Int?

    private init(_ name: String, _ sent: [UInt8], _ received: [ReadFrame] = [], closes: Bool = false, code: Int?) {
        testDescription = name
        self.closes = closes
        self.sent = sent
        self.received = received
        self.code = code
    }

    /// All of them.
    /// - Parameter mask: What the peer masks its frames with: a client has to, a server must not.
    static func all(mask: [UInt8]?) -> [WebSocketVector] {
        func frame(_ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, reserved: UInt8 = 0) -> [UInt8] {
            frameBytes(opcode, payload, isFinal: isFinal, reserved: reserved, mask: mask)
        }
        func text(_ text: String) -> [UInt8] { frame(1, Array(text.utf8)) }
        func close(_ code: Int?, _ reason: String = "") -> [UInt8] {
            frame(8, (code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []) + Array(reason.utf8))
        }
        return [
            WebSocketVector("text", text("hello"), [.text("hello")], closes: true, code: 1000),
            WebSocketVector("empty text", text(""), [.text("")], closes: true, code: 1000),
            WebSocketVector(
                "125 bytes", text(String(repeating: "a", count: 125)), [.text(String(repeating: "a", count: 125))], closes: true, code: 1000),
            WebSocketVector(
                "126 bytes", text(String(repeating: "a", count: 126)), [.text(String(repeating: "a", count: 126))], closes: true, code: 1000),
            WebSocketVector("binary", frame(2, [0, 255, 254]), [ReadFrame(opcode: 2, payload: [0, 255, 254])], closes: true, code: 1000),
            WebSocketVector("ping", frame(9, [1, 2, 3]), [ReadFrame(opcode: 10, payload: [1, 2, 3])], closes: true, code: 1000),
            WebSocketVector(
                "ping of 125 bytes", frame(9, Array(repeating: 7, count: 125)),
                [ReadFrame(opcode: 10, payload: Array(repeating: 7, count: 125))], closes: true, code: 1000),
            WebSocketVector("ping of 126 bytes", frame(9, Array(repeating: 7, count: 126)), code: 1002),
            WebSocketVector("unsolicited pong", frame(10, [1]), closes: true, code: 1000),
            WebSocketVector("reserved bits", frame(1, [0x61], reserved: 4), code: 1002),
            WebSocketVector("reserved bits of a ping", frame(9, reserved: 1), code: 1002),
            WebSocketVector("reserved data opcode", frame(3), code: 1002),
            WebSocketVector("reserved control opcode", frame(11), code: 1002),
            WebSocketVector(mask == nil ? "a mask" : "no mask", frameBytes(1, [0x61], mask: mask == nil ? [1, 2, 3, 4] : nil), code: 1002),
            WebSocketVector("fragmented ping", frame(9, isFinal: false), code: 1002),
            WebSocketVector("continuation of nothing", frame(0, [0x61]), code: 1002),
            WebSocketVector("text within a message", frame(1, [0x61], isFinal: false) + text("b"), code: 1002),
            WebSocketVector(
                "fragments with a ping between", frame(1, [0x61], isFinal: false) + frame(9) + frame(0, [0x62]),
                [ReadFrame(opcode: 10), .text("ab")], closes: true, code: 1000),
            WebSocketVector("invalid text", frame(1, [0xC0, 0x80]), code: 1007),
            WebSocketVector("text that ends within a character", frame(1, [0xE2, 0x82]), code: 1007),
            WebSocketVector("invalid text in the first of many fragments", frame(1, [0xED, 0xA0], isFinal: false), code: 1007),
            WebSocketVector(
                "a character over two fragments", frame(1, [0xE2, 0x82], isFinal: false) + frame(0, [0xAC]),
                [.text("€")], closes: true, code: 1000),
            WebSocketVector("close without code", close(nil), code: nil),
            WebSocketVector("close with a reason", close(4999, "bye"), code: 4999),
            WebSocketVector("close with one byte", frame(8, [3]), code: 1002),
            WebSocketVector("close with a forbidden code", close(1005), code: 1002),
            WebSocketVector("close with an invalid reason", frame(8, [0x03, 0xE8, 0xFF]), code: 1007),
            WebSocketVector("nothing counts behind a close frame", close(1000) + text("late"), code: 1000),
            WebSocketVector(
                "frame above the limit, its payload not even sent", [0x82, mask == nil ? 0x7F : 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 1, 1, 2, 3, 4],
                code: 1009),
            WebSocketVector(
                "message above the limit in fragments",
                (0..<17).flatMap { frame($0 == 0 ? 2 : 0, Array(repeating: 1, count: 65_536), isFinal: false) }, code: 1009),
        ]
    }
}
