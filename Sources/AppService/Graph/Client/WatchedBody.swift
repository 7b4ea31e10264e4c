import NIOCore
import Synchronization

/// A request's body that knows whether it was asked for.
///
/// The client asks for a body only once the connection stands, TLS included, and the head was written. A call that fails before
/// that cannot have been done by Meta; after that, nobody knows.
final class WatchedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private let bytes: ByteBuffer
    private let taken = Mutex(false)

    init(_ bytes: ByteBuffer) {
        self.bytes = bytes
    }

    /// Whether any of the body may have left us.
    var wasTaken: Bool { taken.withLock { $0 } }

    func makeAsyncIterator() -> Iterator {
        Iterator(body: self)
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let body: WatchedBody
        private var isDone = false

        fileprivate init(body: WatchedBody) {
            self.body = body
        }

        mutating func next() async throws -> ByteBuffer? {
            guard !isDone else { return nil }
            isDone = true
            body.taken.withLock { $0 = true }
            return body.bytes
        }
    }
}
