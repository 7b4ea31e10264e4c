/// Any JSON value, with the order of an object's members, and numbers as they were written.
public enum JSON: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number.
    case number(JSONNumber)
    /// A text.
    case string(String)
    /// An array.
    case array([JSON])
    /// An object; names may occur more than once.
    case object([JSONMember])
}

/// One member of an object.
public struct JSONMember: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: JSON

    /// - Parameters:
    ///   - name: of the member
    ///   - value: of the member
    public init(_ name: String, _ value: JSON) {
        self.name = name
        self.value = value
    }
}

// MARK: Lenient readings

extension JSON {
    /// A member of an object, the last of that name, as in JavaScript; `nil` if there is none or this is no object.
    public subscript(name: String) -> JSON? { members?.last { $0.name == name }?.value }

    /// The members, if this is an object.
    public var members: [JSONMember]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements, if this is an array.
    public var elements: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The text, or a number's decimal text: older peers write some texts as numbers.
    public var text: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.lexeme
        default: nil
        }
    }

    /// A whole number, or a text of nothing but one.
    public var int64: Int64? {
        switch self {
        case .number(let number): number.int64
        case .string(let text): Int64(text)
        default: nil
        }
    }

    /// `true` or `false`, if this is one of them.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// Whether JavaScript takes it for true. Peers write `error` and `ok` with any type (AppWebsocket, Envelope).
    public var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .number(let number): number.double != 0
        case .string(let text): !text.isEmpty
        case .array, .object: true
        }
    }
}

// MARK: Reading and writing

extension JSON {
    /// Reads one document.
    ///
    /// - Throws: ``JSONError``
    public init(_ bytes: [UInt8]) throws(JSONError) {
        var scanner = JSONScanner(bytes)
        self = try scanner.document { (scanner) throws(JSONError) in try scanner.value(depth: 0) }
    }

    /// The value as `JSON.stringify` writes it, but for numbers, which stay as they were read.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return bytes
    }

    func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): bytes.append(contentsOf: number.lexeme.utf8)
        case .string(let text): bytes.appendJSON(text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { bytes.append(UInt8(ascii: ",")) }
                element.append(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            var writer = JSONObjectWriter()
            for member in members { writer.write(member.name, member.value) }
            bytes.append(contentsOf: writer.finish())
        }
    }
}

extension JSONScanner {
    /// Reads the value that begins here.
    ///
    /// - Parameter depth: of the arrays and objects around it
    mutating func value(depth: Int) throws(JSONError) -> JSON {
        switch kind {
        case .object:
            var members: [JSONMember] = []
            try object(depth: depth) { (scanner, name) throws(JSONError) in
                members.append(JSONMember(scanner.bytes.text(in: name), try scanner.value(depth: depth + 1)))
            }
            return .object(members)
        case .array:
            var elements: [JSON] = []
            try array(depth: depth) { (scanner) throws(JSONError) in elements.append(try scanner.value(depth: depth + 1)) }
            return .array(elements)
        case .text:
            let range = try text()
            return .string(bytes.text(in: range))
        case .number:
            let range = try number()
            return .number(JSONNumber(unchecked: String(decoding: bytes[range], as: UTF8.self)))
        case .literal:
            return try literal().map(JSON.bool) ?? .null
        }
    }
}

// MARK: Literals

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// `null`.
    public init(nilLiteral: ()) { self = .null }
    /// An array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object with its members in the order written.
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { JSONMember($0, $1) }) }
}
