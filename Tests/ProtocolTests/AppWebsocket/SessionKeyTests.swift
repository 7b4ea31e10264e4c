import Testing

@testable import Protocol

@Suite("Session key")
struct SessionKeyTests {
    let pbx = SessionKey(challenge: "9876543210123456", password: "Tr0ub4dor&3")
    let connect = SessionKey(challenge: "2718281828459045", password: "connectPwd")
    let wrapped =
        "833ece73b82034fa933078b6f1ee7ef585e70bfcc620cd291f2beae88f309ef1ec056098da51e0a66482dddf93027bde82e802c31aa1077ffd2741c3fa2cdae5"

    @Test("The protocol's known answers come out")
    func knownAnswers() {
        #expect(pbx.revealed() == "2e1904bf73b794f8284b2aac542220d4f66a8831919a0946659b34803048b59d")
        #expect(connect.revealed() == "a1d81d39765ab610713d815e0d20fb2028e6775f50335eafe8ec5b7a5aaf420f")
        #expect(
            SessionKey(challenge: "0123456789abcdef", password: "pwd").revealed()
                == "d58c77eae0c1c1f37a9f545e207643c926ad9ea4932016a83a4a01029de37760")
        #expect(pbx.encrypt("s3crét", seed: "0.4fzyo82mvyr") == "30bfae3aa769de")
        #expect(pbx.decrypt("30bfae3aa769de", seed: "0.4fzyo82mvyr") == "s3crét")
        #expect(pbx.decrypt("30BFAE3AA769DE", seed: "0.4fzyo82mvyr") == "s3crét")
        #expect(pbx.hash("payload", seed: "0.4fzyo82mvyr") == "032fb42886cf889e9f0117dbd20f56ebba61c767651feb858697bf36b8713d95")
        #expect(pbx.httpKey(purpose: "generic-dbfiles") == "bdd89f45c2d8c9607b5251de9cdf1c35603e00ca53828194b961cebe7796ac9f")
    }

    @Test("A service login's key is the target's own session key")
    func wrapping() {
        #expect(pbx.wrap(connect, salt: "4fzyo82mvyr") == wrapped)
        #expect(pbx.unwrap(wrapped, salt: "4fzyo82mvyr") == connect)
    }

    @Test("RC4 is plain")
    func cipher() {
        #expect(Hex.text(RC4(key: Array("Key".utf8)).applied(to: Array("Plaintext".utf8))) == "bbf316e8d940af0ad3")
        #expect(RC4(key: []).applied(to: []).isEmpty)
    }

    @Test("What does not decrypt is nothing", arguments: ["3", "zz", "30bf ae", "é0", "0x30"])
    func noDigits(text: String) {
        #expect(pbx.decrypt(text, seed: "0.4fzyo82mvyr") == nil)
    }

    @Test("A wrong key gives no key")
    func wrongKey() {
        #expect(connect.unwrap(wrapped, salt: "4fzyo82mvyr") == nil)
        #expect(pbx.unwrap(wrapped, salt: "another") == nil)
        #expect(pbx.unwrap("30bfae3aa769de", salt: "0.4fzyo82mvyr") == nil)
        #expect(connect.decrypt("30bfae3aa769de", seed: "0.4fzyo82mvyr") != "s3crét")
    }

    @Test("Only 64 hexadecimal digits are a key")
    func digits() {
        #expect(SessionKey(digits: String(repeating: "0", count: 63)) == nil)
        #expect(SessionKey(digits: String(repeating: "g", count: 64)) == nil)
        #expect(SessionKey(digits: String(repeating: "0", count: 64)) != nil)
    }

    @Test("No description shows the key")
    func secrecy() {
        var dumped = ""
        dump(pbx, to: &dumped)
        for text in ["\(pbx)", String(reflecting: pbx), dumped, "\([pbx])", "\(Optional(pbx) as Any)"] {
            #expect(!text.contains("2e1904bf"))
        }
    }
}
