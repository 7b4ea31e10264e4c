extension ConnectCore {
    /// A colleague posts or replies.
    ///
    /// - Throws: `LabError` for an unknown colleague, and for a reply to what the colleague does not see.
    mutating func post(_ human: ConnectHumanPost, now: Int64) throws(LabError) -> (id: UInt64, actions: [ConnectAction]) {
        guard users.contains(where: { $0.sip == human.author }) else { throw .unknownUser(human.author) }
        var post = ConnectStoredPost(id: 0, discussion: 0, topic: human.topic, author: human.author, text: human.text, timestamp: now)
        if let target = human.repliesTo {
            guard let parent = posts[target], isVisible(parent, to: ConnectViewer(sip: human.author)) else { throw .unknownPost(target) }
            post.repliesTo = target
        }
        post.tags = human.tags
        post.notify = human.notify
        post.isPrivate = human.isPrivate
        let incoming = human.files.compactMap { file in
            file.made.map { ConnectIncomingFile(name: file.name, mime: ConnectFileName.mime(file.mime, name: file.name), file: $0) }
        }
        if human.filesDelay <= 0 { post.files = incoming.compactMap { files.stored($0) } }
        post = store(post)
        if human.filesDelay > 0, !incoming.isEmpty { events.add(.filesArrived(incoming, of: post.id), at: now + human.filesDelay) }
        return (post.id, live(post, except: nil))
    }

    /// A colleague changes the text of an own post; the public profile tells nobody.
    mutating func update(_ id: UInt64, by sip: String, text: String, now: Int64) throws(LabError) -> [ConnectAction] {
        try checkAuthor(of: id, sip)
        change(id, text: text, now: now)
        return changed(id)
    }

    /// A colleague deletes an own post; the public profile tells nobody.
    mutating func delete(_ id: UInt64, by sip: String) throws(LabError) {
        try checkAuthor(of: id, sip)
        remove(id)
    }

    /// A colleague likes a post, or takes the like back.
    mutating func like(_ id: UInt64, by sip: String, _ likes: Bool) throws(LabError) -> [ConnectAction] {
        guard let post = posts[id], isVisible(post, to: ConnectViewer(sip: sip)) else { throw .unknownPost(id) }
        if likes { posts[id]?.likedBy.insert(sip) } else { posts[id]?.likedBy.remove(sip) }
        return changed(id)
    }

    /// What a colleague sees of the zones, in the order of (`timestamp`, `id`).
    func view(of sip: String) -> [ConnectStoredPost] { visiblePosts(to: ConnectViewer(sip: sip)) }

    /// What a colleague sees of one discussion.
    func view(of sip: String, in discussion: UInt64) -> [ConnectStoredPost] { visiblePosts(to: ConnectViewer(sip: sip), in: discussion) }

    /// The first posts of the discussions that a colleague sees, the oldest first.
    func roots(for sip: String) -> [ConnectStoredPost] {
        discussions.keys.sorted().compactMap { posts[$0] }.filter { isVisible($0, to: ConnectViewer(sip: sip)) }
    }

    private func checkAuthor(of id: UInt64, _ sip: String) throws(LabError) {
        guard let post = posts[id] else { throw .unknownPost(id) }
        guard post.author == sip else { throw .notAllowed(sip, id) }
    }
}
