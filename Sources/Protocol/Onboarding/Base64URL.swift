import FoundationEssentials

/// Bytes as text that may stand in an address (RFC 4648, 5), without padding.
public enum Base64URL {
    /// The text of bytes.
    public static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text = Data(bytes).base64EncodedString()
        while text.hasSuffix("=") { text.removeLast() }
        return String(text.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }

    /// The bytes of a text; nil if it has other characters or padding.
    public static func bytes(_ text: String) -> [UInt8]? {
        guard isText(text) else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }) + padding
        return Data(base64Encoded: standard).map { [UInt8]($0) }
    }

    /// Whether a text has nothing but the characters of the alphabet.
    static func isText(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy(isDigit) }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
