import Testing

@testable import Lab

@Suite struct LabJSONTests {
    @Test(
        "Texts come back as they were, without white space",
        arguments: [
            (#" { "b" : 1 , "a" : [ true , null , -0.5e+3 ] } "#, #"{"b":1,"a":[true,null,-0.5e+3]}"#),
            ("18446744073709551615", "18446744073709551615"),
            (#""\u00e9\/\ud83d\ude00""#, "\"é/😀\""),
            (#""\u0001\b\"\\""#, #""\u0001\b\"\\""#),
            (#""\ud83dx""#, "\"\u{FFFD}x\""),
            ("[]", "[]"),
        ])
    func roundTrips(_ text: String, _ canonical: String) throws {
        #expect(try LabJSON(parsing: text).text() == canonical)
    }

    @Test(
        "What is no JSON is refused",
        arguments: ["", "{", "[1,]", "{\"a\"}", "01", "1.", "nul", "\"\n\"", "\"\\x\"", "\"\\u12\"", "1 2", "+1", String(repeating: "[", count: 200)])
    func refused(_ text: String) {
        #expect(throws: LabJSON.SyntaxError.self) { try LabJSON(parsing: text) }
    }

    @Test("The escaped style is ASCII with lower-case escapes and escaped slashes")
    func escapedStyle() {
        #expect(LabJSON.object([.init("t", "é/😀<")]).text(.escaped) == #"{"t":"\u00e9\/\ud83d\ude00<"}"#)
    }

    @Test("Ids are read from numbers and from strings without loss")
    func identifiers() throws {
        #expect(try LabJSON(parsing: "9007199254740993").identifier == 9_007_199_254_740_993)
        #expect(LabJSON.string("4294967301").identifier == 4_294_967_301)
        #expect(LabJSON.number("-1").identifier == nil)
    }

    @Test(
        "Any error value that is not empty counts as true",
        arguments: [("true", true), ("false", false), ("0", false), ("3", true), (#""""#, false), (#""no""#, true), ("{}", true), ("null", false)])
    func truth(_ text: String, _ expected: Bool) throws {
        #expect(try LabJSON(parsing: text).isTruthy == expected)
    }
}
