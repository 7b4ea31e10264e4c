/// Writes `Encodable` values as JSON: straight into one text, with the members in the order in which the values write them.
public enum JSONWriter {
    /// Writes one value, without any blanks.
    ///
    /// Containers have to be filled one after the other, as all code does that the compiler makes; whoever goes back to an outer container
    /// while an inner one is open has closed the inner one.
    ///
    /// - Throws: `EncodingError` for a number that JSON does not have, or if nothing was written
    public static func write(_ value: some Encodable) throws -> [UInt8] {
        let output = JSONOutput()
        try JSONValueEncoder(output: output, depth: 0).write(value)
        output.close(to: 0)
        return output.bytes
    }
}

/// The text as far as it is written, with the containers that are still open.
final class JSONOutput {
    enum Container: UInt8 { case object, array }

    private(set) var bytes: [UInt8] = []
    private var open: [(container: Container, isEmpty: Bool)] = []

    init() { bytes.reserveCapacity(512) }

    /// Closes the containers that have more than so many around them.
    func close(to depth: Int) {
        while open.count > depth, let last = open.popLast() { bytes.append(UInt8(ascii: last.container == .object ? "}" : "]")) }
    }

    /// Opens a container that has so many around it; one that is open already goes on.
    func begin(_ container: Container, at depth: Int) {
        close(to: depth + 1)
        if open.count == depth + 1, open[depth].container == container { return }
        bytes.append(UInt8(ascii: container == .object ? "{" : "["))
        open.append((container, true))
    }

    /// Begins the next element of the container that has so many around it.
    func next(at depth: Int) {
        close(to: depth + 1)
        if !open[depth].isEmpty { bytes.append(UInt8(ascii: ",")) }
        open[depth].isEmpty = false
    }

    func name(_ name: String) {
        bytes.appendJSON(name)
        bytes.append(UInt8(ascii: ":"))
    }

    func text(_ text: String) { bytes.appendJSON(text) }

    /// Writes what needs no escapes.
    func plain(_ text: some StringProtocol) { bytes.append(contentsOf: text.utf8) }
}

/// Writes the value that has so many containers around it.
private struct JSONValueEncoder: Encoder {
    let output: JSONOutput
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        output.begin(.object, at: depth)
        return KeyedEncodingContainer(JSONMembers<Key>(output: output, depth: depth))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        output.begin(.array, at: depth)
        return JSONElements(output: output, depth: depth)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { JSONScalar(encoder: self) }

    func write<Value: Encodable>(_ value: Value) throws {
        switch Value.self {
        case is String.Type: (value as? String).map(output.text)
        case is Bool.Type: output.plain(value as? Bool == true ? "true" : "false")
        case is Int64.Type: write(integer: value as? Int64)
        case is Int.Type: write(integer: value as? Int)
        case is UInt8.Type: write(integer: value as? UInt8)
        case is Double.Type: try write(floating: value as? Double)
        case is UInt64.Type: write(integer: value as? UInt64)
        case is UInt.Type: write(integer: value as? UInt)
        case is Int32.Type: write(integer: value as? Int32)
        case is UInt32.Type: write(integer: value as? UInt32)
        case is Int16.Type: write(integer: value as? Int16)
        case is UInt16.Type: write(integer: value as? UInt16)
        case is Int8.Type: write(integer: value as? Int8)
        case is Float.Type: try write(floating: value as? Float)
        default:
            let count = output.bytes.count
            try value.encode(to: self)
            if output.bytes.count == count { throw refusal(of: value, "it wrote nothing") }
        }
    }

    private func write(integer: (some FixedWidthInteger)?) {
        if let integer { output.plain(String(integer)) }
    }

    private func write(floating: (some BinaryFloatingPoint & LosslessStringConvertible)?) throws {
        guard let floating else { return }
        guard floating.isFinite else { throw refusal(of: floating, "JSON has no such number") }
        output.plain(String(floating))
    }

    private func refusal(of value: Any, _ reason: String) -> EncodingError {
        .invalidValue(value, EncodingError.Context(codingPath: [], debugDescription: reason))
    }
}

/// The members of an object. One generic method stands for all of those that the protocol lists.
private struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let output: JSONOutput
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    private func next(_ key: Key) -> JSONValueEncoder {
        output.next(at: depth)
        output.name(key.stringValue)
        return JSONValueEncoder(output: output, depth: depth + 1)
    }

    func encodeNil(forKey key: Key) {
        _ = next(key)
        output.plain("null")
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { try next(key).write(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
        next(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { next(key).unkeyedContainer() }

    func superEncoder() -> any Encoder {
        output.next(at: depth)
        output.name("super")
        return JSONValueEncoder(output: output, depth: depth + 1)
    }

    func superEncoder(forKey key: Key) -> any Encoder { next(key) }
}

/// The elements of an array.
private struct JSONElements: UnkeyedEncodingContainer {
    let output: JSONOutput
    let depth: Int
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(output: JSONOutput, depth: Int) {
        self.output = output
        self.depth = depth
    }

    private mutating func next() -> JSONValueEncoder {
        output.next(at: depth)
        count += 1
        return JSONValueEncoder(output: output, depth: depth + 1)
    }

    mutating func encodeNil() {
        _ = next()
        output.plain("null")
    }

    mutating func encode<Value: Encodable>(_ value: Value) throws { try next().write(value) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { next() }
}

/// One value.
private struct JSONScalar: SingleValueEncodingContainer {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { encoder.output.plain("null") }

    func encode<Value: Encodable>(_ value: Value) throws { try encoder.write(value) }
}
