import Dispatch
import Glibc
import Testing

/// A bare TCP connection on loopback, for bytes that no well-behaved client sends.
struct RawSocket {
    private let channel: DispatchIO
    private let queue = DispatchQueue(label: "raw socket")
    private var parts: AsyncStream<[UInt8]>.AsyncIterator
    private var unread: [UInt8] = []

    /// Connects, runs `body`, and closes.
    ///
    /// - Parameter address: `http://127.0.0.1:port`
    static func open<Result>(_ address: String, _ body: (inout RawSocket) async throws -> Result) async throws -> Result {
        var socket = try RawSocket(port: try #require(address.split(separator: ":").last.flatMap { UInt16($0) }))
        defer { socket.channel.close(flags: .stop) }
        return try await body(&socket)
    }

    private init(port: UInt16) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        try #require(result == 0, "connects to port \(port)")
        channel = DispatchIO(type: .stream, fileDescriptor: descriptor, queue: queue) { _ in close(descriptor) }
        channel.setLimit(lowWater: 1)
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        parts = stream.makeAsyncIterator()
        channel.read(offset: 0, length: .max, queue: queue) { isDone, data, _ in
            if let data, !data.isEmpty { continuation.yield(Array(data)) }
            if isDone { continuation.finish() }
        }
    }

    /// Sends bytes; what the peer does not take is lost.
    func send(_ bytes: [UInt8]) {
        let data = bytes.withUnsafeBytes { DispatchData(bytes: $0) }
        channel.write(offset: 0, data: data, queue: queue) { _, _, _ in }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Reads that many bytes; fewer if the peer closes before.
    mutating func read(_ count: Int) async -> [UInt8] {
        while unread.count < count, let part = await parts.next() { unread += part }
        defer { unread.removeFirst(min(count, unread.count)) }
        return Array(unread.prefix(count))
    }

    /// Reads until the peer closes.
    mutating func readToEnd() async -> [UInt8] { await read(.max) }

    /// Reads an HTTP response with a declared length.
    mutating func readResponse() async throws -> (status: Int, body: String) {
        var head = ""
        while !head.hasSuffix("\r\n\r\n") {
            let byte = await read(1)
            try #require(!byte.isEmpty, "a whole head, not \(head)")
            head += String(decoding: byte, as: UTF8.self)
        }
        let status = try #require(Int(head.split(separator: " ").dropFirst().first ?? ""))
        let field = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let length = field?.split(separator: " ").last.flatMap { Int($0) } ?? 0
        return (status, String(decoding: await read(length), as: UTF8.self))
    }

    // MARK: WebSocket

    /// Asks for a WebSocket at a path.
    func sendUpgrade(_ path: String) {
        send(
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
    }

    /// Reads a frame of less than 126 bytes.
    mutating func readFrame() async throws -> (opcode: UInt8, payload: [UInt8]) {
        let head = await read(2)
        try #require(head.count == 2 && head[1] < 126, "a short frame without mask")
        return (head[0] & 0x0F, await read(Int(head[1])))
    }

    /// Reads frames up to the close frame, and its code; nil if the connection ends without one.
    mutating func readCloseCode() async throws -> Int? {
        while true {
            let head = await read(2)
            guard head.count == 2 else { return nil }
            try #require(head[1] < 126)
            let payload = await read(Int(head[1]))
            if head[0] & 0x0F == 8 { return payload.count < 2 ? nil : Int(payload[0]) << 8 | Int(payload[1]) }
        }
    }
}

/// A masked frame of less than 65,536 bytes (RFC 6455, 5.2); the first byte as given.
func frame(_ first: UInt8, _ payload: [UInt8] = []) -> [UInt8] {
    let mask: [UInt8] = [0x11, 0x22, 0x33, 0x44]
    let length: [UInt8] =
        payload.count < 126 ? [0x80 | UInt8(payload.count)] : [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    return [first] + length + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
}

/// A masked text frame.
func frame(_ text: String) -> [UInt8] { frame(0x81, Array(text.utf8)) }
