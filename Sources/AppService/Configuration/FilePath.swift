import Glibc

/// Paths of the configuration, as texts.
package enum FilePath {
    /// The path seen from a folder; absolute paths stay as they are.
    package static func resolve(_ path: String, from folder: String) -> String {
        path.hasPrefix("/") || folder.isEmpty ? path : folder.hasSuffix("/") ? folder + path : folder + "/" + path
    }

    /// The path without symbolic links, `.` and `..`. What does not exist yet is resolved as far as it does.
    package static func canonical(_ path: String) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        var parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard let last = parts.popLast() else { return "/" }
        let parent = canonical((path.hasPrefix("/") ? "/" : "./") + parts.joined(separator: "/"))
        switch last {
        case ".": return parent
        case "..": return parent.lastIndex(of: "/").map { $0 == parent.startIndex ? "/" : String(parent[..<$0]) } ?? parent
        default: return parent == "/" ? "/\(last)" : "\(parent)/\(last)"
        }
    }

    /// Whether a path is a folder or lies anywhere below it, after symbolic links are followed.
    package static func isInside(_ path: String, folder: String) -> Bool {
        let path = canonical(path)
        let folder = canonical(folder)
        return path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/")
    }
}
