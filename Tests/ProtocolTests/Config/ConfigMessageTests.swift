import Protocol
import Testing

@Suite("Messages of the Config API") struct ConfigMessageTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("The items are described as the SDK's library reads them")
    func items() {
        let items = [
            Config.Item("url", .string), Config.Item("secret", .password(isSet: true)), Config.Item("days", .dword(1...90)),
            Config.Item("level", .choice(["low", "high"])),
        ]
        #expect(
            text(Config.items(items, src: "src0"))
                == #"{"api":"Config","mt":"GetConfigItemsResult","src":"src0","ConfigItems":[{"name":"url","type":"STRING"},{"name":"secret","type":"STRING","password":true,"passwordSet":true},{"name":"days","type":"DWORD","minVal":1,"maxVal":90},{"name":"level","type":"CHOICE","choices":["low","high"]}]}"#
        )
    }

    @Test("Values, changes and results")
    func values() {
        let values: [(name: String, value: Config.Value)] = [("url", .text("https://x")), ("days", .number(7))]
        #expect(
            text(Config.values(values, src: "a"))
                == #"{"api":"Config","mt":"ReadConfigResult","src":"a","ConfigItems":{"url":"https://x","days":7}}"#)
        #expect(
            text(Config.update(values, src: "a")) == #"{"api":"Config","mt":"ConfigUpdate","src":"a","ConfigItems":{"url":"https://x","days":7}}"#)
        #expect(
            text(Config.result(.accessDenied, of: "ReadConfig", src: "a"))
                == #"{"api":"Config","mt":"ReadConfigResult","src":"a","result":"AccessDenied"}"#)
        #expect(text(Config.result(.failed, of: "WriteConfig", src: nil)) == #"{"api":"Config","mt":"WriteConfigResult","result":"failed"}"#)
    }

    @Test("Requests are read; of an item that is there twice both are handed over")
    func requests() throws {
        #expect(Config.Request(try Envelope(#"{"api":"Config","mt":"GetConfigItems"}"#)) == .getItems)
        #expect(Config.Request(try Envelope(#"{"api":"Config","mt":"ReadConfig"}"#)) == .read)
        #expect(Config.Request(try Envelope(#"{"api":"Config","mt":"Other"}"#)) == nil)
        let write = #"{"api":"Config","mt":"WriteConfig","ConfigItems":{"a":1,"a":"x"}}"#
        #expect(Config.Request(try Envelope(write)) == .write([JSONMember("a", 1), JSONMember("a", "x")]))
        #expect(Config.Request(try Envelope(#"{"api":"Config","mt":"WriteConfig","ConfigItems":[1]}"#)) == .write([]))
    }
}
