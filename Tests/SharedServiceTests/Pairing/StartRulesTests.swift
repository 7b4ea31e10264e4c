import Protocol
import Testing

@testable import SharedService

@Suite("What a pairing may be started with")
struct StartRulesTests {
    static let good = Pairing.Start(
        instance: "example.com/whatsapp", callback: "https://ap.example.com/example.com/whatsapp",
        returnAddress: "https://ap.example.com/example.com/whatsapp/onboarding/abc?x=1", mode: .relay, kind: .full,
        publicKey: Base64URL.text([UInt8](repeating: 1, count: 32)), verifierDigest: Base64URL.text([UInt8](repeating: 2, count: 32)), language: "de")

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var isGood: Bool
        var change: @Sendable (inout Pairing.Start) -> Void

        init(_ testDescription: String, isGood: Bool = false, _ change: @escaping @Sendable (inout Pairing.Start) -> Void) {
            self.testDescription = testDescription
            self.isGood = isGood
            self.change = change
        }
    }

    static let cases = [
        Case("as it should be", isGood: true) { _ in },
        Case("plain http on this machine", isGood: true) {
            $0.callback = "http://127.0.0.1:8080/a/b"
            $0.returnAddress = "http://127.0.0.1:8080/a/b/onboarding/1"
        },
        Case("standard port written out", isGood: true) { $0.callback = "https://ap.example.com:443/a/b" },
        Case("no language", isGood: true) { $0.language = nil },
        Case("a number with its account", isGood: true) {
            $0.kind = .number
            $0.account = "1001"
        },
        Case("a number without its account") { $0.kind = .number },
        Case("an account that is none") { $0.account = "1001/.." },
        Case("plain http elsewhere") {
            $0.callback = "http://ap.example.com/a/b"
            $0.returnAddress = "http://ap.example.com/a/b"
        },
        Case("another host to return to") { $0.returnAddress = "https://evil.example/x" },
        Case("another port to return to") { $0.returnAddress = "https://ap.example.com:8443/x" },
        Case("a host that only begins alike") { $0.returnAddress = "https://ap.example.com.evil.example/x" },
        Case("user information") { $0.returnAddress = "https://ap.example.com@evil.example/x" },
        Case("a script") { $0.returnAddress = "javascript:alert(1)" },
        Case("a fragment") { $0.returnAddress = "https://ap.example.com/x#y" },
        Case("a callback with query") { $0.callback = "https://ap.example.com/a/b?x=1" },
        Case("a long address") { $0.callback = "https://ap.example.com/" + String(repeating: "a", count: 1_001) },
        Case("no name") { $0.instance = "" },
        Case("a name of two lines") { $0.instance = "a\nb" },
        Case("a name that turns its direction") { $0.instance = "a\u{202E}b" },
        Case("a short key") { $0.publicKey = "AAAA" },
        Case("a key that is no base64url") { $0.publicKey = String(repeating: "+", count: 43) },
        Case("a short digest") { $0.verifierDigest = "AAAA" },
        Case("a long language") { $0.language = "deu" },
        Case("a language that is none") { $0.language = "\"<" },
    ]

    @Test("Only what is safe to call and to go back to is taken", arguments: cases)
    func rules(_ item: Case) {
        var start = Self.good
        item.change(&start)
        let refusal = StartRules.refusal(of: start)
        #expect((refusal == nil) == item.isGood, "\(refusal?.text ?? "")")
        #expect(refusal == nil || refusal?.known == .badRequest)
    }
}
