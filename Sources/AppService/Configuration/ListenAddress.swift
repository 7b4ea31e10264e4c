/// A host and a port to listen on, written `host:port`, an IPv6 address in brackets.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A host name or an IP address, without brackets.
    public var host: String
    /// The port; 0 for any free one.
    public var port: Int

    /// Creates an address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, `[address]:port`, or `:port` and `*:port` for all IPv4 addresses; nil for anything else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let portText = text[text.index(after: colon)...]
        guard !portText.isEmpty, portText.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = UInt16(portText) else { return nil }
        var host = String(text[..<colon])
        if host.isEmpty || host == "*" {
            host = "0.0.0.0"
        } else if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard IPAddress(host)?.bytes.count == 16 else { return nil }
        } else {
            guard host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A && $0 != 0x2F && $0 != 0x5B && $0 != 0x5D }) else { return nil }
        }
        self.init(host: host, port: Int(port))
    }

    /// Whether the host is `localhost` or a loopback address.
    public var isLoopback: Bool {
        host == "localhost" || IPAddress(host)?.isLoopback == true
    }

    /// The address as it is written.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
