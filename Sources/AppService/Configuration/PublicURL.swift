/// The base that the PBX, browsers and Meta reach the service under: scheme, host, perhaps a port, perhaps a path of the reverse proxy.
public struct PublicURL: Hashable, Sendable, CustomStringConvertible {
    /// The base without a slash at its end, its scheme and host in lower case.
    public let description: String
    /// `http` or `https`.
    public let scheme: String
    /// The host as it is written in the URL, in lower case, an IPv6 address with brackets.
    public let host: String
    /// The port, if the URL names one.
    public let port: Int?
    /// The path before ours, without a slash at its end; mostly empty.
    public let path: String

    /// Reads a base; nil if it is no `http` or `https` URL, or has user information, a query or a fragment.
    public init?(_ text: String) {
        guard
            let separator = text.firstRange(of: "://"),
            case let scheme = text[..<separator.lowerBound].lowercased(), scheme == "http" || scheme == "https",
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3F && $0 != 0x23 && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E && $0 != 0x5C })
        else { return nil }
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.hasSuffix("/") { path = path.dropLast() }

        let hostEnd =
            authority.hasPrefix("[")
            ? authority.firstIndex(of: "]").map(authority.index(after:)) : authority.firstIndex(of: ":") ?? authority.endIndex
        guard let hostEnd else { return nil }
        let host = authority[..<hostEnd].lowercased()
        if host.hasPrefix("[") {
            guard host.hasSuffix("]"), IPAddress(String(host.dropFirst().dropLast()))?.bytes.count == 16 else { return nil }
        } else {
            guard !host.isEmpty, host.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_" }) else { return nil }
        }
        var port: Int?
        if hostEnd != authority.endIndex {
            let digits = authority[hostEnd...].dropFirst()
            guard authority[hostEnd] == ":", digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = UInt16(digits), number > 0 else {
                return nil
            }
            port = Int(number)
        }
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = String(path)
        description = "\(scheme)://\(host)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    /// Whether the host is `localhost` or a loopback address.
    public var isLoopback: Bool {
        host == "localhost" || IPAddress(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host)?.isLoopback == true
    }

    /// The same base for web sockets: `ws` or `wss`.
    public var webSocketBase: String {
        "ws" + description.dropFirst(4)
    }

    /// The URL of a path, which begins with a slash.
    public func appending(_ path: String) -> String {
        description + path
    }
}
