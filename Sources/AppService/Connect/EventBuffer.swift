import Bridge

/// Events that wait for the product, in order. Only live posts are bounded in number: of everything else there is a handful.
struct EventBuffer: Sendable {
    private enum Element {
        case event(ConnectEvent)
        case post(ConnectPost, ZonePosition)
    }

    private let postLimit: Int
    private var elements: [Element] = []
    private var first = 0
    private var postCount = 0
    private var changeCount = 0
    /// How far each zone is handed over.
    private var positions: [Zone: ZonePosition] = [:]

    init(postLimit: Int) { self.postLimit = postLimit }

    /// Whether nothing waits.
    var isEmpty: Bool { first == elements.count }

    /// Adds anything but a live post. Of changes, which nobody depends on, only so many wait.
    mutating func append(_ event: ConnectEvent) {
        if case .changed = event {
            guard changeCount < postLimit else { return }
            changeCount += 1
        }
        elements.append(.event(event))
    }

    /// Adds a zone's caught-up posts.
    mutating func append(_ posts: [ConnectPost], of zone: Zone, upTo position: ZonePosition) {
        positions[zone] = position
        append(.caughtUp(zone, posts, cursor: position.cursor))
    }

    /// Adds a live post, before those that wait at the end and were written later.
    /// - Returns: Whether there was room.
    mutating func append(_ post: ConnectPost, at position: ZonePosition) -> Bool {
        guard postCount < postLimit else { return false }
        postCount += 1
        var index = elements.count
        while index > first, case .post(_, let other) = elements[index - 1], other > position { index -= 1 }
        elements.insert(.post(post, position), at: index)
        return true
    }

    /// Takes the next event. The cursors of a zone's posts never go back.
    mutating func popFirst() -> ConnectEvent? {
        guard !isEmpty else { return nil }
        let element = elements[first]
        first += 1
        if first > 1_000, first * 2 > elements.count {
            elements.removeFirst(first)
            first = 0
        }
        switch element {
        case .event(let event):
            if case .changed = event { changeCount -= 1 }
            return event
        case .post(var post, let position):
            postCount -= 1
            let reached = max(positions[post.zone] ?? .origin, position)
            positions[post.zone] = reached
            post.cursor = reached.cursor
            return .posted(post)
        }
    }
}
