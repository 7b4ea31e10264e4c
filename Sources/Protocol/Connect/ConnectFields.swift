/// The name of a field of any message.
struct ConnectField: CodingKey, ExpressibleByStringLiteral {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral value: String) { stringValue = value }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// Reads fields the way Connect has to be read: what is absent, null or of the wrong type counts as not given
/// (Connect, Errors, and Ids in public wire protocol).
struct ConnectFields {
    private let container: KeyedDecodingContainer<ConnectField>

    /// - Throws: if the message is no JSON object.
    init(_ decoder: any Decoder) throws { container = try decoder.container(keyedBy: ConnectField.self) }

    /// A text; a number or boolean counts as its text.
    func text(_ name: ConnectField) -> String? {
        if let text = value(String.self, name) { return text }
        if let number = value(UInt64.self, name) { return String(number) }
        if let number = value(Int64.self, name) { return String(number) }
        if let number = value(Double.self, name) { return String(number) }
        return value(Bool.self, name).map(String.init)
    }

    /// A whole number of 64 bits, or its decimal digits as a text.
    func number(_ name: ConnectField) -> UInt64? { value(Connect.ID.self, name)?.rawValue }

    /// An id; 0 means none.
    func id(_ name: ConnectField) -> Connect.ID? {
        guard let id = value(Connect.ID.self, name), id.rawValue != 0 else { return nil }
        return id
    }

    /// Whether a value counts as true: anything but absent, null, false, 0 and the empty text.
    func isTrue(_ name: ConnectField) -> Bool {
        if let flag = value(Bool.self, name) { return flag }
        if let number = value(Double.self, name) { return number != 0 }
        if let text = value(String.self, name) { return !text.isEmpty }
        return has(name)
    }

    /// Whether there is a value that is not null.
    func has(_ name: ConnectField) -> Bool { container.contains(name) && (try? container.decodeNil(forKey: name)) == false }

    /// The texts of an array; what else is in it is left out. Nil if there is no array.
    func texts(_ name: ConnectField) -> [String]? {
        value([Lenient<String>].self, name)?.compactMap(\.value)
    }

    /// The readable objects of an array. Nil if there is no array.
    func objects<Object: Decodable>(_ type: Object.Type, _ name: ConnectField) -> [Object]? {
        value([Lenient<Object>].self, name)?.compactMap(\.value)
    }

    /// A readable object.
    func object<Object: Decodable>(_ type: Object.Type, _ name: ConnectField) -> Object? { value(type, name) }

    private func value<Value: Decodable>(_ type: Value.Type, _ name: ConnectField) -> Value? {
        guard container.contains(name) else { return nil }
        return try? container.decode(type, forKey: name)
    }
}

/// An element that may be unreadable without costing its neighbours.
private struct Lenient<Value: Decodable>: Decodable {
    var value: Value?

    init(from decoder: any Decoder) throws { value = try? Value(from: decoder) }
}

extension KeyedEncodingContainer<ConnectField> {
    /// Writes a flag only if it is set: Connect's own messages leave false out.
    mutating func encode(ifTrue flag: Bool, _ name: ConnectField) throws {
        if flag { try encode(true, forKey: name) }
    }

    /// Writes a value only if there is one.
    mutating func encode<Value: Encodable>(_ value: Value?, _ name: ConnectField) throws {
        try encodeIfPresent(value, forKey: name)
    }
}
