/// The file that holds the sealing key, `secretKeyFile` of the configuration: 32 bytes, or 64 hex digits as text.
public struct SealingKeyFile: Sendable {
    /// Where it is.
    public let path: String

    /// Creates the description of a key file; touches nothing.
    public init(path: String) {
        self.path = path
    }

    /// Reads the key.
    ///
    /// - Returns: Nil if there is no such file.
    /// - Throws: ``ConfigurationError`` if the file cannot be read, holds no key, may be read by everybody, or written by others than its
    ///   owner.
    public func read() throws(ConfigurationError) -> SealingKey? {
        let content: [UInt8]
        do {
            content = try SmallFile(path).read(limit: 1_024)
        } catch .missing {
            return nil
        } catch {
            throw ConfigurationError("secretKeyFile: \(error)")
        }
        if let permissions = SmallFile(path).permissions, permissions & 0o027 != 0 {
            throw ConfigurationError(
                "secretKeyFile: others may use the key in \(path) (mode 0\(String(permissions & 0o777, radix: 8))); run: chmod 600 \(path)"
            )
        }
        guard let key = SealingKey(bytes: content) ?? SealingKey(hexadecimal: Self.text(content)) else {
            throw ConfigurationError(
                "secretKeyFile: \(path) holds \(content.count) bytes, not a key of 32 bytes or 64 hex digits; restore the right file"
            )
        }
        return key
    }

    /// Reads the key, or makes one if that costs nothing.
    ///
    /// - Parameter keyIDsInUse: The ids of the keys that stored values were sealed under (``SealedValue/keyID``), of all instances. A new
    ///   key is made only if there are none.
    /// - Returns: The key; every id in use is its own.
    /// - Throws: ``ConfigurationError`` as ``read()``, and if a key that is in use is not the one in the file, naming its id.
    public func open(keyIDsInUse: Set<String>) throws(ConfigurationError) -> SealingKey {
        guard let key = try read() else {
            guard let missing = keyIDsInUse.min() else { return try create() }
            throw ConfigurationError(
                "secretKeyFile: \(path) does not exist, but stored secrets were sealed under the key \(missing); restore that key file"
            )
        }
        if let missing = keyIDsInUse.subtracting([key.id]).min() {
            throw ConfigurationError(
                "secretKeyFile: \(path) holds the key \(key.id), but stored secrets were sealed under the key \(missing); restore that key file"
            )
        }
        return key
    }

    private func create() throws(ConfigurationError) -> SealingKey {
        let bytes = SealingKey.randomBytes()
        do {
            if try SmallFile(path).create(bytes), let key = SealingKey(bytes: bytes) { return key }
        } catch {
            throw ConfigurationError("secretKeyFile: a new key cannot be written, because \(Self.reason(error)); correct that or the path")
        }
        // Another process was faster; its key is the key.
        guard let key = try read() else {
            throw ConfigurationError("secretKeyFile: \(path) went away while it was opened; start again")
        }
        return key
    }

    private static func reason(_ problem: SmallFile.Problem) -> String {
        switch problem {
        case .missing(let folder): "the folder \(folder) does not exist"
        case .forbidden(let folder): "this user may not write to \(folder)"
        case .directory(let path): "\(path) is a folder"
        case .tooLarge(let path, _): "\(path) is too large"
        case .other(let path, let code): "writing to \(path) failed (\(SmallFile.Problem.text(of: code)))"
        }
    }

    private static func text(_ content: [UInt8]) -> String {
        String(decoding: content.prefix { $0 > 0x20 }, as: UTF8.self)
    }
}
