/// What every message of the AppWebsocket protocols has in common: `{"mt":…}`, optional `api`, optional `src` (AppWebsocket, Envelope).
///
/// The other members stay unread until a message type asks for them; unknown ones are ignored.
public struct Envelope: Hashable, Sendable {
    /// The message type.
    public let mt: String
    /// The API that the message belongs to; absent: the base protocol.
    public let api: String?
    /// The request's tag, to be copied unchanged into every answer.
    public let src: RequestTag?
    /// The whole message.
    public let message: RawJSONObject

    /// Reads one message.
    ///
    /// - Parameter bytes: one WebSocket text message
    /// - Throws: ``EnvelopeError``
    public init(_ bytes: [UInt8]) throws(EnvelopeError) {
        let message: RawJSONObject
        do {
            message = try RawJSONObject(bytes)
        } catch {
            throw .malformed(error)
        }
        guard case .string(let mt)? = message["mt"] else { throw .noMessageType }
        self.mt = mt
        if case .string(let api)? = message["api"], !api.isEmpty { self.api = api } else { api = nil }
        src = message.raw("src").map(RequestTag.init)
        self.message = message
    }

    /// Reads one message.
    ///
    /// - Throws: ``EnvelopeError``
    public init(_ text: String) throws(EnvelopeError) { try self.init(Array(text.utf8)) }

    /// A member's value; `nil` if there is none, or if it is `null`.
    public subscript(name: String) -> JSON? { message[name] }

    /// A member's text, or the decimal text of a number; empty if there is none.
    func text(_ name: String) -> String { message[name]?.text ?? "" }
}

/// Why bytes are no message. Holds nothing of what came from outside.
public enum EnvelopeError: Error, Hashable, Sendable {
    /// Not a JSON object.
    case malformed(JSONError)
    /// Without a text `mt`.
    case noMessageType
}
