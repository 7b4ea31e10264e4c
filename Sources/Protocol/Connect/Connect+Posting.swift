extension Connect {
    /// Writes a post (Connect, Posting and editing, and Connect-only fields).
    public struct Post: Hashable, Sendable, Codable {
        /// The zone; Connect demands it.
        public var topic: String
        /// HTML.
        public var text: String?
        /// SIP URI of the author; nil: whoever is logged in.
        public var author: String?
        /// 0 or absent for a post; 1 is reserved for chat.
        public var type: UInt64?
        /// The post that is answered; nil for a root.
        public var repliesTo: ID?
        /// Who is notified: SIP names, groups as `?name`.
        public var notify: [String]?
        /// Hashtags without `#`.
        public var tags: [String]?
        /// URLs that Connect fetches and stores. On the wire each is percent-encoded, and one blank stands between them.
        public var attach: [String]?
        /// The `src` of the poster's own filter, to which the post is then not echoed.
        public var filterSource: String?
        /// The poster's own key of the discussion, on roots.
        public var discussionGuid: String?
        /// The discussion's title, on roots.
        public var discussionTitle: String?
        /// Whether only the author and those in `notify` see it.
        public var isPrivate: Bool
        /// How many files the poster pushes afterwards.
        public var attaching: UInt64?
        /// Whether those are notified again who were notified in this discussion before.
        public var notifiesAgain: Bool

        /// Creates a post.
        public init(
            topic: String, text: String? = nil, author: String? = nil, type: UInt64? = nil, repliesTo: ID? = nil, notify: [String]? = nil,
            tags: [String]? = nil, attach: [String]? = nil, filterSource: String? = nil, discussionGuid: String? = nil,
            discussionTitle: String? = nil, isPrivate: Bool = false, attaching: UInt64? = nil, notifiesAgain: Bool = false
        ) {
            self.topic = topic
            self.text = text
            self.author = author
            self.type = type
            self.repliesTo = repliesTo
            self.notify = notify
            self.tags = tags
            self.attach = attach
            self.filterSource = filterSource
            self.discussionGuid = discussionGuid
            self.discussionTitle = discussionTitle
            self.isPrivate = isPrivate
            self.attaching = attaching
            self.notifiesAgain = notifiesAgain
        }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            topic = fields.text("topic") ?? ""
            text = fields.text("text")
            author = fields.text("author")
            type = fields.number("type")
            repliesTo = fields.id("repliesTo")
            notify = fields.texts("notify")
            tags = fields.texts("tags")
            attach = fields.text("attach").map(AttachedURLs.split)
            filterSource = fields.text("filterSrc")
            discussionGuid = fields.text("discussionGuid")
            discussionTitle = fields.text("discussionTitle")
            isPrivate = fields.isTrue("private")
            attaching = fields.number("attaching")
            notifiesAgain = fields.isTrue("reNotify")
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try fields.encode(topic, forKey: "topic")
            try fields.encode(text, "text")
            try fields.encode(author, "author")
            try fields.encode(type, "type")
            try fields.encode(repliesTo, "repliesTo")
            try fields.encode(notify, "notify")
            try fields.encode(tags, "tags")
            try fields.encode(attach.map(AttachedURLs.join), "attach")
            try fields.encode(filterSource, "filterSrc")
            try fields.encode(discussionGuid, "discussionGuid")
            try fields.encode(discussionTitle, "discussionTitle")
            try fields.encode(ifTrue: isPrivate, "private")
            try fields.encode(attaching, "attaching")
            try fields.encode(ifTrue: notifiesAgain, "reNotify")
        }
    }

    /// Changes a post (Connect, Posting and editing).
    public struct Update: Hashable, Sendable, Codable {
        /// The post.
        public var id: ID
        /// Its new HTML; nil leaves it.
        public var text: String?
        /// Who is notified; nil leaves it.
        public var notify: [String]?
        /// Hashtags without `#`; nil leaves them.
        public var tags: [String]?
        /// How many files the poster pushes afterwards.
        public var attaching: UInt64?

        /// Creates a change.
        public init(id: ID, text: String? = nil, notify: [String]? = nil, tags: [String]? = nil, attaching: UInt64? = nil) {
            self.id = id
            self.text = text
            self.notify = notify
            self.tags = tags
            self.attaching = attaching
        }
    }

    /// What `Post` is answered with.
    public struct PostResult: Hashable, Sendable, Codable {
        /// Why it failed; nil if it did not.
        public var failure: Failure?
        /// The new post.
        public var id: ID?
        /// The root of its discussion.
        public var addsTo: ID?
        /// With `key`: pushes files to the post. A number of 64 bits or any text, kept as text.
        public var session: String?
        /// See `session`.
        public var key: String?
        /// The poster's own key of the discussion, sent back.
        public var discussionGuid: String?

        /// Creates an answer.
        public init(
            failure: Failure? = nil, id: ID? = nil, addsTo: ID? = nil, session: String? = nil, key: String? = nil, discussionGuid: String? = nil
        ) {
            self.failure = failure
            self.id = id
            self.addsTo = addsTo
            self.session = session
            self.key = key
            self.discussionGuid = discussionGuid
        }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            failure = Failure(fields)
            id = fields.id("id")
            addsTo = fields.id("addsTo")
            session = fields.text("session")
            key = fields.text("key")
            discussionGuid = fields.text("discussionGuid")
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try failure?.encode(into: &fields)
            try fields.encode(id, "id")
            try fields.encode(addsTo, "addsTo")
            try fields.encode(session, "session")
            try fields.encode(key, "key")
            try fields.encode(discussionGuid, "discussionGuid")
        }
    }

    /// What `Update` is answered with.
    public struct UpdateResult: Hashable, Sendable, Codable {
        /// Why it failed; nil if it did not.
        public var failure: Failure?
        /// With `key`: pushes files to the post. A number of 64 bits or any text, kept as text.
        public var session: String?
        /// See `session`.
        public var key: String?

        /// Creates an answer.
        public init(failure: Failure? = nil, session: String? = nil, key: String? = nil) {
            self.failure = failure
            self.session = session
            self.key = key
        }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            failure = Failure(fields)
            session = fields.text("session")
            key = fields.text("key")
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try failure?.encode(into: &fields)
            try fields.encode(session, "session")
            try fields.encode(key, "key")
        }
    }
}
