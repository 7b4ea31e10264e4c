import Testing

@testable import Protocol

@Suite("Raw JSON")
struct RawJSONTests {
    @Test(
        "The canonical form keeps order, duplicates and number lexemes, and escapes no more than needed",
        arguments: [
            (#"{ "b" : 1 , "a" : [ ] }"#, #"{"b":1,"a":[]}"#),
            (#"{"a":1,"a":2,"b":{}}"#, #"{"a":1,"a":2,"b":{}}"#),
            (#"[1.0, 1e3, -0, 12345678901234567890, 0.10]"#, #"[1.0,1e3,-0,12345678901234567890,0.10]"#),
            (#""a\/b""#, #""a/b""#),
            (#""\u00e9\u0026\u003c""#, #""é&<""#),
            (#""\ud83d\ude00""#, #""😀""#),
            (#""\uD83D\uDE00""#, #""😀""#),
            (#""\ud83d""#, #""\ud83d""#),
            (#""\uDE00\uD83D""#, #""\ude00\ud83d""#),
            (#""\ud83dx\ude00""#, #""\ud83dx\ude00""#),
            (#""\ud83d\ud83d\ude00""#, #""\ud83d😀""#),
            (#""\u0008\u000c\u000a\u000d\u0009""#, #""\b\f\n\r\t""#),
            (#""\u0000\u001F\u007f""#, "\"\\u0000\\u001f\u{7F}\""),
            (#""\"\\\u0022\u005c""#, #""\"\\\"\\""#),
            (#"{"\u0061 b":" a  b "}"#, #"{"a b":" a  b "}"#),
            (" \t\r\n null \n", "null"),
            ("[true,false , null]", "[true,false,null]"),
        ])
    func canonicalForm(received: String, canonical: String) throws {
        #expect(String(decoding: try RawJSON(received).canonicalBytes, as: UTF8.self) == canonical)
    }

    @Test("The raw form is what was received, without white space around it")
    func rawForm() throws {
        #expect(try RawJSON(" { \"a\" : \"\\/\" }\n").text == #"{ "a" : "\/" }"#)
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", " ", "{", "}", "[", "[1,]", "[,1]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "{a:1}", "{'a':1}", "nul", "nulll", "tru", "True",
            "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "--1", "1 2", "[1 2]", #"{"a":1 "b":2}"#, #"""#, #""\""#, #""\x""#,
            #""\u12""#, #""\u12g4""#, "\"\n\"", "\"\u{1}\"", "\"\u{0}\"", "\u{0}", "{}\u{0}", "{}x", "\u{FEFF}{}", "[1}", "{]", "/**/1", "[\u{A0}1]",
        ])
    func malformed(text: String) {
        #expect(throws: JSONError.self) { try RawJSON(text) }
        #expect(throws: JSONError.self) { try JSON(Array(text.utf8)) }
        #expect(throws: JSONError.self) { try ScannedDocument(Array(text.utf8)) }
    }

    @Test("Every beginning of a document is refused, and none crashes")
    func truncated() throws {
        let whole = Array(#"{"mt":"AppLogin","info":{"a":[1.5e-3,true,null,"\ud83d\ude00\"é"]}}"#.utf8)
        for length in 0..<whole.count {
            #expect(throws: JSONError.self) { try RawJSONObject(Array(whole[..<length])) }
        }
        #expect(try RawJSONObject(whole).raw("info")?.text == #"{"a":[1.5e-3,true,null,"\ud83d\ude00\"é"]}"#)
    }

    @Test("Any byte in any place is read or refused, and never crashes")
    func mutated() throws {
        let whole = Array(#"{"a":[-1.5e3,"\ud83d\ude00"],"b":true}"#.utf8)
        for position in whole.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = whole
                bytes[position] = byte
                guard let raw = try? RawJSON(bytes) else { continue }
                let canonical = try RawJSON(raw.canonicalBytes)
                #expect(canonical.canonicalBytes == raw.canonicalBytes)
            }
        }
    }

    @Test(
        "Bytes that are no UTF-8 are refused",
        arguments: [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22]])
    func invalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.notUTF8) { try RawJSON(bytes) }
    }

    @Test("64 levels are read, the next is refused, and a megabyte of brackets does no harm")
    func depth() throws {
        func nested(_ levels: Int) -> String { String(repeating: "[", count: levels) + String(repeating: "]", count: levels) }
        #expect(try RawJSON(nested(64)).text == nested(64))
        #expect(throws: JSONError.tooDeep) { try RawJSON(nested(65)) }
        #expect(throws: JSONError.tooDeep) { try JSON(Array(nested(65).utf8)) }
        #expect(throws: JSONError.tooDeep) { try RawJSON(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONError.tooDeep) { try RawJSON(String(repeating: #"{"a":"#, count: 100_000)) }
        let inside = #"{"a":"# + nested(63) + "}"
        #expect(try RawJSONObject(Array(inside.utf8)).raw("a")?.text == nested(63))
        #expect(throws: JSONError.tooDeep) { try RawJSONObject(Array((#"{"a":"# + nested(64) + "}").utf8)) }
    }

    @Test("A member is taken out byte for byte; of several the last counts; null counts as absent")
    func members() throws {
        let object = try RawJSONObject(Array(#"{"x":1,"in\u0066o": { "b" : "\/" } ,"n":null,"x":[2]}"#.utf8))
        #expect(object.raw("info")?.text == #"{ "b" : "\/" }"#)
        #expect(object.raw("x")?.text == "[2]")
        #expect(object["n"] == nil)
        #expect(object["y"] == nil)
        #expect(object["info"] == ["b": "/"])
    }

    @Test("What is no object has no members", arguments: ["[]", "1", "null", #""{}""#])
    func noObject(text: String) {
        #expect(throws: JSONError.notAnObject) { try RawJSONObject(Array(text.utf8)) }
    }

    @Test("A received value goes unaltered into a message")
    func insertion() throws {
        var writer = JSONObjectWriter()
        writer.write("before", 1)
        writer.write("info", try RawJSON(#"{ "u":"a\/b", "n":"\u00e9" }"#))
        writer.write("absent", nil as String?)
        writer.write("after", "\u{1}\"\\/é")
        #expect(String(decoding: writer.finish(), as: UTF8.self) == #"{"before":1,"info":{ "u":"a\/b", "n":"\u00e9" },"after":"\u0001\"\\/é"}"#)
    }
}
