import Foundation
import Glibc

/// A WebSocket of a client that does no more than it must, so that a thousand of them take next to nothing of the machine that they share
/// with the server. Blocking, for one thread.
final class BareSocket {
    /// What went wrong, in words.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let descriptor: Int32
    private var received: [UInt8] = []

    /// Connects, and shakes hands.
    ///
    /// - Parameter url: `ws://` with an IPv4 address and a port
    init(_ url: String) throws {
        guard let parts = URLComponents(string: url), parts.scheme == "ws", let host = parts.host, let port = parts.port else {
            throw Failure(description: "\(url) is no ws://address:port/path")
        }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { throw Failure(description: "\(host) is no IPv4 address") }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard status == 0 else { throw Failure(description: "\(url) cannot be reached (errno \(errno))") }
        var flag: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &flag, socklen_t(MemoryLayout<Int32>.size))
        try write(
            Array(
                """
                GET \(parts.path) HTTP/1.1\r\nHost: \(host):\(port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bG9hZC1nZW5lcmF0b3ItMQ==\r\n\r\n
                """.utf8))
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let head = Self.range(of: end, in: received) {
                guard String(decoding: received.prefix(12), as: UTF8.self) == "HTTP/1.1 101" else { throw Failure(description: "no upgrade") }
                received.removeSubrange(..<head.upperBound)
                return
            }
            try receive()
        }
    }

    deinit { close(descriptor) }

    /// Sends a text of at most 65,535 bytes.
    func send(_ text: String) throws { try write(Self.frame(opcode: 1, Array(text.utf8))) }

    /// The next text; waits for it.
    func text() throws -> [UInt8] {
        while true {
            if let text = try receivedText() { return text }
            try receive()
        }
    }

    /// Takes what has arrived; returns whether these words are in a text of it. To be called when there is something.
    func holds(_ words: [UInt8]) throws -> Bool {
        try receive()
        var isThere = false
        while let text = try receivedText() { isThere = isThere || Self.range(of: words, in: text) != nil }
        return isThere
    }

    /// The next text of what was received, if there is one.
    private func receivedText() throws -> [UInt8]? {
        while let (opcode, payload) = nextFrame() {
            switch opcode {
            case 1: return payload
            case 8: throw Failure(description: "the server has closed a session")
            case 9: try write(Self.frame(opcode: 10, payload))
            default: break
            }
        }
        return nil
    }

    // MARK: Bytes

    private func receive() throws {
        let chunk = [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in count = max(0, read(descriptor, buffer.baseAddress, 16_384)) }
        guard !chunk.isEmpty else { throw Failure(description: "the server has ended a connection") }
        if received.isEmpty { received = chunk } else { received += chunk }
    }

    private func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Failure(description: "the server has ended a connection") }
            rest = rest.dropFirst(count)
        }
    }

    /// A whole frame, if there is one. Servers send no masks.
    private func nextFrame() -> (opcode: UInt8, payload: [UInt8])? {
        guard received.count >= 2 else { return nil }
        var (length, start) = (Int(received[1] & 0x7F), 2)
        if length >= 126 {
            let size = length == 126 ? 2 : 8
            guard received.count >= 2 + size else { return nil }
            length = received[2..<(2 + size)].reduce(0) { $0 << 8 | Int($1) }
            start += size
        }
        guard received.count >= start + length else { return nil }
        defer { received.removeSubrange(..<(start + length)) }
        return (received[0] & 0x0F, Array(received[start..<(start + length)]))
    }

    /// A frame with a mask of zeros, which changes nothing.
    private static func frame(opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let length: [UInt8] = payload.count < 126 ? [0x80 | UInt8(payload.count)] : [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        return [0x80 | opcode] + length + [0, 0, 0, 0] + payload
    }

    private static func range(of words: [UInt8], in bytes: [UInt8]) -> Range<Int>? {
        guard let first = words.first else { return 0..<0 }
        return bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            var from = 0
            while bytes.count - from >= words.count, let found = memchr(start + from, Int32(first), bytes.count - from - words.count + 1) {
                let place = UnsafeRawPointer(found) - start
                if memcmp(start + place, words, words.count) == 0 { return place..<(place + words.count) }
                from = place + 1
            }
            return nil
        }
    }
}
