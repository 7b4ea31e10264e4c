public import Crypto
import FoundationEssentials

/// A ``Handover`` that only the instance can read: sealed with HPKE (RFC 9180, X25519, HKDF-SHA256, ChaCha20-Poly1305) to the key that
/// it made for this one pairing, and bound to the pairing's ID.
public struct SealedHandover: Codable, Equatable, Sendable {
    /// The encapsulated key, as base64url.
    public var encapsulatedKey: String
    /// The sealed JSON of the handover, as base64url.
    public var ciphertext: String

    private static let suite = HPKE.Ciphersuite.Curve25519_SHA256_ChachaPoly
    private static let purpose = Array("whatsapp-connector handover 1".utf8)

    /// Seals a handover.
    ///
    /// - Parameters:
    ///   - handover: what to seal
    ///   - publicKey: the instance's key, as base64url
    ///   - pairing: the pairing's ID
    /// - Throws: ``HandoverUnreadable`` if the key is none
    public init(_ handover: Handover, to publicKey: String, pairing: String) throws {
        guard let bytes = Base64URL.bytes(publicKey), bytes.count == 32,
            let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: bytes),
            var sender = try? HPKE.Sender(recipientKey: key, ciphersuite: Self.suite, info: Data(Self.purpose))
        else { throw HandoverUnreadable() }
        let json = try GraphJSON.encode(handover)
        encapsulatedKey = Base64URL.text(sender.encapsulatedKey)
        ciphertext = Base64URL.text(try sender.seal(Data(json), authenticating: Data(pairing.utf8)))
    }

    /// Opens it.
    ///
    /// - Parameters:
    ///   - key: what the pairing was started with
    ///   - pairing: the pairing's ID
    /// - Throws: ``HandoverUnreadable`` if it was sealed for another key or pairing, changed on its way, or holds something else
    public func open(with key: Curve25519.KeyAgreement.PrivateKey, pairing: String) throws(HandoverUnreadable) -> Handover {
        guard let encapsulated = Base64URL.bytes(encapsulatedKey), let sealed = Base64URL.bytes(ciphertext),
            var recipient = try? HPKE.Recipient(
                privateKey: key, ciphersuite: Self.suite, info: Data(Self.purpose), encapsulatedKey: Data(encapsulated)),
            let json = try? recipient.open(Data(sealed), authenticating: Data(pairing.utf8)),
            let handover = try? GraphJSON.decode(Handover.self, from: Array(json))
        else { throw HandoverUnreadable() }
        return handover
    }
}

/// A handover cannot be read, and must not be trusted.
public struct HandoverUnreadable: Error, Equatable {
    /// Creates it.
    public init() {}
}
