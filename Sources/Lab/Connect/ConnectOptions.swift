/// How the simulated Connect behaves where the public profile leaves room, and what it gets wrong on purpose.
///
/// The defaults are the friendliest reading of the public protocol (Connect, 4 and 5).
public struct ConnectOptions: Sendable, Equatable {
    /// In which order the posts of a filter, a page or a discussion arrive.
    public enum Order: String, Sendable, CaseIterable {
        case oldestFirst, newestFirst, shuffled
    }

    /// How a root post names its discussion in `addsTo` and `repliesTo` (Connect, 9.2).
    public enum RootReferences: String, Sendable, CaseIterable {
        /// `addsTo` is the post's own id, `repliesTo` is absent.
        case ownID
        /// Both are 0.
        case zero
        /// Both are absent.
        case absent
    }

    /// Whether something that the public protocol only half describes is there.
    public enum Offer: String, Sendable, CaseIterable {
        case offered
        /// The request is answered with `error`.
        case refused
        /// The message is unknown and answered with nothing.
        case unknown
    }

    /// How the URLs of buffers and files are written.
    public enum FileURLs: String, Sendable, CaseIterable {
        /// Relative to the service's address and a slash.
        case relative
        /// With the host of the service's address.
        case absolute
        /// With another host name, which leads to the same place: `localhost` for `127.0.0.1`.
        case otherHost
    }

    /// What a successful upload or push is answered with.
    public enum UploadAnswer: String, Sendable, CaseIterable {
        /// 200 with `{"ok":true,"id":n}`.
        case json
        /// 201 without a body.
        case created
        /// 204 without a body.
        case noContent
    }

    /// The order of the posts that answer `SetFilter`, `GetMore` and `Discussion`.
    public var order = Order.oldestFirst
    /// How roots name their discussion.
    public var rootReferences = RootReferences.ownID
    /// Whether the moderator login sees private posts of which it is neither author nor recipient.
    public var moderatorSeesPrivatePosts = true
    /// Whether a reply to a private post is private too, for the same people and its own.
    public var repliesToPrivatePostsArePrivate = true
    /// Whether a second root post of the same author with the same `discussionGuid` is answered with the first one's id.
    public var repeatedRootsAreRecognised = false
    /// Whether `Add` says `private` on private posts; on others it never does, since false is omitted.
    public var showsPrivate = true
    /// Whether `Add` carries `discussionGuid` and `discussionTitle` on roots.
    public var showsDiscussion = true
    /// Whether `Add` carries `tags` and `notify`.
    public var showsRecipients = true
    /// Whether `id` and the other ids are written as strings.
    public var writesIDsAsText = false
    /// Whether the challenge is written as a number (AppWebsocket, Messages: older builds).
    public var writesChallengeAsNumber = false
    /// Whether every `Add` is sent twice.
    public var duplicatesAdds = false
    /// Whether the poster's own live `Add` comes before its `PostResult`.
    public var echoesBeforeResult = false
    /// Whether the poster gets its own post although it named the filter in `filterSrc`.
    public var ignoresFilterSource = false
    /// Milliseconds between a request and its answer.
    public var answerDelay: Int64 = 0
    /// Whether edits and likes send a further full `Add` with the same id to the live filters that the post matches. The public profile
    /// tells nobody.
    public var tellsChanges = false

    /// Whether files are fetched from foreign URLs in `attach`; if not, such posts are refused.
    public var pullsFiles = true
    /// Whether a post with foreign URLs is answered at once, and has their files later or never.
    public var answersBeforePull = false
    /// Milliseconds after which fetching a file is given up, by the lab's clock.
    public var pullTimeout: Int64 = 30_000
    /// Whether posts may announce files with `attaching`; if not, such posts are refused.
    public var takesPushes = true
    /// Whether there are file buffers.
    public var fileBuffers = Offer.offered
    /// How the URLs of buffers and files are written.
    public var fileURLs = FileURLs.relative
    /// What a successful upload or push is answered with.
    public var uploadAnswer = UploadAnswer.json
    /// The longest file that is taken, in bytes; a longer one is answered 413.
    public var maximumFileSize: Int64 = 100 << 20
    /// Whether `Attachments` tells `size` and `mime`.
    public var describesFiles = false
    /// Whether `Add` tells the number of files in `files`.
    public var showsFileCount = false
    /// Whether `Range` is ignored, so that every download is answered with the whole file.
    public var ignoresRanges = false

    /// The defaults.
    public init() {}
}

/// Something that the simulated Connect does wrong, once or a few times.
public struct ConnectFault: Sendable, Equatable {
    /// What happens.
    public enum Kind: Sendable, Equatable {
        /// The connection ends; the request has no effect.
        case dropBefore
        /// The request is carried out, then the connection ends without an answer.
        case dropAfter
        /// The request is carried out and never answered.
        case loseAnswer
        /// The request has no effect and is never answered.
        case ignore
        /// The request is carried out and answered this many milliseconds later.
        case delay(Int64)
        /// The request has no effect; its result carries this value in `error`.
        case error(LabJSON)
        /// A colleague posts just before the request's result is sent.
        case interleave(ConnectHumanPost)
    }

    /// The `mt` it applies to, for example `Post`.
    public var message: String
    /// What happens.
    public var kind: Kind
    /// How many matching messages pass unharmed first.
    public var skipping: Int
    /// How many messages it spoils.
    public var times: Int

    /// A fault for the next matching message, unless told otherwise.
    public init(_ kind: Kind, on message: String = "Post", skipping: Int = 0, times: Int = 1) {
        self.kind = kind
        self.message = message
        self.skipping = skipping
        self.times = times
    }
}
