import FoundationEssentials

/// A secret at rest, as one line of text: `v1.<key id>.<Base64 of nonce (12 bytes), cipher text and tag (16 bytes)>`.
public struct SealedValue: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    static let version = "v1"
    private static let overhead = 12 + 16

    /// The id of the key that it was sealed under.
    public let keyID: String
    let payload: [UInt8]

    init(keyID: String, payload: [UInt8]) {
        self.keyID = keyID
        self.payload = payload
    }

    /// Reads a stored text; nil if it is not of a known version or too short to be a sealed value.
    public init?(rawValue: String) {
        let parts = rawValue.split(separator: ".", omittingEmptySubsequences: false)
        guard
            parts.count == 3, parts[0] == Self.version, parts[1].utf8.count == 16,
            let payload = Data(base64Encoded: String(parts[2])), payload.count >= Self.overhead
        else { return nil }
        self.init(keyID: String(parts[1]), payload: Array(payload))
    }

    /// The text to store.
    public var rawValue: String {
        "\(Self.version).\(keyID).\(Data(payload).base64EncodedString())"
    }

    /// Names the key, not the content.
    public var description: String { "(sealed under \(keyID))" }
}
