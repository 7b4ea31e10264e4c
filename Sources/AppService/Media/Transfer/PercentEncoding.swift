/// Percent signs in URLs.
package enum PercentEncoding {
    /// A text as one component of a path or query: letters, digits, `-`, `.`, `_` and `~` stay.
    package static func component(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                bytes.append(byte)
            case _ where "-._~".utf8.contains(byte): bytes.append(byte)
            default: bytes += escape(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A percent sign and two digits.
    static func escape(_ byte: UInt8) -> [UInt8] { [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]] }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
