import Testing

@testable import AppService

@Suite("Secrets in memory")
struct SecretTests {
    /// Neither private nor inside a function: the description of such a type holds an address, whose digits may be anything.
    struct Holder { var token: Secret }

    @Test("No description shows a secret")
    func descriptions() {
        let secret = Secret("EAAG-very-secret-token")
        let holder = Holder(token: secret)
        var dumped = ""
        dump(holder, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\(holder)", String(reflecting: holder), "\([secret])", dumped] {
            #expect(!text.contains("EAAG") && !text.contains("69"), "\(text)")
        }
        #expect("\(secret)" == "(secret)")
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test("A secret cannot be encoded")
    func notCodable() {
        let secret: Any = Secret("a")
        #expect(!(secret is any Encodable))
        #expect(!(secret is any Decodable))
    }

    @Test(
        "Secrets are equal when all their bytes are",
        arguments: [
            ("", "", true), ("a", "a", true), ("a", "b", false), ("a", "", false), ("abc", "abd", false), ("abc", "bbc", false),
            ("abc", "abcd", false),
        ]
    )
    func equality(left: String, right: String, areEqual: Bool) {
        #expect((Secret(left) == Secret(right)) == areEqual)
    }

    @Test("Composed and decomposed letters are different secrets, although they are equal texts")
    func bytesCount() {
        #expect("\u{FC}" == "u\u{308}")
        #expect(Secret("\u{FC}") != Secret("u\u{308}"))
    }

    @Test("The tail of a long secret may be shown, that of a short one may not")
    func tail() {
        #expect(Secret("0123456789abcdef").tail == "cdef")
        #expect(Secret("0123456789abcde").tail == nil)
        #expect(Secret("").tail == nil)
    }

    @Test("Whoever asks for the text gets it")
    func revealed() {
        #expect(Secret("wörd").revealed == "wörd")
        #expect(Secret("wö").revealedBytes == [0x77, 0xC3, 0xB6])
        #expect(Secret("").isEmpty)
    }
}
