public import Protocol

/// One API of an instance: all messages with the same `api` (AppWebsocket, JsonApi). The place where other modules plug theirs in.
///
/// Of one session messages come one at a time, in order; of several sessions at once. Answers repeat the message's `api` and `src`.
public protocol AppWebsocketApi: Sendable {
    /// The value of `api`. Empty for what has no `api` and is no message of the base protocol itself.
    var name: String { get }
    /// Who may use it.
    var roles: Set<SessionRole> { get }

    /// Takes a message.
    ///
    /// - Throws: anything; it is logged, and the session goes on
    func receive(_ message: Envelope, from session: AppSession) async throws

    /// Answers a message of a session whose role may not use the API; the session goes on.
    func refuse(_ message: Envelope, from session: AppSession) async throws

    /// The session has ended; nothing more can be sent to it. Comes once for each session, whether or not it used the API.
    func ended(_ session: AppSession) async
}

extension AppWebsocketApi {
    /// Answers with `error`, if somebody waits for an answer.
    public func refuse(_ message: Envelope, from session: AppSession) async throws {
        guard let answer = UnknownMessage(answering: message, error: "access denied") else { return }
        try await session.send(answer.encoded())
    }

    /// Does nothing.
    public func ended(_ session: AppSession) async {}
}
