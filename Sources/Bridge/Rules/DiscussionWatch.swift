/// Which discussions are read again, and when: Connect need not tell that a colleague changed, deleted or liked a post (Connect, 9.5).
///
/// A discussion is read again 1, 5, 15 and 60 minutes after the newest post in it that went to the customer. One is read at a time, so what it
/// costs Connect is bounded; and since nothing is lost without it, it is kept in memory only.
public struct DiscussionWatch: Sendable {
    /// How long after the newest post a discussion is read again.
    public static let ages: [Duration] = [.seconds(60), .seconds(5 * 60), .seconds(15 * 60), .seconds(60 * 60)]

    /// The most discussions that are watched; the one that is due last makes room.
    private let limit: Int

    /// The most posts that an answer may have to be believed to be all: an old post that is missing in a longer one may just not be shown.
    static let longestAnswer = 200

    /// A discussion to be read now.
    public struct Reading: Equatable, Sendable {
        /// Its root.
        public var discussion: PostReference
        /// Its zone.
        public var zone: Zone
        /// The posts that were seen in it within the last hour, before the reading began.
        public var posts: Set<PostReference>

        /// Which of the posts are not there any more, as far as an answer tells.
        public func gone(from answer: [ConnectPost]) -> Set<PostReference> {
            let shown = Set(answer.map(\.reference))
            guard shown.contains(discussion), answer.count <= DiscussionWatch.longestAnswer else { return [] }
            return posts.subtracting(shown)
        }

        /// Names a reading.
        public init(discussion: PostReference, zone: Zone, posts: Set<PostReference>) {
            self.discussion = discussion
            self.zone = zone
            self.posts = posts
        }
    }

    private struct Watched {
        var zone: Zone
        var posts: [PostReference: Moment]
        var newest: Moment
        /// The next of `ages`.
        var next = 0
        var due: Moment { newest + DiscussionWatch.ages[next] }
    }

    private var watched: [PostReference: Watched] = [:]

    /// When the next discussion is to be read; nil if none is watched.
    public private(set) var due: Moment?

    /// Watches nothing yet.
    public init() { self.init(limit: 10_000) }

    init(limit: Int) { self.limit = limit }

    /// Notes a post that goes to the customer.
    public mutating func note(_ post: PostReference, in discussion: PostReference, of zone: Zone, at now: Moment) {
        if watched[discussion] == nil, watched.count >= limit, let last = watched.max(by: { $0.value.due < $1.value.due }) {
            watched[last.key] = nil
        }
        var entry = watched[discussion] ?? Watched(zone: zone, posts: [:], newest: now)
        entry.posts = entry.posts.filter { $0.value + Self.ages[Self.ages.count - 1] > now }
        entry.posts[post] = now
        entry.newest = now
        entry.next = 0
        watched[discussion] = entry
        // Somebody may wait for an earlier moment than this; that one finds out by itself that nothing is due.
        due = min(due ?? entry.due, entry.due)
    }

    /// The discussion that is due first, if one is due at `now`. It comes again at its next age, if it has one.
    public mutating func take(at now: Moment) -> Reading? {
        guard due.map({ $0 <= now }) == true else { return nil }
        defer { due = watched.values.lazy.map(\.due).min() }
        guard let first = watched.min(by: { $0.value.due < $1.value.due }), first.value.due <= now else { return nil }
        var entry = first.value
        // What was missed, e.g. while Connect was away, is not made up for.
        repeat { entry.next += 1 } while entry.next < Self.ages.count && entry.due <= now
        watched[first.key] = entry.next < Self.ages.count ? entry : nil
        return Reading(discussion: first.key, zone: first.value.zone, posts: Set(first.value.posts.keys))
    }
}
