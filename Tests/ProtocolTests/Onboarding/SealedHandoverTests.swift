import Crypto
import Protocol
import Testing

@Suite("Sealed handover") struct SealedHandoverTests {
    private let key = Curve25519.KeyAgreement.PrivateKey()
    private let handover = Handover(
        binding: "b1", mode: .relay, account: "104", numbers: ["200"], accessToken: "EAAsecret", appID: "7", graphVersion: "v25.0",
        expiresAt: 1_800_000_000, relay: Handover.Relay(keyID: "k1", key: "c2VjcmV0"))

    private var publicKey: String { Base64URL.text(key.publicKey.rawRepresentation) }

    @Test("What is sealed to a key is read with it, also after its way as JSON") func opens() throws {
        let sealed = try SealedHandover(handover, to: publicKey, pairing: "p1")
        let body = try Pairing.encode(sealed)
        #expect(!String(decoding: body, as: UTF8.self).contains("EAAsecret"))
        let arrived = try Pairing.decode(SealedHandover.self, from: body)
        #expect(try arrived.open(with: key, pairing: "p1") == handover)
    }

    @Test("Another key, another pairing and a changed text open nothing") func staysClosed() throws {
        let sealed = try SealedHandover(handover, to: publicKey, pairing: "p1")
        #expect(throws: HandoverUnreadable()) { try sealed.open(with: Curve25519.KeyAgreement.PrivateKey(), pairing: "p1") }
        #expect(throws: HandoverUnreadable()) { try sealed.open(with: key, pairing: "p2") }
        var changed = sealed
        changed.ciphertext = (sealed.ciphertext.hasPrefix("A") ? "B" : "A") + sealed.ciphertext.dropFirst()
        #expect(throws: HandoverUnreadable()) { try changed.open(with: key, pairing: "p1") }
    }

    @Test("A key that is none is refused", arguments: ["", "AAAA", "not base64!", String(repeating: "A", count: 44)])
    func badKey(_ text: String) {
        #expect(throws: HandoverUnreadable()) { try SealedHandover(handover, to: text, pairing: "p1") }
    }

    @Test("A handover shows nothing of its secrets") func hides() {
        var shown = "\(handover) \(String(reflecting: handover))"
        dump(handover, to: &shown)
        #expect(!shown.contains("EAAsecret") && !shown.contains("c2VjcmV0"))
    }
}
