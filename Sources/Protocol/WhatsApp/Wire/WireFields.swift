import FoundationEssentials

/// The fields of an object from outside, read so that a wrong type counts as an absent field.
struct WireFields {
    private let members: ScannedMembers
    private let userInfo: [CodingUserInfoKey: Any]

    fileprivate init(members: ScannedMembers, userInfo: [CodingUserInfoKey: Any]) {
        self.members = members
        self.userInfo = userInfo
    }

    /// The names of the fields, each once, in no order that means anything.
    var names: [String] { members.names }

    /// Whether there is a field, whatever it holds.
    func contains(_ name: String) -> Bool { members[name] != nil }

    /// A text, or a number in its shortest form.
    func text(_ name: String) -> String? {
        guard let value = members[name] else { return nil }
        if let text = value.text { return text }
        guard let number = value.number else { return nil }
        if let whole = number.int64 { return String(whole) }
        guard let decimal = Decimal(string: number.lexeme), decimal.isFinite else { return nil }
        return decimal.description
    }

    /// The first of several spellings that holds a text or number that is not empty: absence may be spelled `""`.
    func identifier(_ names: String...) -> String? {
        for name in names {
            if let text = text(name), !text.isEmpty { return text }
        }
        return nil
    }

    /// A whole number, or a text that is one.
    func integer(_ name: String) -> Int64? {
        guard let value = members[name] else { return nil }
        return value.number?.int64 ?? value.text.flatMap { Int64($0) }
    }

    /// Unix seconds between 1970 and 9999; anything else counts as absent, so that date arithmetic cannot overflow.
    func seconds(_ name: String) -> Int64? {
        guard let seconds = integer(name), (0...253_402_300_799).contains(seconds) else { return nil }
        return seconds
    }

    /// A finite number, or a text that is one.
    func number(_ name: String) -> Double? {
        guard let value = members[name], let number = value.number?.double ?? value.text.flatMap({ Double($0) }), number.isFinite else { return nil }
        return number
    }

    /// A Boolean, or the texts `true` and `false`.
    func flag(_ name: String) -> Bool? {
        guard let value = members[name] else { return nil }
        return value.flag ?? value.text.flatMap { Bool($0) }
    }

    /// The fields of an object inside, absent when it is something else.
    func object(_ name: String) -> WireFields? {
        guard let inner = try? members[name]?.members else { return nil }
        return WireFields(members: inner, userInfo: userInfo)
    }

    /// A value of its own, absent when it cannot be read.
    func value<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) -> Value? {
        guard let value = members[name], value.kind != .null else { return nil }
        return try? read(value) as Value
    }

    /// An array, element by element. A single object in its place counts as an array of one;
    /// anything else is one failure, so that nothing disappears in silence.
    func list<Element: Decodable>(_ name: String, of type: Element.Type = Element.self) -> [Decoded<Element>] {
        guard let value = members[name], value.kind != .null else { return [] }
        let budget = ValueBudget.of(userInfo)
        var elements: [Decoded<Element>] = []
        /// Reads one in its own place, so that the array always goes on. Returns false if no more are read.
        func add(_ element: ScannedValue) -> Bool {
            let index = elements.count
            guard budget?.takeElement() ?? true else {
                elements.append(.failure(DecodingFailure(index: index, reason: "and what follows is more than is read")))
                return false
            }
            do {
                elements.append(.value(try read(element)))
            } catch {
                elements.append(.failure(DecodingFailure(index: index, reason: DecodingFailure.reason(for: error))))
            }
            return true
        }
        guard var rest = value.elements else {
            _ = add(value)
            return elements
        }
        while let next = rest.next, add(next) { rest.advance() }
        return elements
    }

    /// The elements of an array that could be read, for arrays whose broken elements nobody would miss.
    func values<Element: Decodable>(_ name: String, of type: Element.Type = Element.self) -> [Element] {
        list(name, of: type).compactMap(\.value)
    }

    private func read<Value: Decodable>(_ value: ScannedValue) throws -> Value {
        try ScannedDecoder(value: value, userInfo: userInfo).decode(Value.self)
    }
}

extension Decoder {
    /// The fields of an object of a scanned document; nothing else is read from outside.
    func wireFields() throws -> WireFields {
        guard let decoder = self as? ScannedDecoder else { throw DecodingError.incomplete("no scanned document") }
        guard let members = try decoder.value.members else { throw decoder.mismatch(WireFields.self) }
        return WireFields(members: members, userInfo: decoder.userInfo)
    }
}

extension DecodingError {
    /// Something that an object cannot do without is missing.
    static func incomplete(_ what: String) -> DecodingError {
        .dataCorrupted(Context(codingPath: [], debugDescription: what))
    }
}

/// A field's name as it stands on the wire, to be written.
struct WireKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    init(stringLiteral value: String) { self.stringValue = value }
}
