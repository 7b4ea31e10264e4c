public import NIOCore
import Synchronization

/// Writes the body of a streamed response. Each call returns when the bytes are on their way, so that a slow reader slows
/// the writer down.
public struct HTTPBodyWriter: Sendable {
    private let sink: @Sendable (ByteBuffer) async throws -> Void

    /// Creates a writer that hands its bytes on.
    ///
    /// - Parameter sink: Takes the bytes; called again only after it returned.
    public init(_ sink: @escaping @Sendable (ByteBuffer) async throws -> Void) {
        self.sink = sink
    }

    /// Writes bytes; none is nothing.
    ///
    /// - Throws: If the connection is gone or the body would be longer than declared.
    public mutating func write(_ bytes: ByteBuffer) async throws {
        guard bytes.readableBytes > 0 else { return }
        try await sink(bytes)
    }

    /// Writes text in UTF-8.
    ///
    /// - Throws: If the connection is gone or the body would be longer than declared.
    public mutating func write(_ text: String) async throws {
        try await write(ByteBuffer(string: text))
    }
}

/// Parts put together.
final class Collected: Sendable {
    private let buffer = Mutex(ByteBuffer())

    var bytes: ByteBuffer { buffer.withLock { $0 } }

    /// Appends a part and returns the length so far.
    func append(_ part: ByteBuffer) -> Int {
        buffer.withLock { buffer in
            buffer.writeImmutableBuffer(part)
            return buffer.readableBytes
        }
    }
}

extension Collected {
    /// A length counted by concurrent code.
    final class Count: Sendable {
        private let sum = Mutex(0)

        /// Adds and returns the sum.
        func add(_ more: Int) -> Int {
            sum.withLock { sum in
                sum += more
                return sum
            }
        }
    }
}
