import Crypto

/// A text that must never be seen: an access token, a password, a PIN, an app secret.
///
/// Descriptions, interpolation, `dump` and reflection print a placeholder; there is no `Codable` conformance, so that a secret cannot
/// reach a file or a browser by accident. Whoever needs the text says so with ``revealed``.
public struct Secret: Sendable {
    private let bytes: [UInt8]

    /// Wraps a text.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The text itself. Hand it to what needs it and to nothing else: no log, no error, no browser.
    public var revealed: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// The text's UTF-8 bytes, for keys of digests and signatures. What holds for ``revealed`` holds here.
    public var revealedBytes: [UInt8] { bytes }

    /// Whether the text is empty.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The last four characters, to tell one token from another; nil for texts of fewer than 16, which it would give away.
    public var tail: String? {
        let text = revealed
        return text.count >= 16 ? String(text.suffix(4)) : nil
    }
}

extension Secret: Equatable {
    /// Compares digests, which the crypto library does in constant time: how much of a guess is right does not show.
    public static func == (left: Secret, right: Secret) -> Bool { SHA256.hash(data: left.bytes) == SHA256.hash(data: right.bytes) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A placeholder, the same for all secrets.
    public var description: String { "(secret)" }

    /// A placeholder, the same for all secrets.
    public var debugDescription: String { description }

    /// Shows no parts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
