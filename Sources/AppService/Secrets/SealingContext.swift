/// The place that a sealed value belongs to.
public struct SealingContext: Hashable, Sendable {
    /// The instance, as `domain/name`.
    public var instance: String
    /// The field, unique in the instance, for example `password` or `account/104222333444555/token`.
    public var field: String

    /// Creates a context.
    public init(instance: String, field: String) {
        self.instance = instance
        self.field = field
    }

    /// Creates a context.
    public init(instance: InstanceAddress, field: String) {
        self.init(instance: instance.description, field: field)
    }

    /// The bytes that are authenticated with a value: every part behind its length, so that no two places give the same bytes.
    func authenticatedBytes(version: String, keyID: String) -> [UInt8] {
        [version, keyID, instance, field].flatMap { part in
            let bytes = Array(part.utf8)
            return (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) } + bytes
        }
    }
}
