extension ConnectCore {
    // MARK: Requests

    /// `SetFilter`: what matches now, newest `count` of it, then the result; later matches follow on their own.
    mutating func setFilter(_ request: ConnectRequest) -> [ConnectAction] {
        guard let source = request.message["src"]?.string else { return [request.failure] }
        let filter = ConnectFilter(request.message)
        sessions[request.session]?.filters[source] = filter
        let matches = visiblePosts(to: request.login.viewer).filter { filter.matches($0, for: request.login.viewer) }
        return adds(newest(matches, request.message["count"]), request) + [request.answer()]
    }

    /// `GetMore`: a page of what the filter of the same `src` matches, not newer than `timestamp`, without the post `id`.
    mutating func getMore(_ request: ConnectRequest) -> [ConnectAction] {
        guard let source = request.message["src"]?.string, var filter = sessions[request.session]?.filters[source] else {
            violated(.unknownFilter, request.message["src"]?.string ?? "", request.now)
            return [request.failure]
        }
        if let discussion = request.message["addsTo"]?.identifier, discussion != 0 { filter.discussion = discussion }
        let limit = request.message["timestamp"]?.integer ?? .max
        let excluded = request.message["id"]?.identifier
        let matches = visiblePosts(to: request.login.viewer).filter {
            filter.matches($0, for: request.login.viewer) && $0.timestamp <= limit && $0.id != excluded
        }
        return adds(newest(matches, request.message["count"]), request) + [request.answer()]
    }

    /// `Discussion`: the posts of one discussion, newest `count` of them.
    mutating func discussion(_ request: ConnectRequest) -> [ConnectAction] {
        let root = request.message["discussion"]?.identifier
        let matches = root.map { visiblePosts(to: request.login.viewer, in: $0) } ?? []
        return adds(newest(matches, request.message["count"]), request) + [request.answer()]
    }

    /// `ReadTopics`.
    func readTopics(_ request: ConnectRequest) -> [ConnectAction] {
        let topics = request.login.topics.map { topic in
            ConnectAction.send(
                request.session, .object(("mt", "Topic"), ("src", request.message["src"]), ("sip", .string(topic.sip)), ("dn", .string(topic.dn))))
        }
        return topics + [request.answer()]
    }

    // MARK: Live

    /// The `Add`s for all filters that a new post matches, besides the poster's own filter if it named one.
    func live(_ post: ConnectStoredPost, except own: (session: Int, source: String)?) -> [ConnectAction] {
        sessions.keys.sorted().flatMap { session -> [ConnectAction] in
            guard let state = sessions[session], let login = state.login, isVisible(post, to: login.viewer) else { return [] }
            return state.filters.keys.sorted().flatMap { source -> [ConnectAction] in
                guard state.filters[source]?.matches(post, for: login.viewer) == true, own.map({ $0 == (session, source) }) != true else { return [] }
                return add(post, to: session, source: .string(source), login.viewer)
            }
        }
    }

    /// Tells the live filters of a change, where that is an option.
    func changed(_ id: UInt64) -> [ConnectAction] {
        guard options.tellsChanges, let post = posts[id], post.isShown else { return [] }
        return live(post, except: nil)
    }

    // MARK: What is visible

    func isVisible(_ post: ConnectStoredPost, to viewer: ConnectViewer) -> Bool {
        if let topics = viewer.topics, !topics.contains(post.topic) { return false }
        if !post.isShown, post.author != viewer.sip { return false }
        guard post.isPrivate else { return true }
        if viewer.isModerator, options.moderatorSeesPrivatePosts { return true }
        let groups = users.first { $0.sip == viewer.sip }?.groups ?? []
        return post.audience.contains(viewer.sip) || groups.contains { post.audience.contains("?\($0)") }
    }

    /// Everything that the viewer may see, in the order of (`timestamp`, `id`).
    func visiblePosts(to viewer: ConnectViewer) -> [ConnectStoredPost] {
        storedOrder.compactMap { posts[$0] }.filter { isVisible($0, to: viewer) }.sorted { ($0.timestamp, $0.id) < ($1.timestamp, $1.id) }
    }

    /// The same of one discussion.
    func visiblePosts(to viewer: ConnectViewer, in discussion: UInt64) -> [ConnectStoredPost] {
        visible(in: discussion, to: viewer).sorted { ($0.timestamp, $0.id) < ($1.timestamp, $1.id) }
    }

