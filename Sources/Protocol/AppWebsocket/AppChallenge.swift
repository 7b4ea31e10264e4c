/// The client asks for a challenge, the first step of a login (AppWebsocket, Messages).
public struct AppChallenge: AppWebsocketMessage {
    /// `AppChallenge`.
    public static let mt = "AppChallenge"

    /// Asks for a challenge.
    public init() {}

    /// Reads the message; what some clients add is ignored.
    public init(_ envelope: Envelope) {}

    /// Writes nothing more.
    public func write(to writer: inout JSONObjectWriter) {}
}

/// The server's answer to ``AppChallenge``.
public struct AppChallengeResult: AppWebsocketMessage {
    /// `AppChallengeResult`.
    public static let mt = "AppChallengeResult"
    /// What the digest of the next login is over. Older peers write it as a number; its decimal text counts.
    public var challenge: String

    /// - Parameter challenge: good for one login on this connection
    public init(challenge: String) { self.challenge = challenge }

    /// Reads the message.
    ///
    /// - Throws: ``MissingMember`` without a challenge
    public init(_ envelope: Envelope) throws(MissingMember) { challenge = try envelope.required("challenge") }

    /// Writes the challenge, always as a text.
    public func write(to writer: inout JSONObjectWriter) { writer.write("challenge", challenge) }
}
