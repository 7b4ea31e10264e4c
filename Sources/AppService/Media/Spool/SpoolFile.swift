import Crypto
public import NIOCore
import NIOFoundationCompat

/// A file of the spool: written from its beginning to its end by one task at a time, then read as often as need be.
///
/// All input and output happens on a thread of the file's own. After an error close the file; to go on, open it again.
public actor SpoolFile {
    /// Largest chunk that is read, and smallest that is written before the end, in bytes.
    public static let chunkSize = 64 * 1024

    private let file: DiskFile
    private let room: @Sendable () -> Int64
    private var stored: Int64
    private var pending = ByteBuffer()
    private var digest: SHA256
    private var failure: SpoolError?

    /// What was written.
    public struct Summary: Hashable, Sendable {
        /// Its length in bytes.
        public let length: Int64
        /// Its SHA-256, 32 bytes.
        public let sha256: [UInt8]
    }

    /// - Parameters:
    ///   - path: where the file is, or is to be
    ///   - room: how long it may become, in bytes
    init(path: String, room: @escaping @Sendable () -> Int64) async throws {
        file = try await DiskFile(path: path)
        self.room = room
        stored = 0
        digest = SHA256()
        guard try await file.isRegular() else { throw SpoolError.badName }
        try await readWhatIsThere()
    }

    /// How many bytes there are: where a download goes on.
    public var length: Int64 { stored + Int64(pending.readableBytes) }

    /// Appends bytes.
    ///
    /// - Throws: ``SpoolError``
    public func append(_ bytes: ByteBuffer) async throws(SpoolError) {
        if let failure { throw failure }
        let (sum, overflow) = length.addingReportingOverflow(Int64(bytes.readableBytes))
        guard !overflow, sum <= room() else { throw .reservationExceeded }
        digest.update(data: bytes.readableBytesView)
        if pending.readableBytes == 0 {
            pending = bytes
        } else {
            pending.writeImmutableBuffer(bytes)
        }
        if pending.readableBytes >= Self.chunkSize { try await write() }
    }

    /// Throws away what there is, so that the file begins anew.
    ///
    /// - Throws: ``SpoolError``
    public func restart() async throws(SpoolError) {
        if let failure { throw failure }
        pending = ByteBuffer()
        try await perform { () throws(SpoolError) in try await file.truncate() }
        stored = 0
        digest = SHA256()
    }

    /// Makes everything durable.
    ///
    /// - Returns: what was written
    /// - Throws: ``SpoolError``
    public func finish() async throws(SpoolError) -> Summary {
        try await write()
        try await perform { () throws(SpoolError) in try await file.synchronize() }
        return Summary(length: stored, sha256: Array(digest.finalize()))
    }

    /// The first bytes, for telling what kind of file it is.
    ///
    /// - Parameter count: at most so many, up to ``chunkSize``
    /// - Throws: ``SpoolError``
    public func head(_ count: Int = 4096) async throws(SpoolError) -> [UInt8] {
        try await write()
        return try await Array(read(at: 0, count: min(max(0, count), Self.chunkSize)).readableBytesView)
    }

    /// The last bytes, for telling what kind of file it is.
    ///
    /// - Parameter count: at most so many, up to ``chunkSize``
    /// - Throws: ``SpoolError``
    public func tail(_ count: Int = chunkSize) async throws(SpoolError) -> [UInt8] {
        try await write()
        let count = min(max(0, count), Self.chunkSize)
        return try await Array(read(at: max(0, stored - Int64(count)), count: count).readableBytesView)
    }

    /// The bytes from an offset to the end, in chunks of at most ``chunkSize``; each is read when it is asked for. May be called often.
    ///
    /// - Parameter offset: bytes to leave out, from 0
    public nonisolated func chunks(from offset: Int64 = 0) -> SpoolChunks { SpoolChunks(file: self, offset: max(0, offset)) }

    /// Closes the file; what was appended stays if it can be written. Doing it twice does no harm.
    public func close() async {
        if failure == nil { try? await write() }
        failure = .closed
        await file.close()
    }

    /// One chunk; `nil` at the end.
    func chunk(at offset: Int64) async throws(SpoolError) -> ByteBuffer? {
        try await write()
        guard offset < stored else { return nil }
        return try await read(at: offset, count: Int(min(Int64(Self.chunkSize), stored - offset)))
    }

    private func read(at offset: Int64, count: Int) async throws(SpoolError) -> ByteBuffer {
        let expected = min(Int64(count), stored - offset)
        guard expected > 0 else { return ByteBuffer() }
        let bytes = try await perform { () throws(SpoolError) in try await file.read(at: offset, count: Int(expected)) }
        guard bytes.readableBytes == Int(expected) else { throw .changed }
        return bytes
    }

    private func write() async throws(SpoolError) {
        if let failure { throw failure }
        guard pending.readableBytes > 0 else { return }
        let (bytes, offset) = (pending, stored)
        try await perform { () throws(SpoolError) in try await file.write(bytes, at: offset) }
        stored += Int64(bytes.readableBytes)
        pending = ByteBuffer()
    }

    private func readWhatIsThere() async throws {
        while true {
            // There may be a hundred megabytes to read.
            try Task.checkCancellation()
            let bytes = try await file.read(at: stored, count: 256 * 1024)
            guard bytes.readableBytes > 0 else { return }
            digest.update(data: bytes.readableBytesView)
            stored += Int64(bytes.readableBytes)
        }
    }

    /// Does one thing with the file. After an error nobody knows what is in it, so everything that follows fails with the same error.
    private func perform<Value: Sendable>(_ work: () async throws(SpoolError) -> Value) async throws(SpoolError) -> Value {
        do {
            return try await work()
        } catch {
            failure = error
            throw error
        }
    }
}
