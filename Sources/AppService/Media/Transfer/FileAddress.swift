/// An absolute http or https URL of a file, taken apart so strictly that what is checked is what is called.
struct FileAddress: Hashable, Sendable, CustomStringConvertible {
    /// Whom a request goes to.
    struct Origin: Hashable, Sendable {
        /// `http` or `https`.
        var scheme: String
        /// In lower case, an IPv6 address with brackets.
        var host: String
        /// The port, also where the URL names none.
        var port: Int
    }

    let origin: Origin
    /// Path and query; begins with a slash, has no dot segments and no characters that need to be escaped.
    let target: String

    /// Reads a URL; `nil` if it is relative, of another scheme, or has user information or anything that two readers could read differently.
    init?(_ text: String) {
        guard
            let separator = text.firstRange(of: "://"),
            case let scheme = text[..<separator.lowerBound].lowercased(), scheme == "http" || scheme == "https"
        else { return nil }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let origin = Self.origin(scheme: scheme, authority: authority), let target = Self.target(rest[authority.endIndex...]) else {
            return nil
        }
        self.init(origin: origin, target: target)
    }

    private init(origin: Origin, target: String) {
        self.origin = origin
        self.target = target
    }

    /// The URL as text.
    var description: String {
        let isDefault = origin.port == (origin.scheme == "https" ? 443 : 80)
        return "\(origin.scheme)://\(origin.host)\(isDefault ? "" : ":\(origin.port)")\(target)"
    }

    /// What a reference means that was found at this address; `nil` if it is none of http or https.
    func resolving(_ reference: String) -> FileAddress? {
        let path = target.prefix { $0 != "?" }
        let name = reference.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if name.contains(":") { return FileAddress(reference) }
        if reference.hasPrefix("//") { return FileAddress("\(origin.scheme):\(reference)") }
        let whole: String =
            switch reference.first {
            case nil, "#": target
            case "/": reference
            case "?": path + reference
            default: path[...(path.lastIndex(of: "/") ?? path.startIndex)] + reference
            }
        return Self.target(whole[...]).map { FileAddress(origin: origin, target: $0) }
    }

    private static func origin(scheme: String, authority: Substring) -> Origin? {
        let isAddress = authority.hasPrefix("[")
        guard let end = isAddress ? authority.firstIndex(of: "]").map(authority.index(after:)) : authority.firstIndex(of: ":") ?? authority.endIndex
        else { return nil }
        let host = authority[..<end].lowercased()
        if isAddress {
            guard IPAddress(String(host.dropFirst().dropLast()))?.bytes.count == 16 else { return nil }
        } else {
            guard !host.isEmpty, host.utf8.allSatisfy(isHostByte) else { return nil }
        }
        var port = scheme == "https" ? 443 : 80
        if end != authority.endIndex {
            let digits = authority[end...].dropFirst()
            guard authority[end] == ":", digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = UInt16(digits), number > 0 else { return nil }
            port = Int(number)
        }
        return Origin(scheme: scheme, host: host, port: port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    private static func target(_ text: Substring) -> String? {
        let text = text.prefix { $0 != "#" }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0...0x1F, 0x7F, UInt8(ascii: "\\"): return nil
            case 0x20, 0x80...,
                _ where "\"<>^`{|}[]".utf8.contains(byte):
                bytes += PercentEncoding.escape(byte)
            default: bytes.append(byte)
            }
        }
        let escaped = String(decoding: bytes, as: UTF8.self)
        let path = escaped.prefix { $0 != "?" }
        return withoutDots(path) + escaped[path.endIndex...]
    }

    private static func withoutDots(_ path: Substring) -> String {
        var segments: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(path.hasPrefix("/") ? 1 : 0)
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            switch part {
            case ".": if isLast { segments.append("") }
            case "..":
                _ = segments.popLast()
                if isLast { segments.append("") }
            default: segments.append(part)
            }
        }
        return "/" + segments.joined(separator: "/")
    }
}
