/// The `src` of a request: opaque, and copied unchanged into every answer and later indication (AppWebsocket, Envelope).
///
/// Texts are the rule; whatever else a peer sends comes back to it just so. Two tags are equal if they mean the same, however they are escaped.
public struct RequestTag: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The value as received.
    public let raw: RawJSON

    /// A tag as received.
    public init(_ raw: RawJSON) { self.raw = raw }

    /// A tag of our own.
    public init(_ text: String) { raw = RawJSON(.string(text)) }

    /// A tag of our own.
    public init(stringLiteral value: String) { self.init(value) }

    /// Whether both mean the same.
    public static func == (one: RequestTag, other: RequestTag) -> Bool {
        one.raw == other.raw || one.raw.canonicalBytes == other.raw.canonicalBytes
    }

    /// Hashes the canonical form.
    public func hash(into hasher: inout Hasher) { hasher.combine(raw.canonicalBytes) }

    /// The JSON text.
    public var description: String { raw.text }
}
