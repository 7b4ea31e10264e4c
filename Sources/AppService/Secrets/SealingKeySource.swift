/// Where the sealing key comes from.
public enum SealingKeySource: Sendable {
    /// From a file, `secretKeyFile` of the configuration.
    case file(SealingKeyFile)
    /// From the configuration itself, `secretKey`.
    case key(SealingKey)

    /// Gives the key; a file that does not exist is made if that costs nothing.
    ///
    /// - Parameter keyIDsInUse: The ids of the keys that stored values were sealed under (``SealedValue/keyID``), of all instances. A new
    ///   key is made only if there are none.
    /// - Returns: The key; every id in use is its own.
    /// - Throws: ``ConfigurationError`` if there is no usable key, or if a key that is in use is not this one, naming its id.
    public func open(keyIDsInUse: Set<String>) throws(ConfigurationError) -> SealingKey {
        switch self {
        case .file(let file): return try file.open(keyIDsInUse: keyIDsInUse)
        case .key(let key):
            guard let missing = keyIDsInUse.subtracting([key.id]).min() else { return key }
            throw ConfigurationError(
                "secretKey is the key \(key.id), but stored secrets were sealed under the key \(missing); configure that key again"
            )
        }
    }
}
