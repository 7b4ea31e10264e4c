import Glibc

/// The process's standard output, for commands that write much: in large pieces, and with an end when nobody reads any more.
struct StandardOutput: ~Copyable {
    /// Why nothing more can be written.
    enum Failure: Error, CustomStringConvertible {
        /// The reader went away, as `head` does.
        case closed
        /// The system refuses; with its error number.
        case refused(Int32)

        var description: String {
            switch self {
            case .closed: "standard output was closed before everything was written"
            case .refused(let code): "standard output cannot be written (\(String(cString: strerror(code)))); make room there"
            }
        }
    }

    private static let pieceSize = 65_536
    private var waiting: [UInt8] = []

    /// Writes a line; it may wait until more has come together or ``flush()`` is called.
    mutating func writeLine(_ line: String) throws(Failure) {
        waiting += line.utf8
        waiting.append(0x0A)
        if waiting.count >= Self.pieceSize { try flush() }
    }

    /// Writes what waits.
    mutating func flush() throws(Failure) {
        var done = 0
        while done < waiting.count {
            let count = waiting.withUnsafeBytes { bytes in
                Glibc.write(STDOUT_FILENO, bytes.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw errno == EPIPE ? .closed : .refused(errno) }
            done += count
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
