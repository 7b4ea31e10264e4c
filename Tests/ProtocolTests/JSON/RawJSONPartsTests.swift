import Protocol
import Testing

@Suite("Parts of raw JSON")
struct RawJSONPartsTests {
    @Test("An array's elements come out byte for byte, and go together again")
    func elements() throws {
        let raw = try RawJSON(#"[ 1.0 , "\u00fc\/" ,{"a" : [2]}, [] ]"#)
        let elements = try #require(raw.elements)
        #expect(elements.map(\.text) == ["1.0", #""\u00fc\/""#, #"{"a" : [2]}"#, "[]"])
        #expect(RawJSON(elements: elements).text == #"[1.0,"\u00fc\/",{"a" : [2]},[]]"#)
        #expect(try RawJSON("[]").elements?.isEmpty == true)
        #expect(RawJSON(elements: [] as [RawJSON]).text == "[]")
        #expect(try RawJSON("{}").elements == nil)
    }

    @Test(
        "One member is replaced, the others stay as they were",
        arguments: [
            (#"{"a":1.0,"b":"\u00fc","c":{ }}"#, #"{"a":1.0,"b":9,"c":{ }}"#), (#"{"a":1}"#, #"{"a":1,"b":9}"#), ("{}", #"{"b":9}"#),
            (#"{"a":1,"a":2,"b":3,"b":4}"#, #"{"a":2,"b":9}"#), (#"{"a":null,"\"":1}"#, #"{"a":null,"\"":1,"b":9}"#),
        ]
    )
    func replacing(text: String, expected: String) throws {
        #expect(try RawJSONObject(Array(text.utf8)).replacing("b", with: RawJSON("9")).text == expected)
    }
}
