public import NIOCore

/// A request's body: its bytes as they arrive. The peer is read only as fast as they are taken.
///
/// It can be read once, by one task at a time. A connection that ends early throws ``HTTPBodyInterrupted``.
public struct HTTPRequestBody: Sendable, AsyncSequence {
    /// Some bytes, never none.
    public typealias Element = ByteBuffer

    /// The declared length in bytes: 0 without a body, nil if the body is chunked.
    public let length: Int?
    private let next: @Sendable () async throws -> ByteBuffer?

    /// Creates an empty body.
    public init() {
        self.init(length: 0) { nil }
    }

    /// Creates a body of these bytes.
    ///
    /// - Parameter bytes: All of the body.
    public init(_ bytes: ByteBuffer) {
        let box = SingleUse(bytes.readableBytes == 0 ? nil : bytes)
        self.init(length: bytes.readableBytes) { box.take() }
    }

    /// Creates a body whose parts are fetched on demand.
    ///
    /// - Parameters:
    ///   - length: The declared length in bytes, nil if unknown.
    ///   - next: Returns the next part, or nil at the end; called again only after it returned.
    public init(length: Int?, next: @escaping @Sendable () async throws -> ByteBuffer?) {
        self.length = length
        self.next = next
    }

    /// Reads the whole body into one buffer.
    ///
    /// - Parameter limit: The most bytes to take.
    /// - Throws: ``HTTPBodyTooLarge`` as soon as the declared or the received length is above the limit.
    public func collect(upTo limit: Int) async throws -> ByteBuffer {
        if let length, length > limit { throw HTTPBodyTooLarge(limit: limit) }
        guard var bytes = try await next() else { return ByteBuffer() }
        while bytes.readableBytes <= limit {
            guard var part = try await next() else { return bytes }
            bytes.writeBuffer(&part)
        }
        throw HTTPBodyTooLarge(limit: limit)
    }

    /// Takes the body's parts one by one.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let body: HTTPRequestBody

        /// The next bytes, never empty; nil at the end.
        public mutating func next() async throws -> ByteBuffer? {
            try await body.next()
        }
    }

    /// The iterator; all iterators of a body take from the same bytes.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(body: self)
    }
}

/// A body is longer than its reader takes; the usual answer is 413.
public struct HTTPBodyTooLarge: Error, Equatable {
    /// The most bytes the reader takes.
    public var limit: Int
}

/// A request's body ended before its end.
public enum HTTPBodyInterrupted: Error, Equatable {
    /// The peer closed the connection.
    case connectionClosed
    /// The peer sent too slowly.
    case timedOut
    /// The body's framing is broken.
    case malformed
}
