import Protocol
import Testing

@Suite("Secrets on their way from a browser") struct SealedTextTests {
    private let key = SessionKey(challenge: "9876543210123456", password: "Tr0ub4dor&3")

    @Test("The documented example opens")
    func example() throws {
        let json = try JSON(Array(#"{"value":"30bfae3aa769de","key":"0.4fzyo82mvyr"}"#.utf8))
        let sealed = try #require(SealedText(json))
        #expect(sealed.opened(under: key) == "s3crét")
        #expect(SealedText("s3crét", seed: "0.4fzyo82mvyr", under: key) == sealed)
        #expect(sealed.json == json)
    }

    @Test("With another session key no text comes out, or another one")
    func otherKey() throws {
        let sealed = SealedText("a text of some length, äöü", seed: "seed", under: key)
        let other = SessionKey(challenge: "1", password: "2")
        #expect(sealed.opened(under: other) != "a text of some length, äöü")
        #expect(SealedText(value: "3", key: "seed").opened(under: key) == nil)
        #expect(SealedText(value: "zz", key: "seed").opened(under: key) == nil)
    }

    @Test("What is something else, or too long, is not read")
    func bad() {
        let long = JSON.string(String(repeating: "0", count: SealedText.longestValue + 1))
        let values: [JSON] = [
            "text", 7, [:], ["value": "00"], ["key": "k"], ["value": 0, "key": "k"], ["value": "00", "key": 1], ["value": long, "key": "k"],
            ["value": "00", "key": long],
        ]
        for value in values { #expect(SealedText(value) == nil) }
    }
}
