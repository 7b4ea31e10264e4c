import Testing

@testable import AppService

@Suite("Secrets at rest")
struct SealerTests {
    private let context = SealingContext(instance: "example.com/whatsapp", field: "password")

    private func key(_ byte: UInt8) throws -> SealingKey {
        try #require(SealingKey(bytes: Array(repeating: byte, count: 32)))
    }

    @Test("What was sealed opens again", arguments: ["", "x", "wörd 😀", String(repeating: "long ", count: 10_000)])
    func roundTrip(text: String) throws {
        let sealer = Sealer(key: try key(1))
        let sealed = try sealer.seal(Secret(text), for: context)
        let stored = try #require(SealedValue(rawValue: sealed.rawValue))
        #expect(try sealer.open(stored, for: context).revealed == text)
    }

    @Test("A sealed value shows its version and its key, and nothing of the secret")
    func form() throws {
        let key = try key(1)
        let sealed = try Sealer(key: key).seal(Secret("password"), for: context)
        #expect(sealed.rawValue.hasPrefix("v1.\(key.id)."))
        #expect(sealed.keyID == key.id)
        #expect(!"\(sealed)".contains(sealed.rawValue))
        // Nonce, as many bytes as the secret has, tag.
        #expect(sealed.payload.count == 12 + 8 + 16)
    }

    @Test("Values of the first version open forever")
    func goldenValue() throws {
        let stored = try #require(SealedValue(rawValue: Self.golden))
        #expect(try Sealer(key: try key(7)).open(stored, for: context).revealed == "Geheimwört")
    }

    // Made with Python's cryptography package from key 07…07, nonce 00…0b and the authenticated data that SealingContext describes.
    private static let golden = "v1.64e382afba05f490.AAECAwQFBgcICQoLX+SBFXRkrorBwJFW7oFkZ0EUenMF20bhjPuR"

    @Test("The same secret is never sealed twice in the same way")
    func freshNonces() throws {
        let sealer = Sealer(key: try key(1))
        let all = try (0..<100).map { _ in try sealer.seal(Secret("a"), for: context) }
        #expect(Set(all.map { Array($0.payload.prefix(12)) }).count == 100)
    }

    @Test(
        "A value does not open at another place",
        arguments: [
            SealingContext(instance: "example.com/whatsapp", field: "appSecret"),
            SealingContext(instance: "example.com/other", field: "password"),
            SealingContext(instance: "example.com/whatsapppass", field: "word"),
            SealingContext(instance: "", field: "example.com/whatsapppassword"),
        ]
    )
    func otherPlace(other: SealingContext) throws {
        let sealer = Sealer(key: try key(1))
        let sealed = try sealer.seal(Secret("a"), for: context)
        #expect(throws: SealingError.damaged(other)) { try sealer.open(sealed, for: other) }
    }

    @Test("A value in which any one bit was changed does not open")
    func tampering() throws {
        let sealer = Sealer(key: try key(1))
        let sealed = try sealer.seal(Secret("token"), for: context)
        for bit in 0..<(sealed.payload.count * 8) {
            var payload = sealed.payload
            payload[bit / 8] ^= 1 << (bit % 8)
            let changed = SealedValue(keyID: sealed.keyID, payload: payload)
            #expect(throws: SealingError.damaged(context)) { try sealer.open(changed, for: context) }
        }
    }

    @Test("A shortened value does not open")
    func truncation() throws {
        let sealer = Sealer(key: try key(1))
        let sealed = try sealer.seal(Secret("token"), for: context)
        for count in 0..<sealed.payload.count {
            let shorter = SealedValue(keyID: sealed.keyID, payload: Array(sealed.payload.prefix(count)))
            #expect(throws: SealingError.damaged(context)) { try sealer.open(shorter, for: context) }
        }
    }

    @Test("Another key names the one that is needed")
    func otherKey() throws {
        let sealed = try Sealer(key: try key(1)).seal(Secret("a"), for: context)
        let needed = try key(1).id
        #expect(throws: SealingError.otherKey(id: needed)) { try Sealer(key: try key(2)).open(sealed, for: context) }
        // A changed key id does not help.
        let other = try key(2)
        let renamed = SealedValue(keyID: other.id, payload: sealed.payload)
        #expect(throws: SealingError.damaged(context)) { try Sealer(key: other).open(renamed, for: context) }
    }

    @Test(
        "Other texts are no sealed values",
        arguments: [
            "", "v1", "v1..", "v1.0123456789abcdef", "v1.0123456789abcdef.", "v1.0123456789abcdef.AAAA", "v2.0123456789abcdef.\(Self.zeros)",
            "v1.0123456789abcde.\(Self.zeros)", "v1.0123456789abcdef.\(Self.zeros).", "v1.0123456789abcdef.*\(Self.zeros)", "plain-token",
        ]
    )
    func otherTexts(text: String) {
        #expect(SealedValue(rawValue: text) == nil)
    }

    private static let zeros = String(repeating: "A", count: 40)
}
