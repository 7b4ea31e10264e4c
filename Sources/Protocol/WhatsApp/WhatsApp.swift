/// Namespace of what Meta's WhatsApp Business Platform sends to a webhook, as values.
///
/// Decoding is lenient on purpose: unknown types, enumeration values, fields and even JSON types occur in real
/// traffic, and a notification that is refused comes back for days (WhatsApp Cloud API, 1.3 and 1.4). Every field is
/// optional, identifiers and timestamps may be strings or numbers, and an element that cannot be read becomes a
/// ``Decoded/failure(_:)`` beside its siblings. What the Graph API exchanges is in the types that begin with `Graph`.
public enum WhatsApp {
    /// Largest notification body that is decoded, in bytes: Meta sends up to 3 MB (WhatsApp Cloud API, 1.4).
    public static let maximumBodySize = 4 * 1024 * 1024

    /// Whether a text has the form of a business-scoped user ID, parent or not:
    /// two capital letters, a dot, an optional `ENT.`, and 1 to 128 letters or digits (WhatsApp Cloud API, 2.4).
    ///
    /// - Parameter text: an identifier as it came; some senders put a BSUID where a phone number belongs.
    public static func isBusinessScopedUserID(_ text: String) -> Bool {
        scopedPart(of: text) != nil
    }

    /// Whether a text has the form of a *parent* business-scoped user ID (`ENT` after the country).
    ///
    /// - Parameter text: an identifier as it came.
    public static func isParentBusinessScopedUserID(_ text: String) -> Bool {
        scopedPart(of: text)?.isParent ?? false
    }

    private static func scopedPart(of text: String) -> (isParent: Bool, length: Int)? {
        let bytes = Array(text.utf8.prefix(136))
        guard bytes.count > 3, bytes[2] == UInt8(ascii: ".") else { return nil }
        guard bytes[0...1].allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else { return nil }
        var rest = bytes[3...]
        let isParent = rest.starts(with: "ENT.".utf8)
        if isParent { rest = rest.dropFirst(4) }
        guard (1...128).contains(rest.count) else { return nil }
        let isAlphanumeric = rest.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: false
            }
        }
        return isAlphanumeric ? (isParent, rest.count) : nil
    }
}