    private func visible(in discussion: UInt64, to viewer: ConnectViewer) -> some Sequence<ConnectStoredPost> {
        (discussions[discussion] ?? []).lazy.compactMap { posts[$0] }.filter { isVisible($0, to: viewer) }
    }

    private func newest(_ posts: [ConnectStoredPost], _ count: LabJSON?) -> [ConnectStoredPost] {
        guard let count = count?.integer.flatMap({ Int(exactly: $0) }), count >= 0 else { return posts }
        return posts.suffix(count)
    }

    // MARK: Add

    private mutating func adds(_ posts: [ConnectStoredPost], _ request: ConnectRequest) -> [ConnectAction] {
        let ordered: [ConnectStoredPost] =
            switch options.order {
            case .oldestFirst: posts
            case .newestFirst: posts.reversed()
            case .shuffled: posts.shuffled(using: &random)
            }
        return ordered.flatMap { add($0, to: request.session, source: request.message["src"], request.login.viewer) }
    }

    private func add(_ post: ConnectStoredPost, to session: Int, source: LabJSON?, _ viewer: ConnectViewer) -> [ConnectAction] {
        let action = ConnectAction.send(session, added(post, source: source, viewer))
        return options.duplicatesAdds ? [action, action] : [action]
    }

    /// The `Add` of a post as the viewer sees it: unset texts and false are left out (Connect, 9.7).
    private func added(_ post: ConnectStoredPost, source: LabJSON?, _ viewer: ConnectViewer) -> LabJSON {
        let discussion = DiscussionSummary(visible(in: post.discussion, to: viewer), for: viewer)
        let rootReference: LabJSON? =
            switch options.rootReferences {
            case .ownID: written(post.id)
            case .zero: 0
            case .absent: nil
            }
        return .object(
            ("mt", "Add"), ("src", source), ("id", written(post.id)),
            ("addsTo", post.isRoot ? rootReference : written(post.discussion)),
            ("repliesTo", post.repliesTo.map(written) ?? (options.rootReferences == .zero ? 0 : nil)),
            ("author", .string(post.author)), ("dn", displayName(of: post.author).map(LabJSON.string)), ("topic", .string(post.topic)),
            ("text", .string(post.text)), ("timestamp", .integer(post.timestamp)),
            ("rtimestamp", .integer(discussion.newest ?? post.timestamp)),
            ("replies", .integer(max(0, discussion.count - 1))), ("likes", .integer(post.likedBy.count)),
            ("like", post.likedBy.contains(viewer.sip) ? true : nil), ("read", .integer(post.readBy[viewer.sip] ?? 0)),
            ("unread", .integer(discussion.unread)),
            ("tags", options.showsRecipients && !post.tags.isEmpty ? .array(post.tags.map(LabJSON.string)) : nil),
            ("notify", options.showsRecipients && !post.notify.isEmpty ? .array(post.notify.map(LabJSON.string)) : nil),
            ("private", options.showsPrivate && post.isPrivate ? true : nil),
            ("discussionGuid", options.showsDiscussion ? post.discussionGuid.map(LabJSON.string) : nil),
            ("discussionTitle", options.showsDiscussion ? post.discussionTitle.map(LabJSON.string) : nil),
            ("files", options.showsFileCount ? .integer(post.files.count) : nil))
    }

    func written(_ id: UInt64) -> LabJSON { options.writesIDsAsText ? .string(String(id)) : .integer(id) }

    /// The name of a colleague, or of an app that is logged in; nil for everybody else.
    func displayName(of sip: String) -> String? {
        if let user = users.first(where: { $0.sip == sip }) { return user.dn }
        return sessions.values.lazy.compactMap(\.login).first { $0.sip == sip }.map(\.dn)
    }
}

/// What an `Add` says of the discussion around it. A discussion may have thousands of posts, and each new one asks.
private struct DiscussionSummary {
    var count = 0
    /// Of others, and not read yet.
    var unread = 0
    var newest: Int64?

    init(_ posts: some Sequence<ConnectStoredPost>, for viewer: ConnectViewer) {
        for post in posts {
            count += 1
            if post.author != viewer.sip, post.readBy[viewer.sip] == nil { unread += 1 }
            newest = max(newest ?? post.timestamp, post.timestamp)
        }
    }
}
