import FoundationEssentials

/// A field's name as it stands on the wire.
struct WireKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    init(stringLiteral value: String) { self.stringValue = value }
}

/// The fields of an object from outside, read so that a wrong type counts as an absent field.
typealias WireFields = KeyedDecodingContainer<WireKey>

extension Decoder {
    func wireFields() throws -> WireFields { try container(keyedBy: WireKey.self) }
}

extension KeyedDecodingContainer where Key == WireKey {
    /// A text, or a number in its shortest form.
    func text(_ key: WireKey) -> String? {
        guard contains(key) else { return nil }
        if let text = try? decode(String.self, forKey: key) { return text }
        guard let number = try? decode(JSONNumber.self, forKey: key) else { return nil }
        if let whole = number.int64 { return String(whole) }
        guard let decimal = Decimal(string: number.lexeme), decimal.isFinite else { return nil }
        return decimal.description
    }

    /// The first of several spellings that holds a text or number that is not empty: absence may be spelled `""`.
    func identifier(_ keys: WireKey...) -> String? {
        for key in keys {
            if let text = text(key), !text.isEmpty { return text }
        }
        return nil
    }

    /// A whole number, or a text that is one.
    func integer(_ key: WireKey) -> Int64? {
        guard contains(key) else { return nil }
        if let number = try? decode(Int64.self, forKey: key) { return number }
        if let text = try? decode(String.self, forKey: key) { return Int64(text) }
        return nil
    }

    /// Unix seconds between 1970 and 9999; anything else counts as absent, so that date arithmetic cannot overflow.
    func seconds(_ key: WireKey) -> Int64? {
        guard let seconds = integer(key), (0...253_402_300_799).contains(seconds) else { return nil }
        return seconds
    }

    /// A finite number, or a text that is one.
    func number(_ key: WireKey) -> Double? {
        guard contains(key) else { return nil }
        let number: Double?
        if let value = try? decode(Double.self, forKey: key) {
            number = value
        } else {
            number = (try? decode(String.self, forKey: key)).flatMap { Double($0) }
        }
        guard let number, number.isFinite else { return nil }
        return number
    }

    /// A Boolean, or the texts `true` and `false`.
    func flag(_ key: WireKey) -> Bool? {
        guard contains(key) else { return nil }
        if let flag = try? decode(Bool.self, forKey: key) { return flag }
        return (try? decode(String.self, forKey: key)).flatMap { Bool($0) }
    }

    /// The fields of an object inside, absent when it is something else.
    func object(_ key: WireKey) -> WireFields? {
        guard contains(key) else { return nil }
        return try? nestedContainer(keyedBy: WireKey.self, forKey: key)
    }

    /// A value of its own, absent when it cannot be read.
    func value<Value: Decodable>(_ key: WireKey, as type: Value.Type = Value.self) -> Value? {
        guard contains(key) else { return nil }
        return try? decodeIfPresent(Value.self, forKey: key)
    }

    /// An array, element by element. A single object in its place counts as an array of one;
    /// anything else is one failure, so that nothing disappears in silence.
    func list<Element: Decodable>(_ key: WireKey, of type: Element.Type = Element.self) -> [Decoded<Element>] {
        guard contains(key), (try? decodeNil(forKey: key)) != true else { return [] }
        guard var array = try? nestedUnkeyedContainer(forKey: key) else {
            guard let attempt = try? decode(Attempt<Element>.self, forKey: key) else { return [] }
            return [attempt.decoded(at: 0)]
        }
        var elements: [Decoded<Element>] = []
        while !array.isAtEnd {
            let index = array.currentIndex
            do {
                let attempt = try array.decode(Attempt<Element>.self)
                elements.append(attempt.decoded(at: index))
                if attempt.result == nil { break }
            } catch {
                // The container did not move on: what follows cannot be reached any more.
                elements.append(.failure(DecodingFailure(index: index, reason: "is malformed, and so may be what follows")))
                break
            }
        }
        return elements
    }

    /// The elements of an array that could be read, for arrays whose broken elements nobody would miss.
    func values<Element: Decodable>(_ key: WireKey, of type: Element.Type = Element.self) -> [Element] {
        list(key, of: type).compactMap(\.value)
    }
}
