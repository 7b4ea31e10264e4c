public import NIOCore

/// A file to be sent: how long it is, and how to read it from its beginning, as often as it is sent.
public struct FileContent: Sendable {
    /// Its length in bytes.
    public let length: Int64
    let chunks: @Sendable () -> any AsyncSequence<ByteBuffer, any Error> & Sendable

    /// - Parameters:
    ///   - length: its length in bytes
    ///   - chunks: begins to read it; a chunk is asked for when the one before has been sent
    public init(length: Int64, chunks: @escaping @Sendable () -> any AsyncSequence<ByteBuffer, any Error> & Sendable) {
        self.length = length
        self.chunks = chunks
    }
}

extension SpoolFile {
    /// What the file holds now, to be sent. The file must stay open until then.
    public var content: FileContent { FileContent(length: length) { self.chunks() } }
}
