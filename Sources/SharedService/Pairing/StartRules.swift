import AppService
import Protocol

/// What a pairing may be started with.
enum StartRules {
    /// Longest address, in bytes.
    static let longestAddress = 1_000
    /// Longest name of an instance, in characters.
    static let longestInstance = 200

    /// Says what is wrong with a request; nil if nothing is.
    static func refusal(of start: Pairing.Start) -> Pairing.Refusal? {
        problem(of: start).map { Pairing.Refusal(.badRequest, $0) }
    }

    private static func problem(of start: Pairing.Start) -> String? {
        guard isPlain(start.instance), (1...longestInstance).contains(start.instance.count) else {
            return "`instance` must be a name of 1 to \(longestInstance) characters; correct it."
        }
        guard start.callback.utf8.count <= longestAddress, let callback = PublicURL(start.callback), WebOrigin(callback).isTrustworthy else {
            return "`callback` must be an https address without query; correct publicURL of the instance."
        }
        guard start.returnAddress.utf8.count <= longestAddress, let origin = WebOrigin(ofAddress: start.returnAddress), origin.isTrustworthy else {
            return "`returnAddress` must be an https address without fragment; correct publicURL of the instance."
        }
        guard origin == WebOrigin(callback) else {
            return "`callback` and `returnAddress` must be on the same host; correct publicURL of the instance."
        }
        guard Base64URL.bytes(start.publicKey)?.count == 32 else { return "`publicKey` must be 32 bytes as base64url." }
        guard Base64URL.bytes(start.verifierDigest)?.count == 32 else { return "`verifierDigest` must be 32 bytes as base64url." }
        switch (start.kind, start.account) {
        case (.number, nil): return "`account` is missing; a number needs the account that it is added to."
        case (_, let account?) where !MetaID.isValid(account): return "`account` must be the ID of an account, digits only."
        default: break
        }
        if let language = start.language, language.utf8.count != 2 || !language.allSatisfy({ ("a"..."z").contains($0) }) {
            return "`language` must be two letters such as en."
        }
        return nil
    }

    /// Whether a text can be shown on one line as it is.
    private static func isPlain(_ text: String) -> Bool { MetaQuotation.plain(text, upTo: longestInstance + 1) == text }
}

/// IDs of Meta's.
enum MetaID {
    /// Whether a text is 1 to 32 digits.
    static func isValid(_ text: String) -> Bool { (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
}
