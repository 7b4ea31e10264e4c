import Glibc

/// The few operations on whole files that a backup needs, each durable when it returns.
enum DiskFolder {
    /// The names in a folder besides `.` and `..`; nil if there is no such folder.
    static func names(in path: String) throws(BackupError) -> [String]? {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return nil }
            throw BackupError("\(path) cannot be read (\(systemText(errno))); name a folder that this user may read and write.")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Whether there is anything at a path.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// How long a file is.
    static func size(of path: String) -> Int64? {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// Removes a file if it is there.
    static func remove(_ path: String) throws(BackupError) {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw BackupError("\(path) cannot be removed (\(systemText(errno))); remove it, and run the command again.")
        }
    }

    /// Copies a file to one that is not there yet, for nobody else, and flushes it.
    static func copy(_ source: String, to target: String) throws(BackupError) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw BackupError("\(source) cannot be read (\(systemText(errno))); check its owner and mode.") }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw BackupError("\(target) cannot be created (\(systemText(errno))); check owner and mode of its folder.") }
        defer { close(output) }
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(input, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw BackupError("\(source) cannot be read (\(systemText(errno))); take another backup.") }
            if count == 0 { break }
            var done = 0
            while done < count {
                let written = piece.withUnsafeBytes { write(output, $0.baseAddress?.advanced(by: done), count - done) }
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw BackupError("\(target) cannot be written (\(systemText(errno))); make room there.") }
                done += written
            }
        }
        guard fsync(output) == 0 else { throw BackupError("\(target) cannot be flushed (\(systemText(errno))); check the disk.") }
    }

    /// Flushes a file or a folder.
    static func flush(_ path: String) throws(BackupError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw BackupError("\(path) cannot be opened (\(systemText(errno))); check its owner and mode.") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw BackupError("\(path) cannot be flushed (\(systemText(errno))); check the disk.") }
    }

    /// Moves a file within its folder, over what is there.
    static func move(_ source: String, to target: String) throws(BackupError) {
        guard rename(source, target) == 0 else {
            throw BackupError("\(source) cannot be moved to \(target) (\(systemText(errno))); check owner and mode of the folder.")
        }
        try flush(folder(of: target))
    }

    /// The folder that a path is in.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
