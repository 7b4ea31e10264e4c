/// The domain and the name of an instance: the first two segments of every path that belongs to it.
///
/// Both consist of ASCII letters, digits, `.`, `-` and `_`, begin with a letter or digit, and have at most 63 characters (the domain 253).
public struct InstanceAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The PBX domain, for example `example.com`.
    public let domain: String
    /// The name, for example `whatsapp`.
    public let name: String

    /// Creates an address.
    ///
    /// - Throws: ``Problem``.
    public init(domain: String, name: String) throws(Problem) {
        guard Self.isSegment(domain, limit: 253) else { throw .domainCharacters }
        guard domain.lowercased() != "manager" else { throw .reservedDomain }
        guard Self.isSegment(name, limit: 63) else { throw .nameCharacters }
        guard !name.utf8.allSatisfy(Self.isHexadecimal) else { throw .nameLikeBuild }
        self.domain = domain
        self.name = name
    }

    /// Reads `domain/name`; nil if it is no valid address.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = try? InstanceAddress(domain: String(parts[0]), name: String(parts[1])) else { return nil }
        self = address
    }

    /// `domain/name`.
    public var description: String { "\(domain)/\(name)" }

    /// The path that everything of the instance lies below: `/domain/name`.
    public var path: String { "/\(domain)/\(name)" }

    /// Orders by domain, then by name.
    public static func < (left: InstanceAddress, right: InstanceAddress) -> Bool {
        (left.domain, left.name) < (right.domain, right.name)
    }

    /// What is wrong with a domain or a name.
    public enum Problem: Error, Equatable, CustomStringConvertible {
        /// The domain is empty, too long, or has other characters.
        case domainCharacters
        /// The domain is `manager`, the path of the mini App Platform.
        case reservedDomain
        /// The name is empty, too long, or has other characters.
        case nameCharacters
        /// The name has hexadecimal digits only: myApps reads such a path segment as a build number (AppWebsocket, CheckBuild).
        case nameLikeBuild

        /// Whether the problem is in the domain.
        public var isInDomain: Bool { self == .domainCharacters || self == .reservedDomain }

        /// What a valid text looks like.
        public var description: String {
            switch self {
            case .domainCharacters: "must be a domain of letters, digits, dots and hyphens"
            case .reservedDomain: "must not be manager, which is the path of the mini App Platform"
            case .nameCharacters: "must be 1 to 63 letters, digits, dots, hyphens and underscores, beginning with a letter or digit"
            case .nameLikeBuild: "must not consist of hexadecimal digits only, because myApps takes such a path for a build number"
            }
        }
    }

    private static func isSegment(_ text: String, limit: Int) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= limit else { return false }
        return isAlphanumeric(first) && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }
}
