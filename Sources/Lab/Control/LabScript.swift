/// A script that the lab serves at `/sdk/<name>`, given by whoever runs the lab.
public struct LabScript: Sendable {
    /// The file's name, for example `innovaphone.lib1.js`.
    public var name: String
    /// The file's bytes.
    public var bytes: [UInt8]

    /// A script.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}
