import FoundationEssentials
import Protocol
import Testing

@Suite("Values written as JSON, and read again") struct JSONWriterTests {
    struct Inner: Codable, Equatable {
        var name: String
        var numbers: [Int64]
        var nothing: String?
    }

    enum Choice: Codable, Equatable {
        case empty
        case text(String)
        case pair(first: Int, second: Inner)
    }

    struct Whole: Codable, Equatable {
        var text: String
        var flag: Bool
        var choices: [Choice]
        var inner: Inner
        var optional: Inner?
        var matrix: [[UInt8]]
        var dictionary: [String: Int]
        var double: Double
        var small: Int8
    }

    private static let inner = Inner(name: "a\"b\\c\n\u{1}😀/é", numbers: [0, -1, .max, .min], nothing: nil)
    private static let whole = Whole(
        text: "", flag: true, choices: [.empty, .text("x"), .pair(first: 3, second: inner)], inner: inner, optional: inner,
        matrix: [[], [1, 2], [255]], dictionary: ["only": 7], double: 0.1, small: -128)

    @Test("What was written is read again as it was, by our reader and by Foundation's")
    func roundTrip() throws {
        let bytes = try JSONWriter.write(Self.whole)
        #expect(try JSONReader.read(Whole.self, from: bytes) == Self.whole)
        #expect(try JSONDecoder().decode(Whole.self, from: Data(bytes)) == Self.whole)
        let foundation = JSONEncoder()
        #expect(try JSONReader.read(Whole.self, from: Array(foundation.encode(Self.whole))) == Self.whole)
    }

    @Test("The members stand in the order of the declaration, without blanks")
    func text() throws {
        let value = Inner(name: "n/1", numbers: [1, 2], nothing: "x")
        #expect(try String(decoding: JSONWriter.write(value), as: UTF8.self) == #"{"name":"n/1","numbers":[1,2],"nothing":"x"}"#)
        #expect(try String(decoding: JSONWriter.write([Choice.empty, .text("a")]), as: UTF8.self) == #"[{"empty":{}},{"text":{"_0":"a"}}]"#)
        #expect(try String(decoding: JSONWriter.write([String?.none, "b"]), as: UTF8.self) == #"[null,"b"]"#)
        #expect(try String(decoding: JSONWriter.write("top"), as: UTF8.self) == #""top""#)
    }

    /// Writes its fields in two turns, as a message does whose kind stands beside its body.
    struct Twofold: Encodable {
        struct Body: Encodable {
            var inner = ["a": 1]
            var last = 2
        }

        enum Key: CodingKey { case kind }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: Key.self)
            try fields.encode("body", forKey: .kind)
            try Body().encode(to: encoder)
        }
    }

    @Test("Whoever asks twice for the same object goes on in it")
    func twice() throws {
        #expect(try String(decoding: JSONWriter.write([Twofold()]), as: UTF8.self) == #"[{"kind":"body","inner":{"a":1},"last":2}]"#)
    }

    @Test("Numbers that JSON does not have, and values that write nothing, are refused", arguments: [Double.nan, .infinity, -.infinity])
    func refused(_ number: Double) {
        struct Silent: Encodable { func encode(to encoder: any Encoder) {} }
        #expect(throws: EncodingError.self) { try JSONWriter.write([number]) }
        #expect(throws: EncodingError.self) { try JSONWriter.write([Silent()]) }
    }

    @Test(
        "A text that is no JSON, or has something behind its value, is not read",
        arguments: ["", "{", "{\"name\":\"a\",\"numbers\":[]} x", "{\"name\":}", "nul"])
    func malformed(_ text: String) {
        #expect(throws: (any Error).self) { try JSONReader.read(Inner.self, from: Array(text.utf8)) }
    }
}
