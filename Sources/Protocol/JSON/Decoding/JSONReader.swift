/// Reads `Decodable` values from JSON where it stands: nothing is built but the values, and errors hold nothing of the text.
///
/// Half of a surrogate pair and what is no UTF-8 become U+FFFD; of a name that occurs more than once the last one counts.
public enum JSONReader {
    /// Reads one value.
    ///
    /// - Parameters:
    ///   - type: what to read
    ///   - bytes: the text, at most 2 GiB; nothing but the value may be in it
    /// - Throws: `DecodingError`, or ``JSONError`` if it is no JSON
    public static func read<Value: Decodable>(_ type: Value.Type = Value.self, from bytes: [UInt8]) throws -> Value {
        try ScannedDecoder(value: ScannedDocument(bytes).root, userInfo: [:]).decode(type)
    }
}
