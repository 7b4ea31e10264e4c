/// Reads `Decodable` values from a scanned document. Its errors hold nothing of what came from outside.
struct ScannedDecoder: Decoder {
    let value: ScannedValue
    let userInfo: [CodingUserInfoKey: Any]
    /// Nobody is told where a value stands; what cannot be read is named by whoever reads it.
    var codingPath: [any CodingKey] { [] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let members = try value.members else { throw mismatch([String: Any].self) }
        return KeyedDecodingContainer(ScannedFields<Key>(members: members, userInfo: userInfo))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = value.elements else { throw mismatch([Any].self) }
        return ScannedArray(elements: elements, userInfo: userInfo)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { ScannedScalar(decoder: self) }

    /// Reads the value.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        switch type {
        case is String.Type: try result(value.text)
        case is Bool.Type: try result(value.flag)
        case is Int.Type: try result(integer(Int.self))
        case is Int64.Type: try result(integer(Int64.self))
        case is UInt64.Type: try result(integer(UInt64.self))
        case is Double.Type: try result(finite(Double.self))
        case is Int32.Type: try result(integer(Int32.self))
        case is Int16.Type: try result(integer(Int16.self))
        case is Int8.Type: try result(integer(Int8.self))
        case is UInt.Type: try result(integer(UInt.self))
        case is UInt32.Type: try result(integer(UInt32.self))
        case is UInt16.Type: try result(integer(UInt16.self))
        case is UInt8.Type: try result(integer(UInt8.self))
        case is Float.Type: try result(finite(Float.self))
        default: try Value(from: self)
        }
    }

    private func result<Scalar, Value>(_ scalar: Scalar?) throws -> Value {
        guard let result = scalar as? Value else { throw mismatch(Value.self) }
        return result
    }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        guard let number = value.number else { return nil }
        return Number(number.lexeme) ?? number.int64.flatMap(Number.init(exactly:))
    }

    private func finite<Number: BinaryFloatingPoint & LosslessStringConvertible>(_ type: Number.Type) -> Number? {
        value.number.flatMap { Number($0.lexeme) }.flatMap { $0.isFinite ? $0 : nil }
    }

    func mismatch(_ type: any Any.Type) -> DecodingError {
        let context = DecodingError.Context(codingPath: [], debugDescription: "another JSON type")
        return value.kind == .null ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }
}

extension JSONNumber: Decodable {
    /// Reads a number from a scanned document; no other one keeps its digits.
    public init(from decoder: any Decoder) throws {
        guard let decoder = decoder as? ScannedDecoder, let number = decoder.value.number else {
            throw DecodingError.typeMismatch(JSONNumber.self, DecodingError.Context(codingPath: [], debugDescription: "no scanned number"))
        }
        self = number
    }
}

/// The members of an object. One generic method stands for all of those that the protocol lists.
private struct ScannedFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: ScannedMembers
    let userInfo: [CodingUserInfoKey: Any]
    var codingPath: [any CodingKey] { [] }

    var allKeys: [Key] { members.names.compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

    private func decoder(_ key: Key) throws -> ScannedDecoder {
        guard let value = members[key.stringValue] else {
            throw DecodingError.keyNotFound(key, DecodingError.Context(codingPath: [], debugDescription: "no such member"))
        }
        return ScannedDecoder(value: value, userInfo: userInfo)
    }

    func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).value.kind == .null }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try decoder(key).decode(type) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
        try decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { try decoder(key).unkeyedContainer() }

    func superDecoder() throws -> any Decoder {
        guard let key = Key(stringValue: "super") else { throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no super")) }
        return try superDecoder(forKey: key)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}

/// The elements of an array.
private struct ScannedArray: UnkeyedDecodingContainer {
    var elements: ScannedElements
    let userInfo: [CodingUserInfoKey: Any]
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    /// Nobody has counted them.
    var count: Int? { nil }
    var isAtEnd: Bool { elements.next == nil }

    init(elements: ScannedElements, userInfo: [CodingUserInfoKey: Any]) {
        self.elements = elements
        self.userInfo = userInfo
    }

    private func decoder() throws -> ScannedDecoder {
        guard let value = elements.next else {
            throw DecodingError.valueNotFound(Any.self, DecodingError.Context(codingPath: [], debugDescription: "the array has ended"))
        }
        return ScannedDecoder(value: value, userInfo: userInfo)
    }

    private mutating func advance() {
        elements.advance()
        currentIndex += 1
    }

    mutating func decodeNil() throws -> Bool {
        guard try decoder().value.kind == .null else { return false }
        advance()
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let result = try decoder().decode(type)
        advance()
        return result
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        let result = try decoder().container(keyedBy: type)
        advance()
        return result
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let result = try decoder().unkeyedContainer()
        advance()
        return result
    }

    mutating func superDecoder() throws -> any Decoder {
        let result = try decoder()
        advance()
        return result
    }
}

/// One value.
private struct ScannedScalar: SingleValueDecodingContainer {
    let decoder: ScannedDecoder
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { decoder.value.kind == .null }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.decode(type) }
}
