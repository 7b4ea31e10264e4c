import FoundationEssentials

/// The SHA-256 of a file as webhooks and media descriptions carry it: 44 characters of base64, or 64 hexadecimal digits in older traffic
/// (WhatsApp Cloud API, 4.3).
public struct MediaDigest: Hashable, Sendable {
    /// The 32 bytes.
    public let bytes: [UInt8]

    /// Reads either spelling; `nil` if it is neither.
    public init?(_ text: String) {
        let bytes =
            switch text.utf8.count {
            case 44: Data(base64Encoded: text).map(Array.init)
            case 64: Hex.bytes(text)
            default: [UInt8]?.none
            }
        guard let bytes, bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Takes the 32 bytes of a digest that was made here; `nil` if they are not 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }
}
