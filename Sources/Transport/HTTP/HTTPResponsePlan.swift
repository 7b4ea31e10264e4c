import NIOCore
import NIOHTTP1

/// How a response goes over the wire: its head as bytes, and the framing of its body (RFC 9112 section 6).
struct HTTPResponsePlan: Equatable {
    enum Framing: Equatable {
        /// No body, whatever the response holds.
        case none
        case length(Int)
        case chunked
        /// The body ends with the connection.
        case untilClose
    }

    /// A handler's response that cannot be sent: an informational status, or a header field with control characters.
    struct Unsendable: Error, Equatable {}

    var head: ByteBuffer
    var framing: Framing
    var keepsConnection: Bool

    /// - Parameters:
    ///   - response: What the handler answered.
    ///   - method: The request's method.
    ///   - version: The request's version.
    ///   - keepsConnection: Whether the connection could stay open.
    ///   - date: The `Date` field's value.
    init(_ response: HTTPResponse, method: HTTPMethod, version: HTTPVersion, keepsConnection: Bool, date: String) throws(Unsendable) {
        guard response.status.code >= 200, response.status.code <= 999, Self.isSafe(response.status.reasonPhrase) else { throw Unsendable() }
        let isBodyForbidden = response.status == .noContent || response.status == .notModified
        let length = isBodyForbidden ? nil : response.body.length
        self.keepsConnection = keepsConnection && !response.headers.hasToken("close", in: "connection")
        if isBodyForbidden || method == .HEAD {
            framing = .none
        } else if let length {
            framing = .length(length)
        } else if version == .http1_0 {
            framing = .untilClose
            self.keepsConnection = false
        } else {
            framing = .chunked
        }

        var text = "HTTP/1.1 \(response.status.code) \(response.status.reasonPhrase)\r\n"
        for (name, value) in response.headers where !Self.framingFields.contains(name.lowercased()) {
            guard Self.isToken(name), Self.isSafe(value) else { throw Unsendable() }
            text += "\(name): \(value)\r\n"
        }
        if !response.headers.contains(name: "date") { text += "Date: \(date)\r\n" }
        if let length { text += "Content-Length: \(length)\r\n" }
        if framing == .chunked { text += "Transfer-Encoding: chunked\r\n" }
        var options: [String] = []
        if !self.keepsConnection {
            options = ["close"]
        } else if version == .http1_0 {
            options = ["keep-alive"]
        }
        if response.headers.contains(name: "upgrade") { options.append("upgrade") }
        if !options.isEmpty { text += "Connection: \(options.joined(separator: ", "))\r\n" }
        head = ByteBuffer(string: text + "\r\n")
    }

    private static let framingFields: Set<String> = ["content-length", "transfer-encoding", "connection", "keep-alive"]

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private static func isSafe(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}

extension HTTPResponsePlan {
    /// A part of the body as it goes over the wire.
    static func chunk(_ bytes: ByteBuffer) -> ByteBuffer {
        var chunk = ByteBuffer(string: String(bytes.readableBytes, radix: 16) + "\r\n")
        chunk.writeImmutableBuffer(bytes)
        chunk.writeString("\r\n")
        return chunk
    }

    static let lastChunk = ByteBuffer(string: "0\r\n\r\n")
}
