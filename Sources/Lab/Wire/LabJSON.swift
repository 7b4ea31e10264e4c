/// A JSON value that keeps the order of its members and the text of its numbers.
///
/// The lab has a JSON type of its own so that it depends on nothing it is meant to judge: what the connector's types
/// would get wrong must show here. Order matters for the login digest (AppWebsocket, Digest), number texts for ids
/// above 2^53 (Connect, 4).
public enum LabJSON: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The number as written.
    case number(String)
    case string(String)
    case array([LabJSON])
    /// Members in the order received or written; names may repeat, the first one counts.
    case object([Member])

    /// One name and its value inside an object.
    public struct Member: Sendable, Equatable {
        /// The member's name, unescaped.
        public var name: String
        /// The member's value.
        public var value: LabJSON

        /// A member from its name and value.
        public init(_ name: String, _ value: LabJSON) {
            self.name = name
            self.value = value
        }
    }

    /// A whole number.
    public static func integer(_ value: some BinaryInteger) -> LabJSON { .number(String(value)) }

    /// The named member of an object; nil for an absent member and for everything that is not an object.
    public subscript(name: String) -> LabJSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text of a string; nil for every other value.
    public var string: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// The elements of an array; nil for every other value.
    public var array: [LabJSON]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// The members of an object; nil for every other value.
    public var members: [Member]? {
        if case .object(let members) = self { return members }
        return nil
    }

    /// A whole number, or a string that holds one (Connect, 4: ids may come as strings).
    public var integer: Int64? {
        switch self {
        case .number(let text), .string(let text): Int64(text)
        default: nil
        }
    }

    /// As `integer`, for ids, which are never negative.
    public var identifier: UInt64? {
        switch self {
        case .number(let text), .string(let text): UInt64(text)
        default: nil
        }
    }

    /// Whether the value counts as true where a protocol accepts any type: `false`, `null`, `0` and `""` do not.
    public var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let value): value
        case .number(let text): Double(text) != 0
        case .string(let text): !text.isEmpty
        case .array, .object: true
        }
    }

    /// The strings of an array; what is not a string is left out.
    public var strings: [String] { (array ?? []).compactMap(\.string) }

    /// The object with `value` under `name`, put in place of the first such member or at the end.
    public func with(_ name: String, _ value: LabJSON) -> LabJSON {
        guard case .object(var members) = self else { return self }
        if let index = members.firstIndex(where: { $0.name == name }) {
            members[index].value = value
        } else {
            members.append(Member(name, value))
        }
        return .object(members)
    }

    /// The object without the members of that name.
    public func without(_ name: String) -> LabJSON {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { $0.name != name })
    }

    /// An object of the members that have a value, in order.
    static func object(_ members: (String, LabJSON?)...) -> LabJSON {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }
}

extension LabJSON: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByStringInterpolation
{
    /// An object with its members in the order written.
    public init(dictionaryLiteral elements: (String, LabJSON)...) { self = .object(elements.map { Member($0, $1) }) }
    /// An array.
    public init(arrayLiteral elements: LabJSON...) { self = .array(elements) }
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }
}
