extension ConnectCore {
    /// `Post` (Connect, 4.1 and 5).
    mutating func post(_ request: ConnectRequest) -> [ConnectAction] {
        guard let post = checkedPost(request) else { return [request.failure] }
        if post.isRoot, options.repeatedRootsAreRecognised, let guid = post.discussionGuid,
            let known = posts.values.first(where: {
                $0.isRoot && $0.discussionGuid == guid && $0.author == post.author && $0.topic == post.topic
            })
        {
            return [result(of: known, for: request, key: request.login.key)]
        }
        return attach(to: post, request)
    }

    /// Stores a post with its files and answers its request.
    mutating func complete(_ post: ConnectStoredPost, _ incoming: [ConnectIncomingFile], _ request: ConnectRequest) -> [ConnectAction] {
        var post = post
        post.files = incoming.compactMap { files.stored($0) }
        post.timestamp = request.now
        let count = attaching(request.message)
        post.isShown = count == 0
        post = store(post)
        let source = options.ignoresFilterSource ? nil : request.message["filterSrc"]?.string
        let key = count == 0 ? request.login.key : openPush(to: post.id, count, request, source)
        let result = result(of: post, for: request, key: key)
        guard post.isShown else { return [result] }
        var echoes = live(post, except: source.map { (request.session, $0) })
        echoes.insert(result, at: options.echoesBeforeResult ? echoes.endIndex : echoes.startIndex)
        return echoes
    }

    private func result(of post: ConnectStoredPost, for request: ConnectRequest, key: UInt64) -> ConnectAction {
        request.answer(
            ("id", written(post.id)), ("addsTo", written(post.discussion)), ("session", .integer(request.login.session)),
            ("key", .integer(key)), ("discussionGuid", request.message["discussionGuid"]))
    }

    /// The post that a service asks for, or nil if it may not have it; notes what is wrong with it.
    private mutating func checkedPost(_ request: ConnectRequest) -> ConnectStoredPost? {
        let message = request.message
        let login = request.login
        guard let topic = message["topic"]?.string, !topic.isEmpty else {
            violated(.missingTopic, "Post", request.now)
            return nil
        }
        guard login.topics.contains(where: { $0.sip == topic }) else {
            violated(.foreignTopic, topic, request.now)
            return nil
        }
        var post = ConnectStoredPost(
            id: 0, discussion: 0, topic: topic, author: login.sip, text: message["text"]?.string ?? "", timestamp: request.now)
        if let author = message["author"]?.string, !author.isEmpty {
            let local = localPart(author)
            if local != login.sip, !login.isModerator {
                violated(.foreignAuthor, local, request.now)
                return nil
            }
            post.author = local
        }
        if let target = message["repliesTo"]?.identifier, target != 0 {
            guard let parent = posts[target], isVisible(parent, to: login.viewer) else {
                violated(.unknownReplyTarget, String(target), request.now)
                return nil
            }
            if parent.topic != topic { violated(.replyInOtherTopic, topic, request.now) }
            post.repliesTo = target
        }
        post.tags = message["tags"]?.strings ?? []
        post.notify = message["notify"]?.strings ?? []
        post.isPrivate = message["private"]?.isTruthy ?? false
        post.discussionGuid = post.isRoot ? message["discussionGuid"]?.string : nil
        post.discussionTitle = post.isRoot ? message["discussionTitle"]?.string : nil
        judge(post, hasFiles: message["attach"]?.string?.isEmpty == false || attaching(message) > 0, request.now)
        return post
    }

    private mutating func judge(_ post: ConnectStoredPost, hasFiles: Bool, _ now: Int64) {
        judgeText(post.text, now)
        if post.text.isEmpty, !hasFiles { violated(.emptyPost, "Post", now) }
        if post.isPrivate, post.notify.isEmpty { violated(.privateWithoutRecipients, "Post", now) }
        judgeTags(post.tags, now)
    }

    private mutating func judgeText(_ text: String, _ now: Int64) {
        if let fault = ConnectMarkup.fault(in: text) { violated(.markup, fault, now) }
        if text.utf8.count > 32_768 { violated(.longText, "\(text.utf8.count) bytes", now) }
    }

