/// A text that must not be seen: an access token, an app secret, a verify token.
///
/// Whatever prints, interpolates or dumps it gets `<secret>`; who needs the text says so with ``revealed``.
public struct Secret: Sendable, Hashable {
    /// The text itself, for the one place that hands it on or computes with it.
    public let revealed: String

    /// Keeps a text.
    public init(_ text: String) {
        revealed = text
    }

    /// Whether there is nothing to keep: an empty secret protects nothing.
    public var isEmpty: Bool { revealed.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<secret>`, whatever the text.
    public var description: String { "<secret>" }
    /// `<secret>`, whatever the text.
    public var debugDescription: String { "<secret>" }
    /// A mirror without children, so that dumps and test reports show nothing either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
