/// What a `SetFilter` asked for (Connect, 4.2).
struct ConnectFilter: Sendable, Equatable {
    var criteria: Criteria
    /// Only this discussion.
    var discussion: UInt64?
    /// Only posts that the viewer likes.
    var likedOnly: Bool

    /// The `filter` object: each list matches if any of its elements does; `and` joins lists and nested filters, `or` parts them.
    enum Criteria: Sendable, Equatable {
        case topics(Set<String>)
        case tags(Set<String>)
        case authors(Set<String>)
        case notifies(Set<String>)
        case all([Criteria])
        case any([Criteria])

        init(_ filter: LabJSON?) {
            var parts: [Criteria] = []
            if let topics = filter?["topics"]?.array { parts.append(.topics(Set(topics.compactMap(\.string)))) }
            if let tags = filter?["tags"]?.array { parts.append(.tags(Set(tags.compactMap(\.string).map { $0.lowercased() }))) }
            if let authors = filter?["authors"]?.array { parts.append(.authors(Set(authors.compactMap(\.string)))) }
            if let notifies = filter?["notifies"]?.array { parts.append(.notifies(Set(notifies.compactMap(\.string)))) }
            for nested in filter?["filters"]?.array ?? [] { parts.append(Criteria(nested)) }
            self = filter?["op"]?.string == "or" && !parts.isEmpty ? .any(parts) : .all(parts)
        }

        func matches(_ post: ConnectStoredPost) -> Bool {
            switch self {
            case .topics(let topics): topics.contains(post.topic)
            case .tags(let tags): post.tags.contains { tags.contains($0.lowercased()) }
            case .authors(let authors): authors.contains(post.author)
            case .notifies(let notifies): post.notify.contains { notifies.contains($0) }
            case .all(let parts): parts.allSatisfy { $0.matches(post) }
            case .any(let parts): parts.contains { $0.matches(post) }
            }
        }
    }

    init(_ message: LabJSON) {
        criteria = Criteria(message["filter"])
        discussion = message["addsTo"]?.identifier.flatMap { $0 == 0 ? nil : $0 }
        likedOnly = message["liked"]?.isTruthy ?? false
    }

    func matches(_ post: ConnectStoredPost, for viewer: ConnectViewer) -> Bool {
        if let discussion, post.discussion != discussion { return false }
        if likedOnly, !post.likedBy.contains(viewer.sip) { return false }
        return criteria.matches(post)
    }
}
