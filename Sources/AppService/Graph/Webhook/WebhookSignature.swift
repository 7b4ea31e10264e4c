import Crypto
public import NIOCore
import NIOFoundationCompat

/// The signature of a notification: an HMAC-SHA256 of the body's exact bytes under the app secret (WhatsApp Cloud API, 1.2).
public struct WebhookSignature: Sendable, Equatable {
    /// The header field that carries it.
    public static let headerName = "X-Hub-Signature-256"

    private let code: [UInt8]

    /// Reads the header's value.
    ///
    /// - Parameter header: `sha256=` and 64 hexadecimal digits of any case; nothing else is a signature.
    public init?(header: String) {
        let prefix = "sha256="
        let text = header.utf8
        guard text.count == prefix.utf8.count + 2 * SHA256.byteCount, text.starts(with: prefix.utf8) else { return nil }
        var code: [UInt8] = []
        code.reserveCapacity(SHA256.byteCount)
        var digits = text.dropFirst(prefix.utf8.count).makeIterator()
        while let high = digits.next(), let low = digits.next() {
            guard let high = Self.value(of: high), let low = Self.value(of: low) else { return nil }
            code.append(high << 4 | low)
        }
        self.code = code
    }

    /// Whether the signature was made over these bytes with one of the secrets.
    ///
    /// All secrets are tried every time, in constant time each, so that the time taken tells nothing about which one fits.
    ///
    /// - Parameters:
    ///   - body: the bytes as they came over the wire
    ///   - secrets: the app secrets; an empty one fits nothing
    public func isValid(for body: ByteBuffer, secrets: [Secret]) -> Bool { isValid(for: body, secrets: secrets, check: Self.check) }

    /// Checks a code against a body and a key.
    typealias Check = (_ code: [UInt8], _ body: ByteBufferView, _ key: SymmetricKey) -> Bool

    /// The crypto library's check, which compares in constant time.
    static func check(_ code: [UInt8], _ body: ByteBufferView, _ key: SymmetricKey) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: body, using: key)
    }

    func isValid(for body: ByteBuffer, secrets: [Secret], check: Check) -> Bool {
        var isValid = false
        for secret in secrets where !secret.isEmpty {
            let fits = check(code, body.readableBytesView, SymmetricKey(data: secret.revealedBytes))
            isValid = fits || isValid
        }
        return isValid
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
