import Protocol
import Testing

@Suite("What Connect may send and we must bear")
struct ConnectLeniencyTests {
    @Test(
        "Ids and timestamps of 64 bits keep every digit, as number or text",
        arguments: [
            ("9007199254740993", UInt64(9_007_199_254_740_993)), ("\"9007199254740993\"", 9_007_199_254_740_993),
            ("18446744073709551615", .max), ("\"18446744073709551615\"", .max), ("4711", 4711), ("\"4711\"", 4711),
        ])
    func wideNumbers(json: String, value: UInt64) throws {
        let add = try add(#"{"mt":"Add","id":\#(json),"addsTo":\#(json),"repliesTo":\#(json),"timestamp":\#(json)}"#)
        #expect(add.id?.rawValue == value)
        #expect(add.addsTo?.rawValue == value)
        #expect(add.repliesTo?.rawValue == value)
        #expect(add.timestamp == value)
    }

    @Test(
        "0, absent, null, negative and unreadable ids are none",
        arguments: ["0", "\"0\"", "null", "-1", "1.5", "\"x\"", "{}", "[1]", "true", "18446744073709551616"])
    func noID(json: String) throws {
        let add = try add(#"{"mt":"Add","id":7,"addsTo":\#(json),"repliesTo":\#(json)}"#)
        #expect(add.id?.rawValue == 7)
        #expect(add.addsTo == nil)
        #expect(add.repliesTo == nil)
    }

    @Test(
        "An error of any type that counts as true is a failure",
        arguments: [
            ("true", nil), ("1", "1"), ("-3", "-3"), ("\"NOT_AUTHORIZED\"", "NOT_AUTHORIZED"), ("{}", nil), ("{\"code\":1}", nil), ("[]", nil),
        ] as [(String, String?)])
    func failure(json: String, detail: String?) throws {
        for mt in ["PostResult", "SetFilterResult", "WriteTopicResult", "UpdateResult", "AttachmentsResult", "Whatever"] {
            let failure = try Connect.ServerMessage(json: #"{"mt":"\#(mt)","src":"a","error":\#(json)}"#.utf8).indication.failure
            #expect(failure == Connect.Failure(detail: detail))
        }
    }

    @Test("An error that counts as false is none", arguments: ["false", "0", "\"\"", "null"])
    func noFailure(json: String) throws {
        #expect(try Connect.ServerMessage(json: #"{"mt":"PostResult","error":\#(json)}"#.utf8).indication.failure == nil)
    }

    @Test("A code may be a number, and a failure's texts are optional")
    func failureDetails() throws {
        let failure = try Connect.ServerMessage(json: #"{"mt":"PostResult","error":true,"errorCode":42}"#.utf8).indication.failure
        #expect(failure == Connect.Failure(code: "42"))
    }

    @Test("Session and key are kept as text, whatever they are")
    func sessionAndKey() throws {
        let json = #"{"mt":"PostResult","id":1,"session":18446744073709551615,"key":"a-b"}"#
        guard case .postResult(let result) = try Connect.ServerMessage(json: json.utf8).indication else {
            Issue.record("no PostResult")
            return
        }
        #expect(result.session == "18446744073709551615")
        #expect(result.key == "a-b")
    }

    @Test("Unknown fields are ignored, and a field of the wrong type costs only itself")
    func wrongTypes() throws {
        let add = try add(
            #"{"mt":"Add","src":"f","id":1,"author":"anna","likes":"many","tags":"x","notify":["bob",3,null,"?sales"],"dn":{},"seq":[1],"text":"t"}"#)
        #expect(add == Connect.Add(id: Connect.ID(rawValue: 1), author: "anna", text: "t", notify: ["bob", "?sales"]))
    }

    @Test("A file without a URL does not cost the others")
    func files() throws {
        let json = #"{"mt":"AttachmentsResult","files":[{"name":"no"},{"url":"u","id":"12"},7]}"#
        let message = try Connect.ServerMessage(json: json.utf8)
        #expect(message.indication == .attachmentsResult(Connect.AttachmentsResult(files: [Connect.File(id: Connect.ID(rawValue: 12), url: "u")])))
    }

    @Test("A private mark counts as true in any form", arguments: ["true", "1", "\"yes\""])
    func privateMark(json: String) throws {
        #expect(try add(#"{"mt":"Add","id":1,"private":\#(json)}"#).isPrivate)
    }

    @Test(
        "What is no message is refused and does no harm", arguments: ["", "[]", "1", "{", "{}", #"{"mt":7.5e400}"#, #"{"src":"a"}"#, "\u{0}", "nul"])
    func noMessage(json: String) {
        #expect(throws: (any Error).self) { try Connect.ServerMessage(json: json.utf8) }
    }

    @Test("What is no UTF-8 in a text stands there as U+FFFD")
    func brokenText() throws {
        let json = Array(#"{"mt":"Add","id":1,"text":"a"#.utf8) + [0xFF, 0xFE] + Array("b\"}".utf8)
        var add = Connect.Add(id: Connect.ID(rawValue: 1))
        add.text = "a\u{FFFD}\u{FFFD}b"
        #expect(try Connect.ServerMessage(json: json).indication == .add(add))
    }

    @Test("JSON nested without end is refused")
    func endlessNesting() {
        let nested = #"{"mt":"Add","x":"# + String(repeating: "[", count: 100_000)
        #expect(throws: (any Error).self) { try Connect.ServerMessage(json: nested.utf8) }
    }

    @Test("A request without the id that it is about is refused", arguments: ["Update", "Delete", "SetRead", "Attachments", "Discussion", "Unknown"])
    func requestWithoutID(mt: String) {
        #expect(throws: (any Error).self) { try Connect.ClientMessage(json: Array(#"{"mt":"\#(mt)","src":"a"}"#.utf8)) }
    }

    @Test("Broken percent signs in attached URLs stay as they are")
    func brokenURLs() throws {
        let message = try Connect.ClientMessage(json: Array(#"{"mt":"Post","topic":"t","attach":"a%2 %zz%+1  %41"}"#.utf8))
        #expect(message.request == .post(Connect.Post(topic: "t", attach: ["a%2", "%zz%+1", "A"])))
    }

    private func add(_ json: String) throws -> Connect.Add {
        let indication = try Connect.ServerMessage(json: json.utf8).indication
        guard case .add(let add) = indication else { throw NoAdd() }
        return add
    }

    private struct NoAdd: Error {}
}
