/// A secret on its way from a browser: encrypted under the session key with a seed of its own (Config, passwords).
public struct SealedText: Hashable, Sendable {
    /// Hexadecimal digits.
    public var value: String
    /// The seed that they were encrypted with.
    public var key: String

    /// The longest value that is read, in digits.
    public static let longestValue = 16_384
    /// The longest seed that is read, in bytes.
    public static let longestKey = 256

    /// - Parameters:
    ///   - value: hexadecimal digits
    ///   - key: the seed
    public init(value: String, key: String) {
        self.value = value
        self.key = key
    }

    /// Encrypts a text, as the SDK's library does.
    public init(_ text: String, seed: String, under session: SessionKey) {
        self.init(value: session.encrypt(text, seed: seed), key: seed)
    }

    /// Reads `{"value":…,"key":…}`; nil if it is something else, or too long.
    public init?(_ json: JSON) {
        guard case .string(let value)? = json["value"], case .string(let key)? = json["key"],
            value.utf8.count <= Self.longestValue, key.utf8.count <= Self.longestKey
        else { return nil }
        self.init(value: value, key: key)
    }

    /// As it is sent.
    public var json: JSON { ["value": .string(value), "key": .string(key)] }

    /// The text; nil if no text comes out, as with a wrong session key.
    public func opened(under session: SessionKey) -> String? { session.decrypt(value, seed: key) }
}
