import NIOCore
import Synchronization

/// The body of an upload: perhaps something before the file, the file, perhaps something after it. It can be sent once.
///
/// A file that turns out to be longer or shorter than it was said to be ends the request, for the length stands in its head.
final class UploadBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    /// The length of the whole in bytes.
    let length: Int64
    private let prefix: ByteBuffer
    private let suffix: ByteBuffer
    private let content: FileContent
    private let watch: IdleWatch
    private let state = Mutex(State())

    private struct State {
        var isTaken = false
        var failure: UnreadableFile?
    }

    init(_ content: FileContent, prefix: ByteBuffer = ByteBuffer(), suffix: ByteBuffer = ByteBuffer(), watch: IdleWatch) {
        self.content = content
        self.prefix = prefix
        self.suffix = suffix
        self.watch = watch
        length = Swift.max(0, content.length) + Int64(prefix.readableBytes + suffix.readableBytes)
    }

    /// Whether any of it may have left us.
    var wasTaken: Bool { state.withLock { $0.isTaken } }

    /// Why the file could not be sent, if that was the reason.
    var failure: UnreadableFile? { state.withLock { $0.failure } }

    func makeAsyncIterator() -> Iterator { Iterator(body: self) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let body: UploadBody
        private var place = Place.beforeFile
        private var sent: Int64 = 0

        private enum Place {
            case beforeFile
            case inFile(any AsyncIteratorProtocol<ByteBuffer, any Error>)
            case end
        }

        fileprivate init(body: UploadBody) { self.body = body }

        mutating func next() async throws -> ByteBuffer? {
            body.state.withLock { $0.isTaken = true }
            body.watch.paused()
            defer { body.watch.moved() }
            do {
                return try await part()
            } catch {
                let failure = error as? UnreadableFile ?? UnreadableFile()
                body.state.withLock { $0.failure = failure }
                throw failure
            }
        }

        private mutating func part() async throws -> ByteBuffer? {
            if case .beforeFile = place {
                place = .inFile(body.content.chunks().makeAsyncIterator())
                if body.prefix.readableBytes > 0 { return body.prefix }
            }
            guard case .inFile(var iterator) = place else { return nil }
            while let chunk = try await iterator.next(isolation: nil) {
                guard chunk.readableBytes > 0 else { continue }
                place = .inFile(iterator)
                sent += Int64(chunk.readableBytes)
                guard sent <= body.content.length else { throw UnreadableFile() }
                return chunk
            }
            place = .end
            guard sent == body.content.length else { throw UnreadableFile() }
            return body.suffix.readableBytes > 0 ? body.suffix : nil
        }
    }
}

/// A file that was to be sent could not be read, or not with the length that was said.
struct UnreadableFile: Error {}
