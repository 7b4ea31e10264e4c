/// A value where it stands in a document.
struct ScannedValue: Sendable {
    let document: ScannedDocument
    /// Where it begins.
    let start: Int
    /// How many arrays and objects are around it.
    let depth: Int

    /// What it can be read as.
    enum Kind: Equatable { case object, array, text, number, flag, null }

    /// What it can be read as. What is nested too deep is an empty text.
    var kind: Kind {
        switch document.scanner(at: start).kind {
        case .object: depth < JSONScanner.maximumDepth ? .object : .text
        case .array: depth < JSONScanner.maximumDepth ? .array : .text
        case .text: .text
        case .number: .number
        case .literal: document.bytes[start] == UInt8(ascii: "n") ? .null : .flag
        }
    }

    /// The text; `nil` if it is none. What is no UTF-8, and half of a surrogate pair, becomes U+FFFD.
    var text: String? {
        guard kind == .text else { return nil }
        var scanner = document.scanner(at: start)
        return (try? scanner.text()).map { document.bytes.text(in: $0) } ?? ""
    }

    /// The number as it is written; `nil` if it is none.
    var number: JSONNumber? {
        guard kind == .number else { return nil }
        var scanner = document.scanner(at: start)
        return (try? scanner.number()).map { JSONNumber(unchecked: String(decoding: document.bytes[$0], as: UTF8.self)) }
    }

    /// `true` or `false`; `nil` if it is neither.
    var flag: Bool? { kind == .flag ? document.bytes[start] == UInt8(ascii: "t") : nil }

    /// The members of an object; `nil` if it is none. Of a name that occurs more than once the last one counts, as in JavaScript.
    ///
    /// - Throws: ``JSONError/tooManyMembers``
    var members: ScannedMembers? {
        get throws(JSONError) { kind == .object ? try ScannedMembers(of: self) : nil }
    }

    /// The elements of an array, to be walked over once; `nil` if it is none.
    var elements: ScannedElements? { kind == .array ? ScannedElements(of: self) : nil }
}

/// Where the members of an object stand.
struct ScannedMembers: Sendable {
    /// Most members of an object that is read: Meta's and Connect's have some dozens.
    static let limit = 65_536

    private struct Member {
        var name: Range<UInt32>
        var value: UInt32

        var nameRange: Range<Int> { Int(name.lowerBound)..<Int(name.upperBound) }
    }

    private let document: ScannedDocument
    private let depth: Int
    private let members: [Member]
    /// The last member of each name, if there are too many to look through.
    private let places: [String: Int]?

    /// How many members are looked through one by one.
    private static let few = 32

    fileprivate init(of object: ScannedValue) throws(JSONError) {
        document = object.document
        depth = object.depth + 1
        var scanner = document.scanner(at: object.start)
        var members: [Member] = []
        try scanner.object(depth: object.depth) { [document, depth] (scanner, name) throws(JSONError) in
            guard members.count < Self.limit else { throw .tooManyMembers }
            members.append(Member(name: UInt32(name.lowerBound)..<UInt32(name.upperBound), value: UInt32(scanner.index)))
            try document.skip(&scanner, depth: depth)
        }
        self.members = members
        guard members.count > Self.few else {
            places = nil
            return
        }
        var places: [String: Int] = [:]
        for (place, member) in members.enumerated() { places[document.bytes.text(in: member.nameRange)] = place }
        self.places = places
    }

    /// The names, each once, in no order that means anything.
    var names: [String] {
        if let places { return places.sorted { $0.value < $1.value }.map(\.key) }
        var known: Set<String> = []
        return members.map { document.bytes.text(in: $0.nameRange) }.filter { known.insert($0).inserted }
    }

    /// The value of a name; `nil` if there is none.
    subscript(name: String) -> ScannedValue? {
        let member = if let places { places[name].map { members[$0] } } else { members.last { isNamed($0, name) } }
        return member.map { ScannedValue(document: document, start: Int($0.value), depth: depth) }
    }

    private func isNamed(_ member: Member, _ name: String) -> Bool {
        let written = document.bytes[member.nameRange]
        // A name that is written with escapes is never as long as what it stands for.
        if written.count == name.utf8.count { return written.elementsEqual(name.utf8) }
        return written.count > name.utf8.count && written.contains(UInt8(ascii: "\\"))
            && document.bytes.text(in: written.startIndex..<written.endIndex) == name
    }
}

/// The elements of an array, one after the other.
struct ScannedElements: Sendable {
    private let document: ScannedDocument
    private let depth: Int
    private var scanner: JSONScanner
    /// Where the next one begins; `nil` at the end.
    private var start: Int?

    fileprivate init(of array: ScannedValue) {
        document = array.document
        depth = array.depth + 1
        scanner = document.scanner(at: array.start + 1)
        scanner.skipWhitespace()
        start = document.bytes[scanner.index] == UInt8(ascii: "]") ? nil : scanner.index
    }

    /// The next element; `nil` at the end.
    var next: ScannedValue? { start.map { ScannedValue(document: document, start: $0, depth: depth) } }

    /// Goes on to the element after the next one.
    mutating func advance() {
        guard start != nil, (try? document.skip(&scanner, depth: depth)) != nil else { return start = nil }
        scanner.skipWhitespace()
        guard document.bytes[scanner.index] == UInt8(ascii: ",") else { return start = nil }
        scanner.jump(to: scanner.index + 1)
        scanner.skipWhitespace()
        start = scanner.index
    }
}
