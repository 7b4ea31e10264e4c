import NIOCore
import Protocol

/// A token that Meta issued for a signup's code (WhatsApp Cloud API, 5.2).
public struct GraphIssuedToken: Sendable, Equatable {
    /// The token.
    public var accessToken: Secret
    /// After how many seconds it ends; `nil` if Meta does not say.
    public var expiresIn: Int64?

    /// Longest token that is taken, in bytes.
    static let longestToken = 4_096

    /// Reads the answer: JSON, as documented, or the bare token, as documented elsewhere.
    ///
    /// - Returns: `nil` for anything else
    static func decode(_ body: some Collection<UInt8>) -> GraphIssuedToken? {
        guard body.count <= 2 * longestToken else { return nil }
        if let json = try? JSON(Array(body)) {
            let token: String? = if case .string(let text) = json { text } else { json["access_token"]?.text }
            return token.flatMap { isToken($0) ? GraphIssuedToken(accessToken: Secret($0), expiresIn: json["expires_in"]?.int64) : nil }
        }
        let words = String(decoding: body, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 1, isToken(words[0]) else { return nil }
        return GraphIssuedToken(accessToken: Secret(String(words[0])))
    }

    private static func isToken(_ text: some StringProtocol) -> Bool {
        (1...longestToken).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"<>\"{}".utf8.contains($0) }
    }
}
