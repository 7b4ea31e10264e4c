import Protocol
import Testing

@Suite("JSON values")
struct JSONTests {
    func json(_ text: String) throws -> JSON { try JSON(Array(text.utf8)) }

    @Test("Values keep the order of members and the digits of numbers")
    func roundTrip() throws {
        let text = #"{"z":[1,1.0,-2e5,18446744073709551615],"a":{"é\"":null},"t":[true,false],"s":"a/b\n😀"}"#
        #expect(String(decoding: try json(text).bytes, as: UTF8.self) == text)
    }

    @Test("A lone surrogate in a text becomes the replacement character")
    func loneSurrogate() throws {
        #expect(try json(#""a\ud83db""#) == "a\u{FFFD}b")
        #expect(try json(#""\ud83d\ude00""#) == "😀")
    }

    @Test(
        "Truth is JavaScript's",
        arguments: [
            ("true", true), ("false", false), ("null", false), ("0", false), ("-0.0", false), ("0e5", false), ("1", true), ("-1", true),
            (#""""#, false), (#""0""#, true), (#""false""#, true), ("[]", true), ("{}", true),
        ])
    func truth(text: String, isTrue: Bool) throws {
        #expect(try json(text).isTruthy == isTrue)
    }

    @Test(
        "Whole numbers of 64 bits are read from numbers and texts without loss",
        arguments: [
            ("9007199254740993", 9_007_199_254_740_993), ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
            (#""9223372036854775807""#, Int64.max), ("1.0", 1), ("1e3", 1000), ("9223372036854775808", nil), ("1.5", nil), ("1e400", nil),
            (#""1.0""#, nil), (#""""#, nil), ("true", nil), ("[1]", nil), ("1e300", nil),
        ] as [(String, Int64?)])
    func wholeNumbers(text: String, value: Int64?) throws {
        #expect(try json(text).int64 == value)
    }

    @Test(
        "Texts are read from texts and numbers only",
        arguments: [(#""a""#, "a"), ("012", nil), ("120", "120"), ("1e3", "1e3"), ("true", nil), ("null", nil)])
    func texts(text: String, value: String?) throws {
        #expect((try? json(text))?.text == value)
    }

    @Test("Of members with the same name the last counts")
    func duplicates() throws {
        #expect(try json(#"{"a":1,"a":2}"#)["a"] == 2)
        #expect(try json(#"[1]"#)["a"] == nil)
    }

    @Test(
        "A number is made of a valid text only",
        arguments: [("1", true), ("-1.5e+10", true), ("", false), ("1a", false), ("01", false), ("NaN", false)])
    func numberText(text: String, isValid: Bool) {
        #expect((JSONNumber(lexeme: text) != nil) == isValid)
    }
}
