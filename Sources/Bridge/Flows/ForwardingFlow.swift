/// What colleagues write in Connect, on its way to the customer: from a post to durable messages, or to a private reason why not.
public struct ForwardingFlow: Sendable {
    private let settings: BridgeSettings
    private let identity: ConnectorIdentity
    private let makeKey: @Sendable () -> String
    private let rule: ForwardingRule

    /// Creates the flow.
    /// - Parameters:
    ///   - identity: who the connector is at Connect.
    ///   - makeKey: makes a new, unique key at each call (a UUID).
    public init(settings: BridgeSettings, identity: ConnectorIdentity, makeKey: @escaping @Sendable () -> String) {
        self.init(settings: settings, identity: identity, makeKey: makeKey, rule: ForwardingRule())
    }

    init(settings: BridgeSettings, identity: ConnectorIdentity, makeKey: @escaping @Sendable () -> String, rule: ForwardingRule) {
        self.settings = settings
        self.identity = identity
        self.makeKey = makeKey
        self.rule = rule
    }

    /// How a post came to us.
    public enum Occasion: Equatable, Sendable {
        /// It was there at the first subscription of its zone: only noted.
        case firstContact
        /// It came while connected, or was caught up after a gap.
        case current
        /// It was there at the first contact after the store was put back from a backup: it may have been sent already.
        case restored
    }

    /// What is missing to decide on a post.
    public enum Outcome: Equatable, Sendable {
        /// Decided, and recorded together with the zone's cursor.
        case done
        /// Nothing recorded: read this discussion, `note` its posts, and come again.
        case needsDiscussion(PostReference)
        /// Nothing recorded: a post of ours must be confirmed first; come again.
        case needsConfirmation
        /// Nothing recorded: ask Connect for the post's files, and come again with them.
        case needsFiles
    }

    /// Remembers posts without acting on them, e.g. ancestors that were read to judge an answer.
    public func note(_ posts: [ConnectPost], in transaction: any StoreTransaction) throws {
        for post in posts { _ = try remember(post, handled: nil, in: transaction) }
    }

    /// Records that a post is done with and is nobody's message: neither it nor an answer to it ever goes to a customer.
    public func setAside(_ post: ConnectPost, in transaction: any StoreTransaction) throws {
        try remember(post, handled: true, in: transaction)
        if var known = try transaction.knownPost(post.reference), known.origin != .own, known.isPublic {
            known.isPublic = false
            try transaction.saveKnownPost(known)
        }
        try transaction.setCursor(post.cursor, of: post.zone)
    }

