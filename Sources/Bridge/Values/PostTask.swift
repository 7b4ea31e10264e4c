/// Something to post in Connect, durable before it is posted.
public struct PostTask: Equatable, Sendable {
    /// The row that holds the task.
    public typealias ID = RowID<PostTask>

    /// The row that holds the task.
    public var id: ID
    /// The lane it stands in. In one lane, tasks are posted one after the other, and at most one is unconfirmed.
    public var lane: Lane
    /// The zone that it is posted in.
    public var zone: Zone
    /// Where in the zone.
    public var place: Place
    /// Our own key, made once and used again when it has to be posted again.
    public var key: String
    /// Its text, as Connect's HTML.
    public var html: String
    /// The only reader besides the author, for a private post; nil for a public one.
    public var privateTo: String?
    /// The inbound event that it shows, or shows a part of. The event is posted once all its tasks are done.
    public var shownEvent: InboundRecord.ID?
    /// The customer's message that this post shows, so that quotes in either direction find it.
    public var shows: Wamid?
    /// The inbound event whose files are attached.
    public var filesOf: InboundRecord.ID?
    /// Where the task stands.
    public var state: State
    /// How often it was refused.
    public var refusals: Int
    /// Not to be posted before.
    public var notBefore: Moment

    /// Where in a zone a task is posted.
    public enum Place: Equatable, Sendable {
        /// As the root of one of our discussions.
        case root(Discussion.ID, title: String, tags: [String])
        /// In one of our discussions: under the post that shows the quoted message if there is one, else under the root.
        case reply(Discussion.ID, quotes: Wamid?)
        /// Under a given post of one of our discussions.
        case answer(Discussion.ID, to: PostReference)
        /// Under a given post of a discussion that is not ours.
        case foreign(discussion: PostReference, to: PostReference)
        /// Under the post that an earlier task of the lane made; in our discussion.
        case below(Discussion.ID, PostTask.ID)
        /// In place of the text of the post that an earlier task of the lane made; in our discussion. To be repeated without harm.
        case update(Discussion.ID, PostTask.ID)
    }

    /// Where a task stands.
    public enum State: String, Sendable {
        /// Not begun.
        case queued
        /// Begun, and not confirmed: Connect may have it.
        case posting
        /// Confirmed.
        case done
        /// Refused for good.
        case failed
    }

    /// Creates a task as stored.
    public init(
        id: ID,
        lane: Lane,
        zone: Zone,
        place: Place,
        key: String,
        html: String,
        privateTo: String? = nil,
        shownEvent: InboundRecord.ID? = nil,
        shows: Wamid? = nil,
        filesOf: InboundRecord.ID? = nil,
        state: State = .queued,
        refusals: Int = 0,
        notBefore: Moment
    ) {
        self.id = id
        self.lane = lane
        self.zone = zone
        self.place = place
        self.key = key
        self.html = html
        self.privateTo = privateTo
        self.shownEvent = shownEvent
        self.shows = shows
        self.filesOf = filesOf
        self.state = state
        self.refusals = refusals
        self.notBefore = notBefore
    }

    /// The longest time for which a task is put off.
    static let longestPause: Duration = .seconds(60)

    /// Whether it was put off and its time has not come. A time that is further away than any pause comes from a clock that was set back.
    func isPutOff(at now: Moment) -> Bool {
        refusals > 0 && now < notBefore && notBefore <= now + Self.longestPause
    }

    /// The discussion of ours that it belongs to, if it does.
    public var discussion: Discussion.ID? {
        switch place {
        case .root(let id, _, _), .reply(let id, _), .answer(let id, _), .below(let id, _), .update(let id, _): id
        case .foreign: nil
        }
    }
}

/// A lane that has something to do.
public struct LaneHead: Equatable, Sendable {
    /// Its first unfinished task.
    public var task: PostTask.ID
    /// The lane.
    public var lane: Lane

    /// Names a lane and its first unfinished task.
    public init(task: PostTask.ID, lane: Lane) {
        self.task = task
        self.lane = lane
    }
}

/// Whose posts go one after the other.
public enum Lane: Hashable, Sendable, CustomStringConvertible {
    /// A conversation's posts.
    case conversation(Conversation.ID)
    /// The hints in a discussion that is not ours.
    case foreign(PostReference)

    /// The lane's text, as stored.
    public var description: String {
        switch self {
        case .conversation(let id): "c\(id.rawValue)"
        case .foreign(let reference): "f\(reference.rawValue)"
        }
    }

    /// Puts a stored lane together again; nil for a text that is not a lane's.
    public init?(_ text: String) {
        let rest = String(text.dropFirst())
        switch text.first {
        case "c":
            guard let number = Int64(rest) else { return nil }
            self = .conversation(Conversation.ID(rawValue: number))
        case "f": self = .foreign(PostReference(rawValue: rest))
        default: return nil
        }
    }
}
