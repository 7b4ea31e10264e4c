extension LabJSON {
    /// Why a text is no JSON: the offset of the byte that does not fit.
    public struct SyntaxError: Error, Sendable, Equatable {
        /// Bytes from the beginning.
        public var offset: Int
    }

    /// Reads one JSON value that fills the whole text; nested at most 128 deep.
    ///
    /// - Throws: `SyntaxError`.
    public init(parsing text: some Sequence<UInt8>) throws(SyntaxError) {
        var parser = Parser(bytes: Array(text))
        self = try parser.document()
    }

    /// Reads one JSON value that fills the whole text; nested at most 128 deep.
    ///
    /// - Throws: `SyntaxError`.
    public init(parsing text: String) throws(SyntaxError) { try self.init(parsing: text.utf8) }
}

private struct Parser {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var failure: LabJSON.SyntaxError { LabJSON.SyntaxError(offset: position) }

    mutating func document() throws(LabJSON.SyntaxError) -> LabJSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw failure }
        return value
    }

    mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    /// The next byte after white space, taken if it is one of `expected`.
    mutating func take(_ expected: Character) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == expected.asciiValue else { return false }
        position += 1
        return true
    }

    mutating func value(depth: Int) throws(LabJSON.SyntaxError) -> LabJSON {
        skipSpace()
        guard depth < 128, position < bytes.count else { throw failure }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    mutating func object(depth: Int) throws(LabJSON.SyntaxError) -> LabJSON {
        position += 1
        var members: [LabJSON.Member] = []
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw failure }
            let name = try string()
            guard take(":") else { throw failure }
            members.append(LabJSON.Member(name, try value(depth: depth + 1)))
        } while take(",")
        guard take("}") else { throw failure }
        return .object(members)
    }

    mutating func array(depth: Int) throws(LabJSON.SyntaxError) -> LabJSON {
        position += 1
        var elements: [LabJSON] = []
        if take("]") { return .array([]) }
        repeat { elements.append(try value(depth: depth + 1)) } while take(",")
        guard take("]") else { throw failure }
        return .array(elements)
    }

    mutating func word(_ word: String, _ value: LabJSON) throws(LabJSON.SyntaxError) -> LabJSON {
        guard bytes[position...].starts(with: word.utf8) else { throw failure }
        position += word.utf8.count
        return value
    }

    mutating func number() throws(LabJSON.SyntaxError) -> LabJSON {
        let start = position
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        let whole = digits()
        guard whole == 1 || (whole > 1 && bytes[position - whole] != UInt8(ascii: "0")) else { throw failure }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { throw failure }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(bytes[position]) { position += 1 }
            guard digits() > 0 else { throw failure }
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    mutating func digits() -> Int {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position - start
    }

    mutating func string() throws(LabJSON.SyntaxError) -> String {
        position += 1
        var units: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"): units.append(contentsOf: try escaped().utf8)
            case 0..<0x20: throw failure
            default: units.append(byte)
            }
        }
        throw failure
    }

    mutating func escaped() throws(LabJSON.SyntaxError) -> String {
        guard position < bytes.count else { throw failure }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw failure
        }
        var units = [try hexUnit()]
        if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            units.append(try hexUnit())
        }
        // An unpaired surrogate has no place in a Swift string; it becomes U+FFFD.
        return String(decoding: units, as: UTF16.self)
    }

    mutating func hexUnit() throws(LabJSON.SyntaxError) -> UInt16 {
        guard position + 4 <= bytes.count, let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw failure }
        position += 4
        return unit
    }
}
