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
        Hex.text(hash(of: login, info: login.info?.canonicalBytes, challenge: challenge, password: password))
    }

    /// Whether a login's own digest is right: over the canonical form of `info`, or else over `info` as it was received.
    ///
    /// The crypto library compares, in constant time; the digits may be of either case.
    public static func isValid(_ login: AppLogin, challenge: String, password: String) -> Bool {
        guard let received = Hex.bytes(login.digest) else { return false }
        let canonical = login.info?.canonicalBytes
        if hash(of: login, info: canonical, challenge: challenge, password: password) == received { return true }
        guard let raw = login.info?.bytes, raw != canonical else { return false }
        return hash(of: login, info: raw, challenge: challenge, password: password) == received
    }

    private static func hash(of login: AppLogin, info: [UInt8]?, challenge: String, password: String) -> SHA256.Digest {
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
        return hash.finalize()
    }

    private static let colon: [UInt8] = [UInt8(ascii: ":")]
}