    /// Decides on a post.
    /// - Parameters:
    ///   - isComplete: true once everything that could be read or waited for is there; whatever is unknown then counts as private.
    public func handle(
        _ post: ConnectPost,
        on occasion: Occasion,
        isComplete: Bool,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws -> Outcome {
        let before = try transaction.knownPost(post.reference)
        if before?.isHandled == true, occasion != .firstContact {
            // Read again, e.g. after a reconnection: the zone's cursor is further on.
            try remember(post, handled: true, in: transaction)
            return .done
        }
        if identity.isNamed(post.author) || occasion == .firstContact {
            try remember(post, handled: true, in: transaction)
            try transaction.setCursor(post.cursor, of: post.zone)
            return .done
        }
        let verdict = try rule.verdict(on: post, identity: identity) { try transaction.knownPost($0) }
        if !isComplete {
            switch verdict {
            case .unknownAncestor: return .needsDiscussion(post.discussion)
            case .unconfirmedOwnPost where try isPosting(in: post, transaction): return .needsConfirmation
            case .unconfirmedOwnPost: break
            case .isPublic, .isNotPublic: break
            }
        }
        let discussion = try discussion(of: post, in: transaction)
        if !isComplete, verdict == .isPublic, post.files == nil, let discussion, try canForward(in: discussion, at: now, transaction) {
            return .needsFiles
        }
        try remember(post, handled: true, in: transaction)
        try transaction.setCursor(post.cursor, of: post.zone)
        guard occasion == .current else {
            if let discussion { try hold(post, verdict, in: discussion, at: now, in: transaction) }
            return .done
        }
        guard let discussion else {
            try hint(at: post, on: now, in: transaction)
            return .done
        }
        switch verdict {
        case .isPublic:
            try forward(post, in: discussion, at: now, in: transaction)
        case .isNotPublic(.answersPrivatePost):
            try notices.tell(post.author, .privateAncestor, about: post.reference, in: discussion, at: now, transaction: transaction)
        case .unknownAncestor, .unconfirmedOwnPost:
            try notices.tell(post.author, .unknownAncestor, about: post.reference, in: discussion, at: now, transaction: transaction)
        case .isNotPublic:
            // Somebody wrote in private on purpose: there is nothing to say.
            break
        }
        return .done
    }

    /// After the backup, the post may have been sent, and its author told that it was not: it is for an operator to decide. Whether it may go
    /// out at all is judged again when it is sent.
    private func hold(
        _ post: ConnectPost,
        _ verdict: ForwardingRule.Verdict,
        in discussion: Discussion,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        if case .isNotPublic = verdict { return }
        try record(contents(of: post), of: post, in: discussion, state: .held(.restored), quotes: quotes(post, transaction), at: now, in: transaction)
    }

    /// The discussion of ours that a post is in. Its root may be known by its echo only; then it is the one root that is unconfirmed. After
    /// a restoration there may be several, and nobody can tell which.
    private func discussion(of post: ConnectPost, in transaction: any StoreTransaction) throws -> Discussion? {
        if let discussion = try transaction.discussion(root: post.discussion) { return discussion }
        guard try transaction.knownPost(post.discussion)?.origin == .ownUnconfirmed else { return nil }
        let roots = try transaction.unconfirmedRoots(in: post.zone)
        if roots.count > 1, try transaction.restoration() != nil { return nil }
        return try roots.first?.discussion.flatMap { try transaction.discussion($0) }
    }

    /// Whether a post of ours is being made that the unconfirmed one may turn out to be. Without, there is nothing to wait for: it was
    /// made before this ledger began, or by somebody else under our name.
    private func isPosting(in post: ConnectPost, _ transaction: any StoreTransaction) throws -> Bool {
        if let restoration = try transaction.restoration(), let pending = try transaction.pendingWebhooks(limit: 1).first,
            pending.id <= restoration.webhooks
        {
            // What it says may be what the post is.
            return true
        }
        if try transaction.isPosting(in: .foreign(post.discussion)) { return true }
        guard let discussion = try transaction.discussion(root: post.discussion) else {
            return try !transaction.unconfirmedRoots(in: post.zone).isEmpty
        }
        return try transaction.isPosting(in: .conversation(discussion.conversation))
    }

    private var notices: Notices { Notices(language: settings.language, makeKey: makeKey) }

    /// Remembers a post; what was once known to be not public stays so, and what the ledger knows as ours stays ours.
    private func remember(_ post: ConnectPost, handled: Bool?, in transaction: any StoreTransaction) throws {
        let before = try transaction.knownPost(post.reference)
        if let before, before.origin == .own { return }
        let isOwn = identity.isNamed(post.author)
        let isPublic = !isOwn && rule.objection(to: post, identity: identity) == nil
        try transaction.saveKnownPost(
            KnownPost(
                reference: post.reference,
                discussion: post.discussion,
                repliesTo: post.repliesTo,
                isPublic: isPublic && before?.isPublic ?? true,
                origin: isOwn ? .ownUnconfirmed : .foreign,
                isHandled: handled ?? before?.isHandled ?? false
            )
        )
    }

    private func forward(_ post: ConnectPost, in discussion: Discussion, at now: Moment, in transaction: any StoreTransaction) throws {
        guard let conversation = try transaction.conversation(discussion.conversation) else { return }
        if let refusal = refusal(in: discussion, of: conversation, at: now) {
            var contents = OutgoingPlan.contents(ofHTML: post.html, files: post.files ?? [])
            let state = OutgoingState.failed(reason: refusal.reason)
            if ReplayRule.verdict(on: state, wamid: nil) == .replay {
                // Nobody asked for its files; a replay does.
                if post.files == nil || contents.isEmpty { contents = [.undecided(html: post.html, asked: 0)] }
            } else if contents.isEmpty {
                contents = [.text("")]
            }
            try record(contents, of: post, in: discussion, state: state, quotes: nil, at: now, in: transaction)
            try notices.tell(post.author, refusal.notice, about: post.reference, in: discussion, at: now, transaction: transaction)
            return
        }
        try record(contents(of: post), of: post, in: discussion, state: .queued, quotes: quotes(post, transaction), at: now, in: transaction)
    }

    private func contents(of post: ConnectPost) -> [OutgoingContent] {
        let contents = OutgoingPlan.contents(ofHTML: post.html, files: post.files ?? [])
        guard post.files == nil || contents.isEmpty else { return contents }
        // Whether files belong to it is not known, or they may still be on their way to Connect: decided when its turn comes.
        return [.undecided(html: post.html, asked: post.files == nil ? 0 : 1)]
    }

    /// An answer to the root is an answer to the discussion; an answer to a later message of the customer quotes it.
    private func quotes(_ post: ConnectPost, _ transaction: any StoreTransaction) throws -> Wamid? {
        try post.repliesTo.flatMap { try $0 == post.discussion ? nil : customerMessage(shownBy: $0, in: transaction) }
    }

    private func canForward(in discussion: Discussion, at now: Moment, _ transaction: any StoreTransaction) throws -> Bool {
        try transaction.conversation(discussion.conversation).map { refusal(in: discussion, of: $0, at: now) == nil } ?? false
    }

    private func refusal(
        in discussion: Discussion,
        of conversation: Conversation,
        at now: Moment
    ) -> (reason: String, notice: AuthorNotice)? {
        guard let number = settings.numbers[conversation.number] else {
            return (ReplayRule.numberUnknown, .numberUnknown(number: conversation.number.rawValue))
        }
        guard number.isLicensed else { return (ReplayRule.noLicence, .notLicensed(number: number.id.rawValue)) }
        if discussion.closedAt != nil {
            if conversation.openDiscussion != nil { return ("discussion closed", .discussionClosed) }
            let isEarly = Window.maySend(newest: discussion.newestMessageAt, now: now)
            return isEarly ? ("discussion closed", .discussionMoved) : ("window closed", .windowClosed)
        }
        guard Window.maySend(newest: discussion.newestMessageAt, now: now) else { return ("window closed", .windowClosed) }
        return nil
    }

    private func customerMessage(shownBy post: PostReference, in transaction: any StoreTransaction) throws -> Wamid? {
        guard try transaction.knownPost(post)?.origin == .own else { return nil }
        return try transaction.wamid(shownBy: post)
    }

    private func record(
        _ contents: [OutgoingContent],
        of post: ConnectPost,
        in discussion: Discussion,
        state: OutgoingState,
        quotes: Wamid?,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        for (index, content) in contents.enumerated() {
            let id = try transaction.insertOutgoing(
                messageID: makeKey(),
                conversation: discussion.conversation,
                discussion: discussion.id,
                post: post.reference,
                author: post.author,
                part: index + 1,
                parts: contents.count,
                content: content,
                quotes: index == 0 ? quotes : nil,
                state: state,
                at: now
            )
            guard case .undecided(_, let asked) = content, asked > 0, var message = try transaction.outgoing(id) else { continue }
            message.notBefore = now + OutgoingPlan.waits[0]
            try transaction.updateOutgoing(message)
        }
    }

    /// Only customers open discussions that go to WhatsApp; whoever writes elsewhere in the zone is told so once per discussion.
    private func hint(at post: ConnectPost, on now: Moment, in transaction: any StoreTransaction) throws {
        // In a zone that no number has any more nobody expects a customer.
        guard settings.zones.contains(post.zone), rule.objection(to: post, identity: identity) == nil else { return }
        guard try transaction.noteHint(in: post.discussion) else { return }
        try notices.hint(at: post, at: now, transaction: transaction)
    }
}
