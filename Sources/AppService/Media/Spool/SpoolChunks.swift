public import NIOCore

/// The bytes of a spooled file, read as they are asked for: never more than one chunk is in memory.
public struct SpoolChunks: AsyncSequence, Sendable {
    /// At most ``SpoolFile/chunkSize`` bytes.
    public typealias Element = ByteBuffer

    let file: SpoolFile
    let offset: Int64

    /// Begins at the offset.
    public func makeAsyncIterator() -> Iterator { Iterator(file: file, offset: offset) }

    /// Reads chunk after chunk.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let file: SpoolFile
        fileprivate var offset: Int64

        /// The next chunk; `nil` at the end.
        ///
        /// - Throws: ``SpoolError``, `CancellationError`
        public mutating func next() async throws -> ByteBuffer? {
            guard let chunk = try await file.chunk(at: offset) else { return nil }
            offset += Int64(chunk.readableBytes)
            return chunk
        }
    }
}
