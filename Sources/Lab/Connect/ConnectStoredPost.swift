/// One post as the simulated Connect stores it.
public struct ConnectStoredPost: Sendable, Equatable {
    /// Unique, increasing, never reused.
    public var id: UInt64
    /// The root of its discussion; its own id on roots.
    public var discussion: UInt64
    /// The post it answers; nil on roots.
    public var repliesTo: UInt64?
    /// The zone.
    public var topic: String
    /// SIP name of the author.
    public var author: String
    /// HTML.
    public var text: String
    /// Milliseconds since 1970 UTC.
    public var timestamp: Int64
    /// Hashtags without `#`.
    public var tags: [String] = []
    /// SIP names and `?group`.
    public var notify: [String] = []
    /// Whether only `audience` may see it.
    public var isPrivate = false
    /// Who may see a private post, besides moderators: SIP names and `?group`.
    public var audience: Set<String> = []
    /// The poster's own key of the discussion, on roots.
    public var discussionGuid: String?
    /// The title of the discussion, on roots.
    public var discussionTitle: String?
    /// Its files, in the order they were attached.
    public var files: [ConnectStoredFile] = []
    /// Whether others see it; its author may still be pushing files.
    public var isShown = true
    /// SIP names of those who have read it, with the moment in milliseconds since 1970 UTC.
    public var readBy: [String: Int64] = [:]
    /// SIP names of those who like it.
    public var likedBy: Set<String> = []
    /// When it was last changed, in milliseconds since 1970 UTC.
    public var updated: Int64?

    /// Whether it opened its discussion.
    public var isRoot: Bool { repliesTo == nil }
}
