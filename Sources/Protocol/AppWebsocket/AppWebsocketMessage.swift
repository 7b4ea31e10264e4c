/// One message type of the AppWebsocket protocols, as a value that can be read from the wire and written to it.
///
/// Reading is lenient: unknown members are ignored, absent texts are empty, numbers are taken for texts.
public protocol AppWebsocketMessage: Hashable, Sendable {
    /// The value of `mt`.
    static var mt: String { get }
    /// The value of `api`; absent in the base protocol.
    static var api: String? { get }

    /// Reads the message's own members. Whoever calls has looked at `mt` and `api`.
    ///
    /// - Throws: ``MissingMember`` where the message means nothing without it
    init(_ envelope: Envelope) throws(MissingMember)

    /// Writes the message's own members.
    func write(to writer: inout JSONObjectWriter)
}

extension AppWebsocketMessage {
    /// Absent: the base protocol.
    public static var api: String? { nil }

    /// The message's bytes: `api`, `mt`, `src`, then its own members in a fixed order.
    ///
    /// - Parameter src: the request's tag
    public func encoded(src: RequestTag? = nil) -> [UInt8] {
        var writer = JSONObjectWriter()
        writer.write("api", Self.api)
        writer.write("mt", Self.mt)
        writer.write("src", src?.raw)
        write(to: &writer)
        return writer.finish()
    }
}

/// A message lacks a member without which it means nothing.
public struct MissingMember: Error, Hashable, Sendable {
    /// The message's `mt`.
    public let mt: String
    /// The member's name.
    public let name: String
}

extension Envelope {
    /// A member's text that must be there and not be empty.
    func required(_ name: String) throws(MissingMember) -> String {
        guard let text = self[name]?.text, !text.isEmpty else { throw MissingMember(mt: mt, name: name) }
        return text
    }
}
