/// A JSON object as received, of which each member can be read, or taken out byte for byte.
public struct RawJSONObject: Hashable, Sendable {
    /// Where a member's value stands in the object's bytes.
    private struct Member: Hashable {
        var name: String
        var value: Range<Int>
    }

    /// The whole object.
    public let raw: RawJSON
    private let members: [Member]

    /// Checks the whole object, and notes where its members are; their values are read only on demand.
    ///
    /// - Throws: ``JSONError``
    public init(_ bytes: [UInt8]) throws(JSONError) { try self.init(RawJSON(bytes)) }

    /// - Throws: ``JSONError/notAnObject``
    public init(_ raw: RawJSON) throws(JSONError) {
        guard raw.bytes.first == UInt8(ascii: "{") else { throw .notAnObject }
        var scanner = JSONScanner(raw.bytes)
        var members: [Member] = []
        try scanner.object(depth: 0) { (scanner, name) throws(JSONError) in
            let start = scanner.index
            try scanner.skip(depth: 1)
            members.append(Member(name: scanner.bytes.text(in: name), value: start..<scanner.index))
        }
        self.raw = raw
        self.members = members
    }

    /// The members' names, in the order received; those that are repeated as often as they are.
    var memberNames: [String] { members.map(\.name) }

    /// A member's value, byte for byte: the last of that name, as in JavaScript; `nil` if there is none, or if it is `null`.
    public func raw(_ name: String) -> RawJSON? {
        guard let member = members.last(where: { $0.name == name }) else { return nil }
        let value = RawJSON(unchecked: Array(raw.bytes[member.value]))
        return value.isNull ? nil : value
    }

    /// A member's value, read: the last of that name; `nil` if there is none, or if it is `null`.
    public subscript(name: String) -> JSON? { raw(name)?.value }
}
