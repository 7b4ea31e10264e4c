import AppService
import NIOCore
import Testing

@Suite struct WebhookSignatureTests {
    /// Escapes as Meta writes them; the codes below were made by openssl over exactly these characters.
    static let escaped = #"{"entry":[{"id":"\u00e4\ud83d\ude00","x":"a\/b@c"}]}"#
    static let underFirst = "75e420508f2b975c9a7ced3bbb2a6b509dc3d9f5f37d0702405c726dc505f483"
    static let underSecond = "713ce69fae443361abc4975196c0e7e8bbbc17f5df9fa78aa8d962d13c148a75"

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var body: ByteBuffer = ByteBuffer(string: escaped)
        var header: String = "sha256=" + underFirst
        var secrets = ["first-secret"]
        var isValid: Bool
    }

    static let cases = [
        Case(testDescription: "the secret fits", isValid: true),
        Case(testDescription: "upper-case digits", header: "sha256=" + underFirst.uppercased(), isValid: true),
        Case(testDescription: "first of two secrets", secrets: ["first-secret", "second-secret"], isValid: true),
        Case(testDescription: "second of two secrets", header: "sha256=" + underSecond, secrets: ["first-secret", "second-secret"], isValid: true),
        Case(
            testDescription: "a body in plain UTF-8",
            body: ByteBuffer(string: #"{"entry":[{"id":"ä😀"}]}"#),
            header: "sha256=2fd5ba905aab6dda9bd8d149e1bc896989c6faca4a7550b46b7e159772719e1f",
            isValid: true
        ),
        Case(
            testDescription: "an empty body",
            body: ByteBuffer(),
            header: "sha256=271539289f4d957d3f6380f2531e083f73682246cc940cfbaffd093e3bcaeeb3",
            isValid: true
        ),
        Case(
            testDescription: "bytes that are no text",
            body: ByteBuffer(bytes: [0xFF, 0x00, 0x7B, 0x22]),
            header: "sha256=b1511af828435cb90dbf20b4c5db536b5aac8248c96e739665407231563729e0",
            isValid: true
        ),
        Case(
            testDescription: "a secret beyond ASCII",
            body: ByteBuffer(string: #"{"x":1}"#),
            header: "sha256=d12945ca0eee3fb621e9ec25fded7ab3800198d7da69ad6f1281c28a361ce096",
            secrets: ["schlüssel"],
            isValid: true
        ),
        Case(testDescription: "wrong secret", secrets: ["other-secret"], isValid: false),
        Case(testDescription: "two wrong secrets", secrets: ["other-secret", "first-secret "], isValid: false),
        Case(testDescription: "no secret", secrets: [], isValid: false),
        Case(
            testDescription: "an empty secret",
            body: ByteBuffer(string: "{}"),
            header: "sha256=22f8eea909400af98adf3681a9f31923ef6b7fcba4abb553d92823a3e9d5c25e",
            secrets: [""],
            isValid: false
        ),
        Case(testDescription: "the same JSON unescaped", body: ByteBuffer(string: #"{"entry":[{"id":"ä😀","x":"a/b@c"}]}"#), isValid: false),
        Case(testDescription: "one byte more", body: ByteBuffer(string: escaped + "\n"), isValid: false),
        Case(testDescription: "last digit changed", header: "sha256=" + underFirst.dropLast() + "4", isValid: false),
    ]

    @Test("A signature counts if it was made over these bytes with one of the secrets", arguments: cases)
    func validity(of testCase: Case) throws {
        let signature = try #require(WebhookSignature(header: testCase.header))
        #expect(signature.isValid(for: testCase.body, secrets: testCase.secrets.map { Secret($0) }) == testCase.isValid)
    }

    @Test("A signature is made over the readable bytes, wherever in the buffer they begin")
    func readableBytes() throws {
        var body = ByteBuffer(string: "xx" + Self.escaped)
        body.moveReaderIndex(forwardBy: 2)
        #expect(try #require(WebhookSignature(header: "sha256=" + Self.underFirst)).isValid(for: body, secrets: [Secret("first-secret")]))
    }

    static let forms: [String] = [
        "", "sha256=", underFirst, "sha256=\(underFirst.dropLast())", "sha256=\(underFirst)0", "sha256=\(underFirst.dropLast(2))",
        "SHA256=\(underFirst)", "sha1=\(underFirst)", " sha256=\(underFirst)", "sha256=\(underFirst) ", "sha256= \(underFirst.dropLast())",
        "sha256=\(underFirst.dropLast())g", "sha256=0x\(underFirst.dropFirst(2))", "sha256=\(underFirst), sha256=\(underFirst)",
        "sha256=\(underFirst.dropLast(2))ä", "sha256=\(String(repeating: "+1", count: 32))",
    ]

    @Test("A header of another form is no signature", arguments: forms)
    func form(header: String) {
        #expect(WebhookSignature(header: header) == nil)
    }
}
