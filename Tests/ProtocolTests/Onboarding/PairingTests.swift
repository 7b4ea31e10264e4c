import Protocol
import Testing

@Suite("Pairing") struct PairingTests {
    @Test("A start comes out as it went in, and unknown members are ignored") func roundTrip() throws {
        let start = Pairing.Start(
            instance: "example.com/whatsapp", callback: "https://ap.example.com/example.com/whatsapp",
            returnAddress: "https://ap.example.com/example.com/whatsapp/onboarding/x", mode: .direct, kind: .number, account: "104",
            publicKey: "AA", verifierDigest: "BB", language: "de")
        let body = try Pairing.encode(start)
        #expect(try Pairing.decode(Pairing.Start.self, from: body) == start)
        let more = String(decoding: body, as: UTF8.self).replacing("{\"account\"", with: "{\"new\":[1],\"account\"")
        #expect(try Pairing.decode(Pairing.Start.self, from: Array(more.utf8)) == start)
    }

    @Test("A refusal of a newer service keeps its word and its text") func newerRefusal() throws {
        let status = try Pairing.decode(
            Pairing.Status.self, from: Array(#"{"step":"failed","refusal":{"code":"new-word","text":"Do this."}}"#.utf8))
        #expect(status.step == .failed && status.refusal?.known == nil && status.refusal?.code == "new-word")
    }

    @Test("A body beyond the limit and one that is no JSON are refused") func bounded() {
        #expect(throws: MalformedJSONBody.tooLarge) {
            try Pairing.decode(Pairing.Proof.self, from: [UInt8](repeating: 0x20, count: Pairing.maximumBodySize + 1))
        }
        #expect(throws: MalformedJSONBody.notJSON) { try Pairing.decode(Pairing.Proof.self, from: Array("{}".utf8)) }
    }

    @Test(
        "Base64url has no padding and no other characters",
        arguments: [([], ""), ([0xFB, 0xFF], "-_8"), ([0], "AA"), ([1, 2, 3], "AQID")] as [([UInt8], String)])
    func base64URL(_ bytes: [UInt8], _ text: String) {
        #expect(Base64URL.text(bytes) == text)
        #expect(Base64URL.bytes(text) == bytes)
        #expect(Base64URL.bytes(text + "=") == nil && Base64URL.bytes(text + "+") == nil)
    }
}
