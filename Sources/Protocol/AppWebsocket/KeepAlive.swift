/// Sent to notice a dead peer; a server answers with the same, a client never (AppWebsocket, Keepalive).
public struct KeepAlive: AppWebsocketMessage {
    /// `KeepAlive`.
    public static let mt = "KeepAlive"

    /// A sign of life.
    public init() {}

    /// Reads nothing more.
    public init(_ envelope: Envelope) {}

    /// Writes nothing more.
    public func write(to writer: inout JSONObjectWriter) {}
}
