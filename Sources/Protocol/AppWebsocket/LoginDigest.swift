import Crypto

/// The digest that proves in a login that both ends know the password (AppWebsocket, Digest).
///
/// SHA-256 over `app:domain:sip:guid:dn:INFO:challenge:password`; `INFO` and its colon are left out if there is no `info`. Colons are not escaped.
public enum LoginDigest {
    /// The digest over a login's members and the canonical form of its `info`.
    ///
    /// - Parameters:
    ///   - login: its `digest` and `pbxObj` are not covered
    ///   - challenge: of the server
    ///   - password: of the instance or App object
    /// - Returns: lower-case hexadecimal digits
    public static func digest(of login: AppLogin, challenge: String, password: String) -> String {
        digest(of: login, info: login.info?.canonicalBytes, challenge: challenge, password: password)
    }

    /// Whether a login's own digest is right: over the canonical form of `info`, or else over `info` as it was received.
    ///
    /// Compares in constant time, in either case of the digits.
    public static func isValid(_ login: AppLogin, challenge: String, password: String) -> Bool {
        let canonical = login.info?.canonicalBytes
        if isSame(login.digest, digest(of: login, info: canonical, challenge: challenge, password: password)) { return true }
        guard let raw = login.info?.bytes, raw != canonical else { return false }
        return isSame(login.digest, digest(of: login, info: raw, challenge: challenge, password: password))
    }

    private static func digest(of login: AppLogin, info: [UInt8]?, challenge: String, password: String) -> String {
        var hash = SHA256()
        for text in [login.app, login.domain, login.sip, login.guid, login.dn] {
            hash.update(data: Array(text.utf8))
            hash.update(data: colon)
        }
        if let info {
            hash.update(data: info)
            hash.update(data: colon)
        }
        hash.update(data: Array(challenge.utf8))
        hash.update(data: colon)
        hash.update(data: Array(password.utf8))
        return Hex.text(hash.finalize())
    }

    private static let colon: [UInt8] = [UInt8(ascii: ":")]

    /// Compares a digest that was received with the right one, in a time that does not tell where they differ.
    static func isSame(_ received: String, _ expected: String) -> Bool {
        guard received.utf8.count == expected.utf8.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(received.utf8, expected.utf8) {
            // Only letters differ from their other case by this bit alone.
            let isCapital = one >= UInt8(ascii: "A") && one <= UInt8(ascii: "F")
            difference |= (isCapital ? one | 0x20 : one) ^ other
        }
        return difference == 0
    }
}
