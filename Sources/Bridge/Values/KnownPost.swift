/// What the connector remembers of a post in Connect: enough to know later whether an answer to it may go out.
public struct KnownPost: Equatable, Sendable {
    /// The post.
    public var reference: PostReference
    /// The root of its discussion.
    public var discussion: PostReference
    /// The post that it answers.
    public var repliesTo: PostReference?
    /// Whether it is known to be public. Once false it stays false.
    public var isPublic: Bool
    /// Where it came from.
    public var origin: Origin
    /// Whether everything that was to be done for it has been recorded.
    public var isHandled: Bool

    /// Where a post came from.
    public enum Origin: String, Sendable {
        /// A colleague, or another app.
        case foreign
        /// The connector's own login; not yet known which of its posts it is, so nothing is known of its privacy either.
        case ownUnconfirmed = "own-unconfirmed"
        /// A post of the connector that the ledger knows.
        case own
    }

    /// Creates a record of a post.
    public init(
        reference: PostReference,
        discussion: PostReference,
        repliesTo: PostReference?,
        isPublic: Bool,
        origin: Origin,
        isHandled: Bool
    ) {
        self.reference = reference
        self.discussion = discussion
        self.repliesTo = repliesTo
        self.isPublic = isPublic
        self.origin = origin
        self.isHandled = isHandled
    }
}
