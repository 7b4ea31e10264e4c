/// A mistake in the configuration, its files or its keys that somebody has to correct before the service can start.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One sentence that says what is wrong, where, and what to do. Free of secrets.
    public var description: String

    /// Creates an error from its sentence.
    public init(_ description: String) {
        self.description = description
    }
}
