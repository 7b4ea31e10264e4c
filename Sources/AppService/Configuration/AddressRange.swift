import Glibc

/// An IP address or a range of them, written `10.0.0.1`, `10.0.0.0/8` or `fd00::/8`.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    private let base: IPAddress
    private let prefixLength: Int
    /// The range as it was written.
    public let description: String

    /// Reads a range; nil if it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = IPAddress(String(parts[0])) else { return nil }
        var prefixLength = base.bytes.count * 8
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let length = Int(parts[1]), length <= prefixLength else { return nil }
            prefixLength = length
        }
        self.base = base
        self.prefixLength = prefixLength
        description = text
    }

    /// Whether an address, for example that of a connection's other end, lies in the range. IPv4 addresses count in their IPv6 clothes
    /// (`::ffff:10.0.0.1`) as well.
    public func contains(_ address: String) -> Bool {
        guard let address = IPAddress(address), address.bytes.count == base.bytes.count else { return false }
        return (0..<prefixLength).allSatisfy { bit in
            (address.bytes[bit / 8] ^ base.bytes[bit / 8]) & (0x80 >> (bit % 8)) == 0
        }
    }
}

/// An IP address as its 4 or 16 bytes; an IPv4 address that is written as IPv6 has 4.
struct IPAddress: Hashable, Sendable {
    let bytes: [UInt8]

    init?(_ text: String) {
        let host = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
        var four = in_addr()
        var sixteen = in6_addr()
        if inet_pton(AF_INET, host, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, host, &sixteen) == 1 {
            let all = withUnsafeBytes(of: &sixteen) { Array($0) }
            bytes = all.starts(with: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) ? Array(all[12...]) : all
        } else {
            return nil
        }
    }

    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes == Array(repeating: 0, count: 15) + [1]
    }
}
