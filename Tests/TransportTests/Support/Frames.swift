import NIOCore

/// A frame as bytes, composed by hand (RFC 6455 section 5.2).
func frameBytes(
    _ opcode: UInt8, _ payload: [UInt8] = [], isFinal: Bool = true, reserved: UInt8 = 0, mask: [UInt8]? = [0x11, 0x22, 0x33, 0x44]
) -> [UInt8] {
    var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
    let maskBit: UInt8 = mask == nil ? 0 : 0x80
    switch payload.count {
    case 0...125: bytes.append(maskBit | UInt8(payload.count))
    case 126...65535: bytes += [maskBit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default: bytes += [maskBit | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
    }
    guard let mask else { return bytes + payload }
    return bytes + mask + payload.enumerated().map { $0.element ^ mask[$0.offset % 4] }
}

func textFrame(_ text: String, isFinal: Bool = true) -> [UInt8] {
    frameBytes(1, Array(text.utf8), isFinal: isFinal)
}

func closeFrame(_ code: Int?, _ reason: String = "") -> [UInt8] {
    frameBytes(8, (code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []) + Array(reason.utf8))
}

/// A frame as read from a connection.
struct ReadFrame: Equatable {
    var opcode: UInt8
    var isFinal = true
    var isMasked = false
    var payload: [UInt8] = []

    static func text(_ text: String) -> ReadFrame { ReadFrame(opcode: 1, payload: Array(text.utf8)) }
    /// The code of a close frame.
    var code: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
}

extension RawConnection {
    mutating func readFrame() async throws -> ReadFrame {
        let head = try await read(2)
        var length = Int(head[1] & 0x7F)
        if length == 126 {
            length = try await read(2).reduce(0) { $0 << 8 | Int($1) }
        } else if length == 127 {
            length = try await read(8).reduce(0) { $0 << 8 | Int($1) }
        }
        let mask = head[1] & 0x80 == 0 ? nil : try await read(4)
        var payload = try await read(length)
        if let mask { payload = payload.enumerated().map { $0.element ^ mask[$0.offset % 4] } }
        return ReadFrame(opcode: head[0] & 0x0F, isFinal: head[0] & 0x80 != 0, isMasked: mask != nil, payload: payload)
    }

    /// Asks for a WebSocket and reads the answer's head.
    mutating func upgrade(_ path: String = "/ws") async throws -> RawResponse {
        try await send(upgradeRequest(path))
        return try await readResponse()
    }
}

/// An opening request with the key of RFC 6455 section 1.3, whose accept value is `s3pPLMBiTxaQ9kYGzzhZRbK+xOo=`.
func upgradeRequest(_ path: String = "/ws", also fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(fields)\r\n"
}
