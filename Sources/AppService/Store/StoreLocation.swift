/// Where the database of one instance lies: `<data directory>/<domain>/<instance>.sqlite`.
public struct StoreLocation: Hashable, Sendable {
    /// The folder that holds the databases of all instances.
    public let dataDirectory: String
    /// The instance. Its two parts are safe as names of files.
    public let instance: InstanceAddress

    /// Creates a location.
    public init(dataDirectory: String, instance: InstanceAddress) {
        self.dataDirectory = Self.folder(dataDirectory)
        self.instance = instance
    }

    /// A folder's path without a slash at its end.
    static func folder(_ path: String) -> String {
        path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// The folder of the domain.
    var directory: String { "\(dataDirectory)/\(instance.domain)" }

    /// The database's file.
    public var path: String { "\(directory)/\(instance.name).sqlite" }

    /// The file whose lock says that a process serves the instance.
    var lockPath: String { "\(directory)/\(instance.name).lock" }
}
