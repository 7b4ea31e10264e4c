import Bridge
import Protocol

/// How a zone is read back to where it was handled, as a value: a subscription, then page after page of older posts.
///
/// What is posted meanwhile waits until the end. Posts are told apart by id, and sorted by (`timestamp`, `id`): the order in which they
/// arrive means nothing (Connect, Ids, order, paging, resume).
struct ZoneCatchUp: Sendable {
    /// How far back to read.
    enum Depth: Equatable, Sendable {
        /// One page: it only marks where the zone is.
        case onePage
        /// Every post that is as new as this, in milliseconds since 1970 UTC.
        case back(to: UInt64)
    }

    /// What to do next.
    enum Step: Equatable, Sendable {
        /// Ask for the next page, with the `src` of the subscription.
        case getMore(Connect.GetMore)
        /// Everything is there.
        case finished(Outcome)
    }

    /// What was found.
    struct Outcome: Equatable, Sendable {
        /// The posts in order; those that are older than asked for are left out.
        var posts: [Connect.Add]
        /// The newest position that is known, of these or of the beginning.
        var position: ZonePosition
        /// What was posted meanwhile, in order.
        var waiting: [Connect.Add]
        /// False if there are more posts than a catch-up can hold; the oldest are missing then.
        var isComplete: Bool
    }

    /// How much of what was handled is read again: posts may become visible a little out of order.
    static let overlap: UInt64 = 60_000

    private let topic: String
    private let start: ZonePosition
    private let depth: Depth
    private let postLimit: Int
    private var pageSize: UInt64
    private var asked: UInt64?
    private var posts: [Connect.ID: Connect.Add] = [:]
    private var oldest: ZonePosition?
    private var newest: ZonePosition
    private var waiting: [Connect.ID: Connect.Add] = [:]

    private static let largestPage: UInt64 = 12_800

    /// - Parameters:
    ///   - cursor: How far the zone has been handled; nil, or nothing that the adapter made, is the first contact.
    ///   - postLimit: At how many posts reading back ends.
    init(topic: String, cursor: ConnectCursor?, pageSize: UInt64 = 50, postLimit: Int = 100_000) {
        let start = cursor.flatMap(ZonePosition.init)
        self.init(
            topic: topic, start: start ?? .origin, depth: start.map { .back(to: $0.timestamp - min($0.timestamp, Self.overlap)) } ?? .onePage,
            pageSize: pageSize, postLimit: postLimit)
    }

    init(topic: String, start: ZonePosition = .origin, depth: Depth, pageSize: UInt64 = 50, postLimit: Int = 100_000) {
        self.topic = topic
        self.start = start
        self.depth = depth
        self.pageSize = pageSize
        self.postLimit = postLimit
        newest = start
    }

    /// The subscription that it begins with.
    var subscription: Connect.SetFilter {
        Connect.SetFilter(filter: Connect.Filter(topics: [topic]), count: pageSize)
    }

    /// Takes a page: the answer to the subscription, or to the `GetMore` that was asked for last.
    mutating func pageReceived(_ page: [Connect.Add]) -> Step {
        var ids: Set<Connect.ID> = []
        var found = false
        for add in page where add.isIn(topic) {
            guard let position = ZonePosition(add) else { continue }
            // A page has nothing newer than what was asked for: this came from the subscription in between.
            if let asked, position.timestamp > asked {
                live(add)
                continue
            }
            ids.insert(position.id)
            if posts.updateValue(add, forKey: position.id) == nil { found = true }
            waiting[position.id] = nil
            oldest = min(oldest ?? position, position)
            newest = max(newest, position)
        }
        guard case .back(let horizon) = depth, let oldest, oldest.timestamp >= horizon else { return .finished(outcome(isComplete: true)) }
        guard posts.count < postLimit else { return .finished(outcome(isComplete: false)) }
        if asked != nil, !found {
            // A full page of what is known already: more posts share one timestamp than fit into a page.
            guard ids.count >= pageSize, pageSize < Self.largestPage else { return .finished(outcome(isComplete: ids.count < pageSize)) }
            pageSize *= 4
        }
        return .getMore(next(before: oldest))
    }

    /// Takes a post that the subscription shows between the pages.
    /// - Returns: How many wait for the end.
    @discardableResult
    mutating func live(_ add: Connect.Add) -> Int {
        guard add.isIn(topic), let position = ZonePosition(add) else { return waiting.count }
        if posts[position.id] != nil { posts[position.id] = add } else { waiting[position.id] = add }
        return waiting.count
    }

    /// One millisecond more than the oldest, so that posts of the same millisecond come whether or not Connect counts the moment itself
    /// as older; what comes twice is known by its id.
    private mutating func next(before oldest: ZonePosition) -> Connect.GetMore {
        let timestamp = oldest.timestamp == .max ? .max : oldest.timestamp + 1
        asked = timestamp
        return Connect.GetMore(count: pageSize, timestamp: timestamp, id: oldest.id)
    }

    private func outcome(isComplete: Bool) -> Outcome {
        let horizon: UInt64 = if case .back(let moment) = depth { moment } else { 0 }
        return Outcome(
            posts: posts.values.inOrder.filter { ($0.timestamp ?? 0) >= horizon }, position: newest, waiting: waiting.values.inOrder,
            isComplete: isComplete)
    }
}

extension Sequence<Connect.Add> {
    /// Sorted by (`timestamp`, `id`); what has no place is left out.
    var inOrder: [Connect.Add] {
        compactMap { add in ZonePosition(add).map { (position: $0, add: add) } }.sorted { $0.position < $1.position }.map(\.add)
    }
}

extension Connect.Add {
    /// Whether it is in the zone, as far as it says.
    func isIn(_ topic: String) -> Bool {
        self.topic.map { $0.lowercased() == topic.lowercased() } ?? true
    }
}
