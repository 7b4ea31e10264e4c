import AppService
import Glibc

/// Looks at what the configuration names outside itself: the data directory and the sealing key.
struct EnvironmentCheck {
    var configuration: ServiceConfiguration

    /// One line for everything that is in order or will be made at the start.
    ///
    /// - Throws: ``ConfigurationError`` for the first thing that keeps the service from starting.
    func lines() throws(ConfigurationError) -> [String] {
        [try dataDirectory(), try sealingKey()]
    }

    private func dataDirectory() throws(ConfigurationError) -> String {
        let path = configuration.dataDirectory
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else { throw ConfigurationError("dataDirectory: \(path) is not a folder; correct the path") }
            guard access(path, R_OK | W_OK | X_OK) == 0 else {
                throw ConfigurationError("dataDirectory: this user may not write to \(path); change its owner or its mode")
            }
            return "ok       data directory: \(path)"
        }
        guard errno == ENOENT else {
            throw ConfigurationError("dataDirectory: \(path) cannot be reached (\(SmallFile.Problem.text(of: errno))); correct the path")
        }
        let parent = FilePath.canonical(path + "/..")
        guard access(parent, W_OK | X_OK) == 0 else {
            throw ConfigurationError("dataDirectory: \(path) does not exist and this user may not make it; create it for the user of the service")
        }
        return "ok       data directory: \(path) will be made at the start"
    }

    private func sealingKey() throws(ConfigurationError) -> String {
        switch configuration.secretKey {
        case .key(let key): return "ok       \(key)"
        case .file(let file):
            if let key = try file.read() { return "ok       \(key): \(file.path)" }
            return "ok       sealing key: \(file.path) will be made at the start"
        }
    }
}
