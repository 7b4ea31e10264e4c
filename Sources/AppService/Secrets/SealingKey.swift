import Crypto

/// The key under which a process seals secrets at rest: 32 random bytes, kept outside the data directory.
public struct SealingKey: Sendable {
    /// The length of a key, in bytes.
    public static let byteCount = 32

    /// Tells keys apart without giving anything away: 16 hex digits of a hash. Stored with every sealed value and named in errors.
    public let id: String

    let key: SymmetricKey

    /// Wraps key bytes; nil unless there are exactly ``byteCount``.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        key = SymmetricKey(data: bytes)
        var hash = SHA256()
        hash.update(data: Array("whatsapp-connector sealing key id:".utf8))
        hash.update(data: bytes)
        id = hash.finalize().prefix(8).map { Self.hexadecimal($0) }.joined()
    }

    /// Reads a key from text of 64 hex digits; nil for anything else.
    public init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        let values = digits.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard values.count == digits.count else { return nil }
        self.init(bytes: stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) })
    }

    /// Makes key bytes from the system's random source.
    package static func randomBytes() -> [UInt8] {
        SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
    }

    /// 32 random bytes in hexadecimal digits, for a token that nobody can guess.
    package static func randomToken() -> String { randomBytes().map(hexadecimal).joined() }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = Array("0123456789abcdef")
        return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }
}

extension SealingKey: CustomStringConvertible, CustomReflectable {
    /// The key's id.
    public var description: String { "sealing key \(id)" }

    /// Shows the id only.
    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
