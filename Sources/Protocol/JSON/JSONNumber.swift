/// A number exactly as it stands in JSON, so that a 64-bit id never passes through floating point.
public struct JSONNumber: Hashable, Sendable {
    /// The digits as received.
    public let lexeme: String

    init(unchecked lexeme: String) { self.lexeme = lexeme }

    /// A number from its text; `nil` if JSON does not allow it.
    public init?(lexeme: String) {
        var scanner = JSONScanner(Array(lexeme.utf8))
        guard let range = try? scanner.number(), range.count == lexeme.utf8.count else { return nil }
        self.lexeme = lexeme
    }

    /// A whole number.
    public init(_ value: Int64) { lexeme = String(value) }

    /// The value if it is whole and fits; `1.0` and `1e3` are whole, as far as floating point is exact (2^53).
    public var int64: Int64? {
        if let value = Int64(lexeme) { return value }
        guard let value = Double(lexeme), value.magnitude <= 0x1p53 else { return nil }
        return Int64(exactly: value)
    }

    /// The nearest floating point value; infinite if too large.
    public var double: Double { Double(lexeme) ?? .nan }
}
