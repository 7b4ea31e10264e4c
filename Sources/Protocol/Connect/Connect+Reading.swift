extension Connect {
    /// Which posts are wanted. What is nil does not restrict (Connect, Reading and live updates).
    public struct Filter: Hashable, Sendable, Codable {
        /// How the parts are joined: `and` if nil, or `or`.
        public var op: String?
        /// Zones.
        public var topics: [String]?
        /// Hashtags without `#`.
        public var tags: [String]?
        /// SIP names of authors.
        public var authors: [String]?
        /// SIP names of those who are notified.
        public var notifies: [String]?
        /// Filters within.
        public var filters: [Filter]?

        /// Creates a filter.
        public init(
            op: String? = nil, topics: [String]? = nil, tags: [String]? = nil, authors: [String]? = nil, notifies: [String]? = nil,
            filters: [Filter]? = nil
        ) {
            self.op = op
            self.topics = topics
            self.tags = tags
            self.authors = authors
            self.notifies = notifies
            self.filters = filters
        }
    }

    /// Subscribes: the newest posts that match arrive as `Add`, then the result, then every later one as a further `Add` with the same `src`.
    public struct SetFilter: Hashable, Sendable, Codable {
        /// Which posts.
        public var filter: Filter?
        /// At most so many at the beginning.
        public var count: UInt64?
        /// Only this discussion.
        public var addsTo: ID?
        /// Only what the user likes.
        public var liked: Bool

        /// Creates a subscription.
        public init(filter: Filter? = nil, count: UInt64? = nil, addsTo: ID? = nil, liked: Bool = false) {
            self.filter = filter
            self.count = count
            self.addsTo = addsTo
            self.liked = liked
        }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            filter = fields.object(Filter.self, "filter")
            count = fields.number("count")
            addsTo = fields.id("addsTo")
            liked = fields.isTrue("liked")
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try fields.encode(filter, "filter")
            try fields.encode(count, "count")
            try fields.encode(addsTo, "addsTo")
            try fields.encode(ifTrue: liked, "liked")
        }
    }

    /// Reads older posts of a subscription, whose `src` it uses again.
    public struct GetMore: Hashable, Sendable, Codable {
        /// At most so many.
        public var count: UInt64?
        /// Only older ones, in milliseconds since 1970 UTC.
        public var timestamp: UInt64?
        /// Not this one.
        public var id: ID?
        /// Only this discussion.
        public var addsTo: ID?
        /// Only what the user likes.
        public var liked: Bool
        /// Only what the user has read.
        public var read: Bool

        /// Creates a request.
        public init(
            count: UInt64? = nil, timestamp: UInt64? = nil, id: ID? = nil, addsTo: ID? = nil, liked: Bool = false, read: Bool = false
        ) {
            self.count = count
            self.timestamp = timestamp
            self.id = id
            self.addsTo = addsTo
            self.liked = liked
            self.read = read
        }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            count = fields.number("count")
            timestamp = fields.number("timestamp")
            id = fields.id("id")
            addsTo = fields.id("addsTo")
            liked = fields.isTrue("liked")
            read = fields.isTrue("read")
        }

        /// Writes the fields that are set.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: ConnectField.self)
            try fields.encode(count, "count")
            try fields.encode(timestamp, "timestamp")
            try fields.encode(id, "id")
            try fields.encode(addsTo, "addsTo")
            try fields.encode(ifTrue: liked, "liked")
            try fields.encode(ifTrue: read, "read")
        }
    }

    /// Reads the posts of one discussion.
    public struct Discussion: Hashable, Sendable, Codable {
        /// The discussion: its root.
        public var discussion: ID
        /// At most so many.
        public var count: UInt64?

        /// Creates a request.
        public init(discussion: ID, count: UInt64? = nil) {
            self.discussion = discussion
            self.count = count
        }
    }

    /// Names a post: of `Delete`, `SetRead` and `Attachments`.
    public struct Named: Hashable, Sendable, Codable {
        /// The post.
        public var id: ID

        /// Creates a request.
        public init(id: ID) { self.id = id }
    }

    /// Reads the zones that the login may use.
    public struct ReadTopics: Hashable, Sendable, Codable {
        /// Only this one, if given.
        public var id: ID?

        /// Creates a request.
        public init(id: ID? = nil) { self.id = id }
    }

    /// Creates a subtopic, changes it or, without `dn`, deletes it.
    public struct WriteTopic: Hashable, Sendable, Codable {
        /// The subtopic to be changed or deleted; nil creates one.
        public var id: ID?
        /// Its name: `<topic>?<subtopic>`.
        public var sip: String?
        /// Its display name.
        public var dn: String?

        /// Creates a request.
        public init(id: ID? = nil, sip: String? = nil, dn: String? = nil) {
            self.id = id
            self.sip = sip
            self.dn = dn
        }
    }

    /// A zone, as `ReadTopics` lists it.
    public struct Topic: Hashable, Sendable, Codable {
        /// Given only where the login may change it.
        public var id: ID?
        /// Its name.
        public var sip: String
        /// Its display name.
        public var dn: String?

        /// Creates a zone.
        public init(id: ID? = nil, sip: String, dn: String? = nil) {
            self.id = id
            self.sip = sip
            self.dn = dn
        }

        /// Reads the message's fields; unknown ones are ignored.
        public init(from decoder: any Decoder) throws {
            let fields = try ConnectFields(decoder)
            self.init(id: fields.id("id"), sip: fields.text("sip") ?? "", dn: fields.text("dn"))
        }
    }
}
