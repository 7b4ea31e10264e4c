public import Bridge
import Protocol

extension ConnectAdapter {
    /// Posts once.
    public func post(_ request: PostRequest) async -> PostResult {
        guard let round else { return .notSent }
        let writing: ConnectRound.Writing
        do {
            guard let found = try round.writing(to: request.zone) else { return .notSent }
            writing = found
        } catch {
            return .refused(.zone("Connect has no access to the app object \(request.zone)"))
        }
        guard var message = message(for: request, writing) else {
            return .refused(.targetGone("the discussion is in another Connect"))
        }
        var given: GivenFiles?
        if !request.files.isEmpty {
            switch await give(request.files, on: writing.line, round) {
            case .failure(let refusal): return .refused(.files(refusal.refusal))
            case .success(let files): given = files
            }
            message.attach = given?.urls
            message.attaching = given?.announced
        }
        attempted(request.key)
        let result = await post(message, for: request, given, on: writing.line, round)
        if result != .doubtful { settled(request.key) }
        return result
    }

    /// Gives a post of the connector another text.
    public func update(_ post: PostReference, in zone: Zone, html: String) async -> PostResult {
        guard let round else { return .notSent }
        guard let id = wiring.reading.id(post) else { return .refused(.targetGone("the post is in another Connect")) }
        let line: ConnectLine
        do {
            guard let writing = try round.writing(to: zone) else { return .notSent }
            line = writing.line
        } catch {
            return .refused(.zone("Connect has no access to the app object \(zone)"))
        }
        do {
            let reply = try await line.ask(.update(Connect.Update(id: id, text: html)))
            guard let failure = reply.result.failure else { return .accepted(post) }
            // Without a code, all that the public profile promises, nothing tells a passing trouble from a post that is gone.
            return .refused(PostRefusal(failure) ?? .permanent(failure.words))
        } catch ConnectLine.Failure.notSent {
            return .notSent
        } catch {
            return .doubtful
        }
    }

    private func post(
        _ message: Connect.Post, for request: PostRequest, _ given: GivenFiles?, on line: ConnectLine, _ round: ConnectRound
    ) async -> PostResult {
        let reply: ConnectSession.Reply
        do {
            reply = try await line.ask(.post(message))
        } catch ConnectLine.Failure.notSent {
            return .notSent
        } catch {
            return .doubtful
        }
        if let failure = reply.result.failure {
            let refusal = await refusal(failure, message, request, round)
            if case .temporary = refusal, let given, given.isUntried(files?.offers) {
                // Nothing else speaks against the post: it may be the files' way.
                closed(given.way)
                return .refused(.files(.temporary(failure.words)))
            }
            return .refused(refusal)
        }
        // An answer that names no post leaves open which one it is.
        guard case .postResult(let result) = reply.result, let id = result.id else { return .doubtful }
        if given?.way == .push, let session = result.session, let key = result.key, let files, let base = round.plain.fileBase {
            await ConnectHandover(files: files, line: line, base: base).push(request.files, session: session, key: key)
        }
        return .accepted(wiring.reading.reference(id))
    }

    /// Nil if it answers a post of another Connect.
    private func message(for request: PostRequest, _ writing: ConnectRound.Writing) -> Connect.Post? {
        var message = Connect.Post(topic: writing.topic, text: request.html, filterSource: writing.filterSource, attaching: 0)
        if let target = request.repliesTo ?? request.discussion {
            guard let id = wiring.reading.id(target) else { return nil }
            message.repliesTo = id
        } else {
            message.discussionGuid = request.key
            message.discussionTitle = request.title
            let tags = request.tags.map(Self.cleaned).filter { !$0.isEmpty }
            message.tags = tags.isEmpty ? nil : tags
        }
        if let reader = request.privateTo {
            message.isPrivate = true
            message.notify = [reader]
            message.notifiesAgain = message.repliesTo != nil
        }
        return message
    }

    /// A hashtag without what an unquoted one must not have (Connect, What Connect is for its users, hashtags).
    private static func cleaned(_ tag: String) -> String {
        tag.filter { !$0.isWhitespace && !".:;,<&'#)(".contains($0) }
    }

    /// What a failure means. One without a known code, all that the public profile promises, is looked into on the plain login: the
    /// zone may be gone, or the post that was to be answered.
    private func refusal(_ failure: Connect.Failure, _ message: Connect.Post, _ request: PostRequest, _ round: ConnectRound) async -> PostRefusal {
        if let refusal = PostRefusal(failure) { return refusal }
        guard let reader = round.reader else { return .temporary(failure.words) }
        if let topics = try? await reader.readTopics(), !topics.contains(where: { $0.sip == message.topic }) {
            return .zone(failure.words)
        }
        guard let target = message.repliesTo, let root = request.discussion.flatMap(wiring.reading.id) ?? message.repliesTo,
            let posts = try? await reader.readDiscussion(root)
        else { return .temporary(failure.words) }
        let isThere = posts.contains { $0.id == target } && posts.contains { $0.id == root }
        return isThere ? .temporary(failure.words) : .targetGone(failure.words)
    }
}