    private mutating func judgeTags(_ tags: [String], _ now: Int64) {
        for tag in tags where tag.isEmpty || tag.contains(where: { ".:;,<&'#)(".contains($0) || $0.isWhitespace }) {
            violated(.malformedTag, tag, now)
        }
    }

    /// `Update`: by the author or a moderator; in the public profile nobody is told of it.
    mutating func update(_ request: ConnectRequest) -> [ConnectAction] {
        guard let post = changeablePost(request) else { return [request.failure] }
        judgeText(request.message["text"]?.string ?? "", request.now)
        judgeTags(request.message["tags"]?.strings ?? [], request.now)
        change(
            post.id, text: request.message["text"]?.string, notify: request.message["notify"]?.array?.compactMap(\.string),
            tags: request.message["tags"]?.array?.compactMap(\.string), now: request.now)
        let count = attaching(request.message)
        let key = count == 0 ? request.login.key : openPush(to: post.id, count, request, nil)
        return [request.answer(("session", .integer(request.login.session)), ("key", .integer(key)))] + changed(post.id)
    }

    /// `Delete`: by the author or a moderator; a root takes its discussion along.
    mutating func delete(_ request: ConnectRequest) -> [ConnectAction] {
        guard let post = changeablePost(request) else { return [request.failure] }
        remove(post.id)
        return [request.answer()]
    }

    private mutating func changeablePost(_ request: ConnectRequest) -> ConnectStoredPost? {
        guard let id = request.message["id"]?.identifier, let post = posts[id], isVisible(post, to: request.login.viewer) else { return nil }
        guard post.author == request.login.sip || request.login.isModerator else {
            violated(.foreignPost, request.mt, request.now)
            return nil
        }
        return post
    }

    /// `SetRead`.
    mutating func setRead(_ request: ConnectRequest) -> [ConnectAction] {
        guard let id = request.message["id"]?.identifier, let post = posts[id], isVisible(post, to: request.login.viewer) else {
            return [request.failure]
        }
        posts[id]?.readBy[request.login.sip] = request.now
        return [request.answer(("id", written(id)))]
    }

    // MARK: The store

    /// Stores a post under the next id and works out who may see it.
    mutating func store(_ post: ConnectStoredPost) -> ConnectStoredPost {
        var post = post
        post.id = nextID
        nextID += 1
        let parent = post.repliesTo.flatMap { posts[$0] }
        post.discussion = parent?.discussion ?? post.id
        if let parent {
            post.topic = parent.topic
            if parent.isPrivate, options.repliesToPrivatePostsArePrivate {
                post.isPrivate = true
                post.audience.formUnion(parent.audience)
            }
        }
        if post.isPrivate { post.audience.formUnion(post.notify + [post.author]) }
        posts[post.id] = post
        storedOrder.append(post.id)
        discussions[post.discussion, default: []].append(post.id)
        return post
    }

    mutating func change(_ id: UInt64, text: String?, notify: [String]? = nil, tags: [String]? = nil, now: Int64) {
        guard var post = posts[id] else { return }
        if let text { post.text = text }
        if let tags { post.tags = tags }
        if let notify {
            post.notify = notify
            if post.isPrivate { post.audience.formUnion(notify) }
        }
        post.updated = now
        posts[id] = post
    }

    mutating func remove(_ id: UInt64) {
        guard let post = posts[id] else { return }
        let gone = post.isRoot ? Set(discussions.removeValue(forKey: id) ?? []) : [id]
        for id in gone { posts[id] = nil }
        discussions[post.discussion]?.removeAll { gone.contains($0) }
        storedOrder.removeAll { gone.contains($0) }
    }

    /// Forgets discussions without a post of this moment or later.
    mutating func forget(before moment: Int64) {
        let kept = Set(posts.values.lazy.filter { $0.timestamp >= moment }.map(\.discussion))
        posts = posts.filter { kept.contains($0.value.discussion) }
        storedOrder.removeAll { posts[$0] == nil }
        discussions = discussions.filter { kept.contains($0.key) }
    }

    /// A SIP name of the own domain without the domain.
    private func localPart(_ author: String) -> String {
        author.hasSuffix("@\(domain)") ? String(author.dropLast(domain.count + 1)) : author
    }
}
