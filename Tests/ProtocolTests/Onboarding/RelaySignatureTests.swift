import Crypto
import Protocol
import Testing

@Suite("Relay signature") struct RelaySignatureTests {
    private let key = SymmetricKey(data: Array("0123456789abcdef0123456789abcdef".utf8))
    private let body = Array(#"{"object":"whatsapp_business_account"}"#.utf8)

    @Test("It is the HMAC-SHA256 of the moment, a dot and the body") func vector() throws {
        let signature = RelaySignature(body, keyID: "k-1", key: key, time: 1_700_000_000)
        let code = HMAC<SHA256>.authenticationCode(for: Array("1700000000.".utf8) + body, using: key).map { String(format($0)) }.joined()
        #expect(signature.header == "t=1700000000,kid=k-1,v1=\(code)")
        let read = try #require(RelaySignature(header: signature.header))
        #expect(read == signature && read.isValid(for: body, key: key))
    }

    private func format(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    @Test("Another body, another key and another moment do not fit") func wrong() throws {
        let signature = RelaySignature(body, keyID: "k1", key: key, time: 1_700_000_000)
        #expect(!signature.isValid(for: body + [0x20], key: key))
        #expect(!signature.isValid(for: body, key: SymmetricKey(size: .bits256)))
        let moved = try #require(RelaySignature(header: signature.header.replacing("t=1700000000", with: "t=1700000001")))
        #expect(!moved.isValid(for: body, key: key))
    }

    @Test(
        "Five minutes either way are timely, a second more is not",
        arguments: [(0, true), (300, true), (-300, true), (301, false), (-301, false)] as [(Int64, Bool)])
    func timely(_ difference: Int64, _ isTimely: Bool) {
        let signature = RelaySignature(body, keyID: "k1", key: key, time: 1_700_000_000)
        #expect(signature.isTimely(at: 1_700_000_000 + difference) == isTimely)
    }

    @Test(
        "What is no signature is not read",
        arguments: [
            "", "t=1,kid=k,v1=", "t=1,kid=k,v1=00", "kid=k,t=1,v1=" + zeros, "t=,kid=k,v1=" + zeros, "t=-1,kid=k,v1=" + zeros,
            "t=1,kid=,v1=" + zeros, "t=1,kid=a b,v1=" + zeros, "t=1,kid=k,v1=" + zeros + ",v1=" + zeros, "t=1,kid=k,v1=g" + zeros.dropFirst(),
            "t=9999999999999,kid=k,v1=" + zeros, "t=1,kid=\(String(repeating: "k", count: 65)),v1=" + zeros,
        ])
    func unreadable(_ header: String) { #expect(RelaySignature(header: header) == nil) }

    private static let zeros = String(repeating: "0", count: 64)
}
