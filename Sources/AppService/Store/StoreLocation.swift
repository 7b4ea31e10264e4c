/// Where the database of one instance lies: `<data directory>/<domain>/<instance>.sqlite`.
public struct StoreLocation: Hashable, Sendable {
    /// The folder that holds the databases of all instances.
    public let dataDirectory: String
    /// The PBX domain.
    public let domain: String
    /// The instance's name within its domain.
    public let name: String

    /// Creates a location.
    ///
    /// - Throws: ``StoreError`` with `cannotOpen` if domain or name cannot be a part of a path.
    public init(dataDirectory: String, domain: String, name: String) throws {
        guard Self.isPathSegment(domain), Self.isPathSegment(name) else {
            throw StoreError(.cannotOpen, "An instance named \(domain)/\(name) cannot have a database; use letters, digits, dots and hyphens.")
        }
        self.dataDirectory = dataDirectory.count > 1 && dataDirectory.hasSuffix("/") ? String(dataDirectory.dropLast()) : dataDirectory
        self.domain = domain
        self.name = name
    }

    /// `domain/name`, as everywhere in the product.
    public var instance: String { "\(domain)/\(name)" }

    /// The folder of the domain.
    var directory: String { "\(dataDirectory)/\(domain)" }

    /// The database's file.
    public var path: String { "\(directory)/\(name).sqlite" }

    /// The file whose lock says that a process serves the instance.
    var lockPath: String { "\(directory)/\(name).lock" }

    private static func isPathSegment(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && !text.hasPrefix(".") && !text.utf8.contains { $0 == 0x2F || $0 < 0x20 }
    }
}
