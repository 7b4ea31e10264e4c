public import NIOCore
public import NIOHTTP1

/// What a handler answers. The server adds `Date`, `Connection` and the framing (`Content-Length` or chunks);
/// framing fields that a handler sets are replaced.
public struct HTTPResponse: Sendable {
    /// The status, 200 or above.
    public var status: HTTPResponseStatus
    /// The header fields.
    public var headers: HTTPHeaders
    /// The body. It is not sent for `HEAD`, 204 and 304.
    public var body: HTTPResponseBody

    /// Creates a response.
    ///
    /// - Parameters:
    ///   - status: The status, 200 or above.
    ///   - headers: The header fields.
    ///   - body: The body.
    public init(status: HTTPResponseStatus, headers: HTTPHeaders = [:], body: HTTPResponseBody = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A response of plain text in UTF-8.
    ///
    /// - Parameters:
    ///   - status: The status, 200 or above.
    ///   - text: The body.
    public static func text(_ status: HTTPResponseStatus, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: .bytes(ByteBuffer(string: text)))
    }
}

/// A response's body.
public enum HTTPResponseBody: Sendable {
    /// No bytes.
    case empty
    /// These bytes.
    case bytes(ByteBuffer)
    /// Bytes written one after the other. With a length in bytes exactly that many have to be written, without one the
    /// body is sent in chunks. If the closure throws, the connection is cut, so that the peer sees that the body is not whole.
    case stream(length: Int?, @Sendable (inout HTTPBodyWriter) async throws -> Void)

    /// The length in bytes if it is known before the body is written.
    public var length: Int? {
        switch self {
        case .empty: 0
        case .bytes(let bytes): bytes.readableBytes
        case .stream(let length, _): length
        }
    }

    /// Runs the body into one buffer, as tests of handlers do.
    ///
    /// - Parameter limit: The most bytes to take.
    /// - Throws: ``HTTPBodyTooLarge`` above the limit, and what the body's closure throws.
    public func collect(upTo limit: Int) async throws -> ByteBuffer {
        switch self {
        case .empty:
            return ByteBuffer()
        case .bytes(let bytes):
            guard bytes.readableBytes <= limit else { throw HTTPBodyTooLarge(limit: limit) }
            return bytes
        case .stream(_, let write):
            let collected = Collected()
            var writer = HTTPBodyWriter { part in
                guard collected.append(part) <= limit else { throw HTTPBodyTooLarge(limit: limit) }
            }
            try await write(&writer)
            return collected.bytes
        }
    }
}
