/// A post in Connect as it was read, in the product's own words.
public struct ConnectPost: Equatable, Sendable {
    /// The post.
    public var reference: PostReference
    /// The root of its discussion; the post itself if it is a root.
    public var discussion: PostReference
    /// The post that it answers; nil for a root.
    public var repliesTo: PostReference?
    /// The zone it is in.
    public var zone: Zone
    /// The author's SIP name.
    public var author: String
    /// The author's display name.
    public var authorName: String?
    /// Its text, as Connect's HTML.
    public var html: String
    /// When it was written, by Connect's clock.
    public var writtenAt: Moment
    /// Marked as private. False says nothing by itself: the mark may be left out (Connect, Rules by feature, private flag).
    public var isPrivate: Bool
    /// Whom it notifies: SIP names, groups as `?name`.
    public var notifies: [String]
    /// The key of its discussion where Connect shows it.
    public var discussionKey: String?
    /// The title of its discussion where Connect shows it.
    public var title: String?
    /// Its files, in order; nil while nobody asked Connect for them.
    public var files: [ConnectFile]?
    /// How many people like it, if Connect says.
    public var likes: Int?
    /// The login on which it was read.
    public var readOn: ConnectLogin
    /// How far the zone is handled once this post is.
    public var cursor: ConnectCursor

    /// Creates a post as read.
    public init(
        reference: PostReference,
        discussion: PostReference,
        repliesTo: PostReference?,
        zone: Zone,
        author: String,
        authorName: String? = nil,
        html: String,
        writtenAt: Moment,
        isPrivate: Bool = false,
        notifies: [String] = [],
        discussionKey: String? = nil,
        title: String? = nil,
        files: [ConnectFile]? = nil,
        likes: Int? = nil,
        readOn: ConnectLogin,
        cursor: ConnectCursor
    ) {
        self.reference = reference
        self.discussion = discussion
        self.repliesTo = repliesTo
        self.zone = zone
        self.author = author
        self.authorName = authorName
        self.html = html
        self.writtenAt = writtenAt
        self.isPrivate = isPrivate
        self.notifies = notifies
        self.discussionKey = discussionKey
        self.title = title
        self.files = files
        self.likes = likes
        self.readOn = readOn
        self.cursor = cursor
    }

    /// Whether it opens its discussion.
    public var isRoot: Bool { discussion == reference }
}

/// One of the two logins that a connector has at Connect (design: Connect, public profile).
public enum ConnectLogin: String, Equatable, Sendable, Codable {
    /// The plain entry: the server itself hides the private posts of others.
    case plain
    /// The moderator's entry: may show more than the connector should act on.
    case moderator
}

/// Who the connector is at Connect.
public struct ConnectorIdentity: Equatable, Sendable {
    /// The SIP name of the connector's app object: author of its posts.
    public var sip: String

    /// Creates an identity.
    public init(sip: String) { self.sip = sip }

    /// Whether `name` is the connector. SIP names are compared without regard to case.
    public func isNamed(_ name: String) -> Bool {
        name.lowercased() == sip.lowercased()
    }
}
