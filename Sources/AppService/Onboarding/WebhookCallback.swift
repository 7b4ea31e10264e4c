/// Where Meta shall deliver, and what it proves itself with when it asks for the challenge.
public struct WebhookCallback: Sendable, Equatable {
    /// The webhook's public address.
    public var url: String
    /// The token of the handshake.
    public var verifyToken: Secret

    /// An address and its token.
    public init(url: String, verifyToken: Secret) {
        self.url = url
        self.verifyToken = verifyToken
    }
}
