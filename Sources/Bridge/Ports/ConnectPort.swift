/// What the bridge needs of Connect. The adapter behind it knows the wire; references and cursors are opaque out here.
public protocol ConnectPort: Sendable {
    /// Keeps the zones subscribed until the task is cancelled, and reconnects by itself.
    ///
    /// After every connection, each zone is caught up first: the adapter reads back to 60 s behind the zone's cursor, sorts by
    /// (`timestamp`, `id`), hands over one `caughtUp`, and only then what was posted meanwhile and later.
    /// - Parameters:
    ///   - zones: asked anew at each connection.
    ///   - receive: called for one event at a time; the next one waits for it. If it throws, the connection is dropped and caught up
    ///     again, so an event counts as handled only once this has returned.
    func run(
        zones: @escaping @Sendable () async throws -> [ZoneSubscription],
        receive: @escaping @Sendable (ConnectEvent) async throws -> Void
    ) async throws

    /// Posts once. Never repeats by itself.
    func post(_ request: PostRequest) async -> PostResult

    /// After a doubt: logs in anew, waits 2 s, and reads the connector's own posts among which the doubtful one must be if Connect has
    /// it: those of the discussion for a reply, the zone's roots for a root. Reads on the plain login only.
    /// - Throws: when Connect cannot be reached; to be tried again later.
    func ownPosts(near request: PostRequest) async throws -> [ConnectPost]

    /// All posts of a discussion that the plain login may see, sorted by (`timestamp`, `id`).
    func posts(of discussion: PostReference, in zone: Zone) async throws -> [ConnectPost]

    /// Marks a post as read by the connector. Best effort.
    func markRead(_ post: PostReference) async

    /// Gives a post of the connector another text. Repeating it does no harm; `accepted` names the post itself.
    func update(_ post: PostReference, in zone: Zone, html: String) async -> PostResult

    /// The files of a post, in order.
    /// - Throws: when Connect cannot be reached or does not say; to be tried again later.
    func files(of post: PostReference, in zone: Zone) async throws -> [ConnectFile]
}

/// A zone to be subscribed.
public struct ZoneSubscription: Equatable, Sendable {
    /// The zone.
    public var zone: Zone
    /// How far it has been handled; nil at first contact.
    public var cursor: ConnectCursor?
    /// Whether no number has it any more: it is read if it is there, and not missed if it is not.
    public var isFormer: Bool

    /// Creates a subscription.
    public init(zone: Zone, cursor: ConnectCursor?, isFormer: Bool = false) {
        self.zone = zone
        self.cursor = cursor
        self.isFormer = isFormer
    }
}

/// What happens at Connect.
public enum ConnectEvent: Sendable {
    /// Logged in. `moderatorIsMissing` names the configuration gap that a yellow line shows: posts are then written on the plain login.
    case connected(ConnectorIdentity, moderatorIsMissing: Bool)
    /// The login has no access to a zone; tried again whenever the list of services changes.
    case zoneMissing(Zone)
    /// A zone is caught up: everything newer than 60 s behind its cursor (at first contact: what is there), in order. Posts may be known.
    case caughtUp(Zone, [ConnectPost], cursor: ConnectCursor)
    /// A post that was written while connected.
    case posted(ConnectPost)
    /// A post that was shown before was changed.
    case changed(ConnectPost)
    /// The connection is gone; in one phrase, why.
    case disconnected(String)
}

/// A post to be made.
public struct PostRequest: Equatable, Sendable {
    /// The zone.
    public var zone: Zone
    /// The discussion's root; nil opens a new discussion.
    public var discussion: PostReference?
    /// The post that is answered; nil for a root.
    public var repliesTo: PostReference?
    /// Our own key of the task; for a root the discussion's.
    public var key: String
    /// The discussion's title, for a root.
    public var title: String?
    /// Connect's HTML.
    public var html: String
    /// Tags, for a root, without `#`.
    public var tags: [String]
    /// The only other reader of a private post.
    public var privateTo: String?
    /// The files that belong to it, all of them in the spool. Connect has them all once it has the post.
    public var files: [SpooledFile]

    /// Creates a request.
    public init(
        zone: Zone,
        discussion: PostReference?,
        repliesTo: PostReference?,
        key: String,
        title: String?,
        html: String,
        tags: [String],
        privateTo: String?,
        files: [SpooledFile] = []
    ) {
        self.zone = zone
        self.discussion = discussion
        self.repliesTo = repliesTo
        self.key = key
        self.title = title
        self.html = html
        self.tags = tags
        self.privateTo = privateTo
        self.files = files
    }
}

/// What became of a post.
public enum PostResult: Equatable, Sendable {
    /// Connect has it. For a root, the reference is the discussion's.
    case accepted(PostReference)
    /// Connect does not have it and said why.
    case refused(PostRefusal)
    /// Nothing was sent, e.g. because there is no connection.
    case notSent
    /// The connection ended, or 30 s passed, without an answer.
    case doubtful
}

/// Why Connect refused a post.
public enum PostRefusal: Equatable, Sendable {
    /// Try again later.
    case temporary(String)
    /// The zone is not there or not allowed; to be tried again when services change, or slowly.
    case zone(String)
    /// The post or discussion that was to be answered is gone.
    case targetGone(String)
    /// It will never be accepted as it is.
    case permanent(String)
    /// Its files were not taken, and nothing was posted.
    case files(FileRefusal)

    /// Why files were not taken.
    public enum FileRefusal: Equatable, Sendable {
        /// Larger than Connect takes.
        case tooLarge
        /// Not now; in one phrase, why.
        case temporary(String)
        /// Never, by none of the ways to give them.
        case permanent(String)
    }
}
