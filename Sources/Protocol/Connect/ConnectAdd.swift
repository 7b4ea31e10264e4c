extension Connect {
    /// A post as Connect shows it (Connect, Reading and live updates).
    ///
    /// Every field may be missing; whoever needs one decides what its absence means. Texts that are not set and false are left out on
    /// the wire, so an absent `private` says nothing (Connect, Rules by feature, private flag).
    public struct Add: Hashable, Sendable, Codable {
        /// The post.
        public var id: ID?
        /// The root of its discussion; nil, or `id` itself, on roots.
        public var addsTo: ID?
        /// The post that it answers; nil on roots.
        public var repliesTo: ID?
        /// The author's SIP name.
        public var author: String?
        /// The author's display name.
        public var dn: String?
        /// The zone.
        public var topic: String?
        /// HTML.
        public var text: String?
        /// When it was written, in milliseconds since 1970 UTC.
        public var timestamp: UInt64?
        /// When the newest post of its discussion was written, in milliseconds since 1970 UTC.
        public var newestTimestamp: UInt64?
        /// How many replies.
        public var replies: UInt64?
        /// How many likes.
        public var likes: UInt64?
        /// Whether the user likes it.
        public var isLiked: Bool
        /// Not 0 if the user has read it.
        public var read: UInt64?
        /// How many unread replies.
        public var unread: UInt64?
        /// Hashtags without `#`, where shown.
        public var tags: [String]?
        /// Who was notified, where shown: SIP names, groups as `?name`.
        public var notify: [String]?
        /// Whether it is marked as private.
        public var isPrivate: Bool
        /// The key of its discussion, where shown.
        public var discussionGuid: String?
        /// The title of its discussion, where shown.
        public var discussionTitle: String?
        /// How many files it has, where shown; nil says nothing, so whoever needs them asks with `Attachments`.
        public var files: UInt64?
        /// When it was last changed, in milliseconds since 1970 UTC; nil if never, or where it is not shown.
        public var updated: UInt64?

        /// Creates a post as shown.
        public init(
            id: ID? = nil, addsTo: ID? = nil, repliesTo: ID? = nil, author: String? = nil, dn: String? = nil, topic: String? = nil,
            text: String? = nil, timestamp: UInt64? = nil, newestTimestamp: UInt64? = nil, replies: UInt64? = nil, likes: UInt64? = nil,
            isLiked: Bool = false, read: UInt64? = nil, unread: UInt64? = nil, tags: [String]? = nil, notify: [String]? = nil,
            isPrivate: Bool = false, discussionGuid: String? = nil, discussionTitle: String? = nil, files: UInt64? = nil,
            updated: UInt64? = nil
        ) {
            self.id = id
            self.addsTo = addsTo
            self.repliesTo = repliesTo
            self.author = author
            self.dn = dn
            self.topic = topic
            self.text = text
            self.timestamp = timestamp
            self.newestTimestamp = newestTimestamp
            self.replies = replies
            self.likes = likes
            self.isLiked = isLiked
            self.read = read
            self.unread = unread
            self.tags = tags
            self.notify = notify
            self.isPrivate = isPrivate
            self.discussionGuid = discussionGuid
            self.discussionTitle = discussionTitle
            self.files = files
            self.updated = updated
        }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            id = fields.id("id")
            addsTo = fields.id("addsTo")
            repliesTo = fields.id("repliesTo")
            author = fields.text("author")
            dn = fields.text("dn")
            topic = fields.text("topic")
            text = fields.text("text")
            timestamp = fields.number("timestamp")
            newestTimestamp = fields.number("rtimestamp")
            replies = fields.number("replies")
            likes = fields.number("likes")
            isLiked = fields.isTrue("like")
            read = fields.number("read")
            unread = fields.number("unread")
            tags = fields.texts("tags")
            notify = fields.texts("notify")
            isPrivate = fields.isTrue("private")
            discussionGuid = fields.text("discussionGuid")
            discussionTitle = fields.text("discussionTitle")
            files = fields.number("files")
            updated = fields.number("updated")
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try fields.encode(id, "id")
            try fields.encode(addsTo, "addsTo")
            try fields.encode(repliesTo, "repliesTo")
            try fields.encode(author, "author")
            try fields.encode(dn, "dn")
            try fields.encode(topic, "topic")
            try fields.encode(text, "text")
            try fields.encode(timestamp, "timestamp")
            try fields.encode(newestTimestamp, "rtimestamp")
            try fields.encode(replies, "replies")
            try fields.encode(likes, "likes")
            try fields.encode(ifTrue: isLiked, "like")
            try fields.encode(read, "read")
            try fields.encode(unread, "unread")
            try fields.encode(tags, "tags")
            try fields.encode(notify, "notify")
            try fields.encode(ifTrue: isPrivate, "private")
            try fields.encode(discussionGuid, "discussionGuid")
            try fields.encode(discussionTitle, "discussionTitle")
            try fields.encode(files, "files")
            try fields.encode(updated, "updated")
        }
    }
}
