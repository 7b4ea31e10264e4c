#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The folder of a spool, on the disk. Its calls wait for the disk, so they belong onto a ``DiskThread``.
struct SpoolFolder: Sendable {
    let path: String

    /// Makes the folder and what is missing above it, and closes it to others than its owner.
    func make() throws(SpoolError) {
        try Self.make(path)
        // It may have been there before, with another mode or as a link to somewhere else.
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw SpoolError(code: errno, in: "open") }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o700) == 0 else { throw SpoolError(code: errno, in: "chmod") }
    }

    /// What lies in it, and how long each file is; 0 for what is none.
    func contents() throws(SpoolError) -> [(name: String, size: Int64)] {
        guard let folder = opendir(path) else { throw SpoolError(code: errno, in: "opendir") }
        defer { closedir(folder) }
        var contents: [(String, Int64)] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            guard name != ".", name != ".." else { continue }
            var status = stat()
            let isFile = lstat("\(path)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
            contents.append((name, isFile ? Int64(status.st_size) : 0))
        }
        return contents
    }

    /// Removes a file.
    ///
    /// - Returns: whether there was one
    func remove(_ name: String) throws(SpoolError) -> Bool {
        if unlink("\(path)/\(name)") == 0 { return true }
        if errno == ENOENT { return false }
        throw SpoolError(code: errno, in: "unlink")
    }

    private static func make(_ path: String) throws(SpoolError) {
        if mkdir(path, 0o700) == 0 { return }
        var code = errno
        if code == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try make(String(path[..<slash]))
            if mkdir(path, 0o700) == 0 { return }
            code = errno
        }
        guard code == EEXIST else { throw SpoolError(code: code, in: "mkdir") }
    }
}
