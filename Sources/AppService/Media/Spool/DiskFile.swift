import NIOCore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file whose calls are made on a ``DiskThread``.
final class DiskFile: Sendable {
    private let thread = DiskThread()
    /// Used on the thread only, and by the last reference.
    private let descriptor: Mutex<CInt?>

    /// Opens a file for reading and writing; makes it with mode 0600 if it is not there. A link is not followed.
    init(path: String) async throws(SpoolError) {
        let opened = try await thread.run { () throws(SpoolError) in
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
            if descriptor >= 0 { return descriptor }
            throw errno == ELOOP || errno == EISDIR ? .badName : SpoolError(code: errno, in: "open")
        }
        descriptor = Mutex(opened)
    }

    deinit {
        if let descriptor = descriptor.withLock({ $0 }) { Self.close(descriptor) }
    }

    /// Whether it is a file, and no device, pipe or socket.
    func isRegular() async throws(SpoolError) -> Bool {
        try await use { descriptor throws(SpoolError) in
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw SpoolError(code: errno, in: "fstat") }
            return status.st_mode & S_IFMT == S_IFREG
        }
    }

    /// Reads up to `count` bytes; fewer only at the file's end.
    func read(at offset: Int64, count: Int) async throws(SpoolError) -> ByteBuffer {
        try await use { descriptor throws(SpoolError) in
            var buffer = ByteBufferAllocator().buffer(capacity: count)
            while buffer.readableBytes < count {
                let missing = count - buffer.readableBytes
                let position = off_t(offset) + off_t(buffer.readableBytes)
                var code: CInt = 0
                let result = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: missing) { bytes in
                    let result = pread(descriptor, bytes.baseAddress, min(missing, bytes.count), position)
                    if result < 0 { code = errno }
                    return max(0, result)
                }
                if code == EINTR { continue }
                guard code == 0 else { throw SpoolError(code: code, in: "read") }
                if result == 0 { break }
            }
            return buffer
        }
    }

    /// Writes all bytes.
    func write(_ bytes: ByteBuffer, at offset: Int64) async throws(SpoolError) {
        try await use { descriptor throws(SpoolError) in
            var rest = bytes
            while rest.readableBytes > 0 {
                let position = off_t(offset) + off_t(bytes.readableBytes - rest.readableBytes)
                let count = rest.withUnsafeReadableBytes { pwrite(descriptor, $0.baseAddress, $0.count, position) }
                if count < 0 {
                    if errno == EINTR { continue }
                    throw SpoolError(code: errno, in: "write")
                }
                guard count > 0 else { throw .noSpace }
                rest.moveReaderIndex(forwardBy: count)
            }
        }
    }

    /// Throws away what it holds.
    func truncate() async throws(SpoolError) {
        try await use { descriptor throws(SpoolError) in
            guard ftruncate(descriptor, 0) == 0 else { throw SpoolError(code: errno, in: "truncate") }
        }
    }

    /// Makes what it holds durable.
    func synchronize() async throws(SpoolError) {
        try await use { descriptor throws(SpoolError) in
            guard fsync(descriptor) == 0 else { throw SpoolError(code: errno, in: "fsync") }
        }
    }

    /// Closes it; every call after that fails.
    func close() async {
        try? await thread.run { () throws(SpoolError) in
            let open = self.descriptor.withLock { descriptor in
                defer { descriptor = nil }
                return descriptor
            }
            if let open { Self.close(open) }
        }
    }

    private func use<Value: Sendable>(_ work: @escaping @Sendable (CInt) throws(SpoolError) -> Value) async throws(SpoolError) -> Value {
        try await thread.run { () throws(SpoolError) in
            guard let descriptor = self.descriptor.withLock({ $0 }) else { throw .closed }
            return try work(descriptor)
        }
    }

    private static func close(_ descriptor: CInt) {
        #if canImport(Glibc)
            Glibc.close(descriptor)
        #elseif canImport(Musl)
            Musl.close(descriptor)
        #else
            Darwin.close(descriptor)
        #endif
    }
}
