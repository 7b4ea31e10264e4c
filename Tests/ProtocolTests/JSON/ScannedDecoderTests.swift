import Testing

@testable import Protocol

@Suite("Decoding JSON where it stands") struct ScannedDecoderTests {
    private func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try ScannedDecoder(value: ScannedDocument(Array(text.utf8)).root, userInfo: [:]).decode(type)
    }

    /// A random value in JSON. Names are not repeated, as coders differ in what they make of it.
    private static func json(depth: Int, _ random: inout some RandomNumberGenerator) -> String {
        let space = ["", " ", "\n\t"].randomElement(using: &random) ?? ""
        func text() -> String {
            let pieces = ["a", "ä", "😀", "\\n", "\\u0041", "\\ud83d\\ude00", "\\\"", "\\\\", "[", "}", ",", ":", String(repeating: "x", count: 70)]
            return "\"" + (0..<Int.random(in: 0...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "\""
        }
        switch Int.random(in: 0..<(depth > 5 ? 5 : 8), using: &random) {
        case 0: return ["true", "false", "null"].randomElement(using: &random) ?? "null"
        case 1: return "\(UInt64.random(in: 0...(.max), using: &random))"
        case 2: return ["0", "-1", "1.5", "1e3", "-2.5E-3", "1.0"].randomElement(using: &random) ?? "0"
        case 3, 4: return text()
        case 5, 6:
            let elements = (0..<Int.random(in: 0...5, using: &random)).map { _ in json(depth: depth + 1, &random) }
            return "[\(space)\(elements.joined(separator: "\(space),\(space)"))\(space)]"
        default:
            let members = (0..<Int.random(in: 0...5, using: &random)).map { index in
                "\"\(index)\(text().dropFirst())\(space):\(space)\(json(depth: depth + 1, &random))"
            }
            return "{\(space)\(members.joined(separator: ",\(space)"))}"
        }
    }

    @Test("What Foundation's coder reads is read alike", arguments: 0..<20)
    func likeFoundation(part: Int) throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let text = Self.json(depth: 0, &random)
            #expect(try decode(JSONTree.self, text) == JSONTree(text), "\(text)")
        }
    }

    @Test("Of a repeated name the last value counts, and a name is found however it is escaped")
    func names() throws {
        #expect(try decode([String: Int].self, #"{"a":1,"b":2,"a":3}"#) == ["a": 3, "b": 2])
        #expect(try decode([String: Int].self, #"{"\u0061":1,"\ud83d\ude00":2}"#) == ["a": 1, "😀": 2])
        struct Named: Decodable, Equatable { var name: Int }
        #expect(try decode(Named.self, #"{"n\u0061me":1,"nam":2,"nameX":3,"namx":4}"#) == Named(name: 1))
        #expect(throws: DecodingError.self) { try decode(Named.self, #"{"nam":1}"#) }
    }

    @Test("Whole numbers are read as far as their type goes, however they are written")
    func numbers() throws {
        #expect(try decode([Int64].self, "[9223372036854775807,-9223372036854775808,1.0,1e3]") == [.max, .min, 1, 1_000])
        #expect(try decode([UInt64].self, "[18446744073709551615]") == [.max])
        #expect(try decode([UInt8].self, "[255,0]") == [255, 0])
        for text in ["[256]", "[-1]", "[1.5]", #"["1"]"#, "[true]", "[null]", "[1e400]"] {
            #expect(throws: DecodingError.self, "\(text)") { try decode([UInt8].self, text) }
        }
        #expect(throws: DecodingError.self) { try decode([Double].self, "[1e400]") }
        #expect(try decode([Int?].self, "[1,null]") == [1, nil])
        #expect(try decode([JSONNumber].self, "[0.10]").map(\.lexeme) == ["0.10"])
    }

    @Test("What is nested too deep is an empty text, and costs nothing around it", arguments: ["[", #"{"a":"#])
    func deep(opening: String) throws {
        let closing = opening == "[" ? "]" : "}"
        for depth in [1, 63, 64, 65, 1_000, 100_000] {
            let text = "[1,\(String(repeating: opening, count: depth))\"]\"\(String(repeating: closing, count: depth)),2]"
            guard case .array(let elements) = try decode(JSONTree.self, text) else {
                Issue.record("no array")
                continue
            }
            #expect(elements.count == 3 && elements.first == .whole(1) && elements.last == .whole(2))
            var (value, levels) = (elements[1], 0)
            while true {
                if case .array(let inner) = value, let first = inner.first {
                    value = first
                } else if case .object(let inner) = value, let first = inner["a"] {
                    value = first
                } else {
                    break
                }
                levels += 1
            }
            #expect(value == .text(depth < 64 ? "]" : ""))
            #expect(levels == min(depth, 63))
        }
    }

    @Test("An object of too many members is refused")
    func manyMembers() throws {
        let members = (0..<65_536).map { "\"\($0)\":1" }.joined(separator: ",")
        #expect(try decode([String: Int].self, "{\(members)}").count == 65_536)
        #expect(throws: JSONError.tooManyMembers) { try decode([String: Int].self, "{\(members),\"x\":1}") }
    }

    @Test("Bytes that are no UTF-8, and halves of surrogate pairs, cost a character")
    func replacement() throws {
        let document = try ScannedDocument(Array(#"["a"#.utf8) + [0xFF] + Array(#"","\ud800b"]"#.utf8))
        #expect(try ScannedDecoder(value: document.root, userInfo: [:]).decode([String].self) == ["a\u{FFFD}", "\u{FFFD}b"])
    }
}
