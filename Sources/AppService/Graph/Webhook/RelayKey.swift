public import Bridge
import Crypto
import Protocol

/// A key that a shared service signs what it forwards with (WhatsApp Cloud API, 5.8).
public struct RelayKey: Equatable, Sendable {
    /// Names it in the signature.
    public var id: String
    /// The key, 32 bytes as base64url.
    public var secret: Secret
    /// When it stops to count; nil if it does not.
    public var until: Moment?

    /// - Parameters:
    ///   - id: names it in the signature
    ///   - secret: the key, 32 bytes as base64url
    ///   - until: when it stops to count
    public init(id: String, secret: Secret, until: Moment? = nil) {
        self.id = id
        self.secret = secret
        self.until = until
    }

    /// Whether it counts.
    func counts(at now: Moment) -> Bool { until.map { now < $0 } ?? true }

    /// The key itself; nil if the text is none.
    var key: SymmetricKey? {
        guard let bytes = Base64URL.bytes(secret.revealed), bytes.count == Pairing.randomBytes else { return nil }
        return SymmetricKey(data: bytes)
    }
}
