/// One well-formed JSON value with the very bytes that it came in.
///
/// A login's `info` is hashed and passed on in the form and key order received (AppWebsocket, Digest); no JSON library keeps that.
public struct RawJSON: Hashable, Sendable {
    /// The value's UTF-8, without white space around it.
    public let bytes: [UInt8]

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Checks and keeps one value.
    ///
    /// - Throws: ``JSONError``
    public init(_ bytes: [UInt8]) throws(JSONError) {
        var scanner = JSONScanner(bytes)
        let range = try scanner.document { (scanner) throws(JSONError) in
            let start = scanner.index
            try scanner.skip(depth: 0)
            return start..<scanner.index
        }
        self.bytes = Array(bytes[range])
    }

    /// Checks and keeps one value.
    ///
    /// - Throws: ``JSONError``
    public init(_ text: String) throws(JSONError) { try self.init(Array(text.utf8)) }

    /// A value that is written, not received.
    public init(_ value: JSON) { bytes = value.bytes }

    /// The bytes as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether it is `null`.
    public var isNull: Bool { bytes.first == UInt8(ascii: "n") }

    /// The value, read.
    public var value: JSON { (try? JSON(bytes)) ?? .null }

    /// The value as `JSON.stringify` writes it, except that numbers stay as they are and nothing is removed (AppWebsocket, Digest):
    /// no white space outside of texts, and in texts only those escapes that JSON demands. A lone surrogate stays an escape.
    public var canonicalBytes: [UInt8] {
        var canonical: [UInt8] = []
        canonical.reserveCapacity(bytes.count)
        var isInText = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard byte != UInt8(ascii: "\\") else {
                // Escapes occur in texts only.
                let (escape, end) = bytes.escape(at: index)
                switch escape {
                case .scalar(let scalar): for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { canonical.appendJSON(textByte: unit) }
                case .loneSurrogate(let unit): canonical.appendJSON(codeUnit: unit)
                }
                index = end
                continue
            }
            if byte == UInt8(ascii: "\"") { isInText.toggle() }
            if isInText || !byte.isJSONWhitespace { canonical.append(byte) }
            index += 1
        }
        return canonical
    }
}
