import Glibc
import Synchronization

/// Says to all processes of the machine that an instance is served: an exclusive `flock` on a file beside the database.
///
/// The system gives the lock back when the process ends, however it ends. The file stays.
package final class InstanceLock: Sendable {
    private let held: Mutex<CInt?>

    /// Takes the lock.
    ///
    /// - Throws: ``StoreError`` with `inUse` if another process (or another lock of this process) holds it.
    convenience init(_ location: StoreLocation) throws {
        try self.init(path: location.lockPath, of: "Instance \(location.instance)")
    }

    /// Takes a lock.
    /// - Parameters:
    ///   - path: the lock's file
    ///   - subject: what is locked, as errors call it at the beginning of a sentence
    /// - Throws: ``StoreError`` with `inUse` if another process (or another lock of this process) holds it.
    package init(path: String, of subject: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(.cannotOpen, "The lock file \(path) cannot be opened (\(systemText(errno))); check owner and mode of its folder.")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.processID(in: descriptor).map { " (process \($0))" } ?? ""
            close(descriptor)
            guard code == EWOULDBLOCK else {
                throw StoreError(.cannotOpen, "The lock file \(path) cannot be locked (\(systemText(code))); put the data directory on a local disk.")
            }
            throw StoreError(.inUse, "\(subject) is already served by another process\(holder); end that one first.")
        }
        ftruncate(descriptor, 0)
        let text = "\(getpid())\n"
        _ = text.withCString { pwrite(descriptor, $0, strlen($0), 0) }
        held = Mutex(descriptor)
    }

    deinit {
        release()
    }

    /// Gives the lock back.
    package func release() {
        let descriptor = held.withLock { held in
            defer { held = nil }
            return held
        }
        if let descriptor { close(descriptor) }
    }

    /// The holder's process ID, which is only a hint for the reader of the sentence.
    private static func processID(in descriptor: CInt) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int(String(decoding: bytes.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self))
    }
}

/// The system's words for an error number.
func systemText(_ code: CInt) -> String {
    String(cString: strerror(code))
}
