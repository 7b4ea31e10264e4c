import Crypto
import FoundationEssentials

/// Seals secrets for storage and opens them again (AES-256-GCM, a new random nonce for every seal).
///
/// What a value was sealed for, its ``SealingContext``, is authenticated with it: a sealed token that is copied into another
/// instance's row, or into another field, does not open there.
public struct Sealer: Sendable {
    private let key: SealingKey

    /// Creates a sealer for a key.
    public init(key: SealingKey) {
        self.key = key
    }

    /// The id of the key that new values are sealed under.
    public var keyID: String { key.id }

    /// Seals a secret for a place.
    ///
    /// - Throws: What the cryptography library throws; with a valid key, nothing.
    public func seal(_ secret: Secret, for context: SealingContext) throws -> SealedValue {
        let authenticated = context.authenticatedBytes(version: SealedValue.version, keyID: key.id)
        let box = try AES.GCM.seal(secret.revealedBytes, using: key.key, authenticating: authenticated)
        return SealedValue(keyID: key.id, payload: Array(box.nonce) + Array(box.ciphertext) + Array(box.tag))
    }

    /// Opens a sealed value.
    ///
    /// - Throws: ``SealingError``: `otherKey` if it was sealed under a key that this is not, `damaged` if it was changed or belongs to
    ///   another place.
    public func open(_ value: SealedValue, for context: SealingContext) throws(SealingError) -> Secret {
        guard value.keyID == key.id else { throw .otherKey(id: value.keyID) }
        let authenticated = context.authenticatedBytes(version: SealedValue.version, keyID: key.id)
        guard
            let box = try? AES.GCM.SealedBox(combined: value.payload),
            let opened = try? AES.GCM.open(box, using: key.key, authenticating: authenticated),
            let text = String(validating: opened, as: UTF8.self)
        else {
            throw .damaged(context)
        }
        return Secret(text)
    }
}

/// Why a sealed value does not open.
public enum SealingError: Error, Equatable, CustomStringConvertible {
    /// It was sealed under the key with this id.
    case otherKey(id: String)
    /// It was changed, or was sealed for another place than this.
    case damaged(SealingContext)

    /// A sentence for the operator; free of secrets.
    public var description: String {
        switch self {
        case .otherKey(let id):
            "the stored secret was sealed under the key \(id); put that key back into secretKeyFile"
        case .damaged(let context):
            "the stored \(context.field) of instance \(context.instance) is damaged; restore it from a backup or set it again"
        }
    }
}
