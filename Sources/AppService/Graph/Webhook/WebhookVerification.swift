import NIOHTTP1
public import Transport

/// The handshake by which Meta finds out that a callback address is ours (WhatsApp Cloud API, 1.1).
public struct WebhookVerification: Sendable {
    private let verifyToken: Secret

    /// - Parameter verifyToken: the text that was given to Meta with the callback address; an empty one fits nothing
    public init(verifyToken: Secret) {
        self.verifyToken = verifyToken
    }

    /// The text to answer with, or `nil` if the handshake is not for us.
    ///
    /// - Parameter query: the request's query, decoded
    public func challenge(in query: [QueryItem]) -> String? {
        guard query["hub.mode"] == "subscribe", let token = query["hub.verify_token"], isVerifyToken(token) else { return nil }
        guard let challenge = query["hub.challenge"], Self.isHarmless(challenge) else { return nil }
        return challenge
    }

    /// Compares in constant time.
    private func isVerifyToken(_ token: String) -> Bool { verifyToken == Secret(token) && !verifyToken.isEmpty }

    /// Whether a challenge is short and printable: it is put into our answer as it came.
    private static func isHarmless(_ challenge: String) -> Bool {
        (1...256).contains(challenge.utf8.count) && challenge.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
