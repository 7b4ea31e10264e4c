import Glibc

/// A file of configuration: a key, a password, a certificate.
package struct SmallFile: Sendable {
    package var path: String

    package init(_ path: String) {
        self.path = path
    }

    /// Why a file cannot be read.
    package enum Problem: Error, Equatable, CustomStringConvertible {
        case missing(String)
        case forbidden(String)
        case directory(String)
        case tooLarge(String, limit: Int)
        case other(String, code: Int32)

        init(_ path: String, code: Int32) {
            self =
                switch code {
                case ENOENT, ENOTDIR: .missing(path)
                case EACCES, EPERM: .forbidden(path)
                case EISDIR: .directory(path)
                default: .other(path, code: code)
                }
        }

        /// What is wrong and what to do, to be put behind the name of the key.
        package var description: String {
            switch self {
            case .missing(let path): "the file \(path) does not exist; create it or correct the path"
            case .forbidden(let path): "the file \(path) may not be read by this user; change its owner or its mode"
            case .directory(let path): "\(path) is a folder; name a file in it"
            case .tooLarge(let path, let limit): "the file \(path) is larger than \(limit) bytes; name the right file"
            case .other(let path, let code): "the file \(path) cannot be read (\(Self.text(of: code))); correct that or the path"
            }
        }

        /// The system's words for an error number.
        package static func text(of code: Int32) -> String {
            String(cString: strerror(code))
        }
    }

    /// Reads the whole file.
    ///
    /// - Parameter limit: The most bytes that the file may have.
    package func read(limit: Int) throws(Problem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Problem(path, code: errno) }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw Problem(path, code: errno)
            }
            if count == 0 { return content }
            content += chunk[..<count]
            if content.count > limit { throw .tooLarge(path, limit: limit) }
        }
    }

    /// The permission bits of what is at the path; nil if there is nothing.
    package var permissions: UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    /// Writes a new file with mode 0600 so that, whatever happens, there is either no file at the path or a complete one.
    ///
    /// - Returns: False if there is something at the path already; it is left alone.
    package func create(_ content: [UInt8]) throws(Problem) -> Bool {
        // A hard link, unlike a renaming, never replaces what another process put there meanwhile.
        try place(content) { temporary in link(temporary, path) }
    }

    /// Writes the file with mode 0600, in place of one that is there: whatever happens, it is the old one or the new one.
    package func replace(with content: [UInt8]) throws(Problem) {
        _ = try place(content) { temporary in rename(temporary, path) }
    }

    /// Writes a complete file beside the path, and moves it there.
    ///
    /// - Returns: False if there is something in the way.
    private func place(_ content: [UInt8], _ move: (String) -> Int32) throws(Problem) -> Bool {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "./"
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: .min ... .max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Problem(String(folder), code: errno) }
        defer {
            close(descriptor)
            unlink(temporary)
        }
        guard fchmod(descriptor, 0o600) == 0, Glibc.write(descriptor, content, content.count) == content.count, fsync(descriptor) == 0 else {
            throw Problem(path, code: errno)
        }
        guard move(temporary) == 0 else {
            if errno == EEXIST { return false }
            throw Problem(path, code: errno)
        }
        let folderDescriptor = open(String(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folderDescriptor >= 0 {
            fsync(folderDescriptor)
            close(folderDescriptor)
        }
        return true
    }
}
