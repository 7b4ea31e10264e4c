import AppService

/// Scheme, host and port of an address: what a browser compares.
struct WebOrigin: Hashable, Sendable, CustomStringConvertible {
    /// As browsers write it: without the scheme's standard port.
    let description: String
    let isTrustworthy: Bool

    /// The origin of a base address.
    init(_ url: PublicURL) {
        let standard = url.scheme == "https" ? 443 : 80
        description = "\(url.scheme)://\(url.host)" + (url.port.flatMap { $0 == standard ? nil : ":\($0)" } ?? "")
        isTrustworthy = url.scheme == "https" || url.isLoopback
    }

    /// The origin of an address that may have a query; nil if it is none, or has a fragment.
    init?(ofAddress text: String) {
        guard let url = PublicURL(String(text.prefix { $0 != "?" })) else { return nil }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"#\"<>\\".utf8.contains($0) }) else { return nil }
        self.init(url)
    }
}
