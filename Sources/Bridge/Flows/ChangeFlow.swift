/// What happens to a post after it was handled: its author changes it or deletes it, or somebody likes a customer's message.
///
/// WhatsApp cannot change a message that was sent. So a change is sent as a correction, or not at all, as the number is set.
public struct ChangeFlow: Sendable {
    private let settings: BridgeSettings
    private let identity: ConnectorIdentity
    private let makeKey: @Sendable () -> String

    /// Creates the flow.
    /// - Parameters:
    ///   - identity: who the connector is at Connect.
    ///   - makeKey: makes a new, unique key at each call (a UUID).
    public init(settings: BridgeSettings, identity: ConnectorIdentity, makeKey: @escaping @Sendable () -> String) {
        self.settings = settings
        self.identity = identity
        self.makeKey = makeKey
    }

    /// The reaction that a like becomes.
    static let like = "👍"

    /// Compares a post, as it is now, with what was made of it. A post that was not handled yet is left to its own turn.
    public func compare(_ post: ConnectPost, at now: Moment, in transaction: any StoreTransaction) throws {
        guard let known = try transaction.knownPost(post.reference), let discussion = try transaction.discussion(root: post.discussion),
            let conversation = try transaction.conversation(discussion.conversation), let number = settings.numbers[conversation.number],
            discussion.closedAt == nil, Window.maySend(newest: discussion.newestMessageAt, now: now)
        else { return }
        if known.origin == .own {
            try react(to: post, in: discussion, of: conversation, at: now, transaction)
        } else if known.isHandled, known.isPublic, !identity.isNamed(post.author),
            ForwardingRule().objection(to: post, identity: identity) == nil
        {
            try correct(post, in: discussion, number, at: now, transaction)
        }
    }

    /// Notes that a post is not there any more. What was not sent yet is not sent, which the ledger says; what was sent stays with the
    /// customer. Nobody is told: whoever deleted the post knows.
    /// - Returns: the messages that are not sent.
    @discardableResult
    public func deleted(_ post: PostReference, at now: Moment, in transaction: any StoreTransaction) throws -> [OutgoingMessage.ID] {
        let messages = try transaction.outgoing(of: post).filter(\.state.isUntouched)
        for message in messages { try end(message, reason: ReplayRule.deleted, at: now, transaction) }
        return messages.map(\.id)
    }

    private func end(_ message: OutgoingMessage, reason: String, at now: Moment, _ transaction: any StoreTransaction) throws {
        var message = message
        message.state = .failed(reason: reason)
        message.changedAt = now
        try transaction.updateOutgoing(message)
    }

    /// A like of a customer's message is a reaction; WhatsApp shows one for each message and business.
    private func react(
        to post: ConnectPost,
        in discussion: Discussion,
        of conversation: Conversation,
        at now: Moment,
        _ transaction: any StoreTransaction
    ) throws {
        guard let likes = post.likes, let wamid = try transaction.wamid(shownBy: post.reference),
            let record = try transaction.inbound(key: InboundFlow.key(ofMessage: wamid, to: conversation.number)),
            case .message(let message) = record.event, message.takesReactions
        else { return }
        let earlier = try transaction.outgoing(of: post.reference)
        var isShown = false
        if case .reaction(let emoji, _)? = earlier.last?.content { isShown = !emoji.isEmpty }
        guard isShown != (likes > 0) else { return }
        try insert(
            .reaction(emoji: likes > 0 ? Self.like : "", to: wamid), of: post, part: (earlier.last?.part ?? 0) + 1, in: discussion, at: now,
            transaction)
    }

    private func correct(
        _ post: ConnectPost,
        in discussion: Discussion,
        _ number: NumberSettings,
        at now: Moment,
        _ transaction: any StoreTransaction
    ) throws {
        let all = try transaction.outgoing(of: post.reference)
        let messages = all.filter { $0.state != .failed(reason: ReplayRule.replaced) }
        // What was only noted, at first contact for example, was never meant for the customer, and a change does not alter that.
        guard !messages.isEmpty else { return }
        if messages.allSatisfy(\.state.isUntouched) { return try replace(messages, with: post, in: discussion, at: now, transaction) }
        let text = GeoLink.extract(fromConnect: post.html).rest
        let isWithCustomer = messages.contains { [.sent, .delivered, .read].contains($0.state) }
        guard number.sendsCorrections, isWithCustomer, !text.isEmpty, Self.words(text) != Self.words(of: messages) else { return }
        let correction = Texts(settings.language).text(PostLine.correction(text))
        for (index, part) in TextSplitter.parts(of: correction, limit: WhatsAppText.messageLimit, unit: .utf16).enumerated() {
            try insert(.text(part), of: post, part: (all.last?.part ?? 0) + 1 + index, in: discussion, at: now, transaction)
        }
    }

    /// Nobody has seen the old text: the messages are made anew of the new one.
    private func replace(
        _ messages: [OutgoingMessage],
        with post: ConnectPost,
        in discussion: Discussion,
        at now: Moment,
        _ transaction: any StoreTransaction
    ) throws {
        if var message = messages.first, case .undecided(let html, let asked) = message.content {
            guard html != post.html else { return }
            message.content = .undecided(html: post.html, asked: asked)
            return try transaction.updateOutgoing(message)
        }
        var files: [ConnectFile] = []
        for message in messages {
            switch message.content {
            case .file(let file, _): files.append(file.source)
            // Which file the cards were read from is not known any more.
            case .contacts: return
            case .text, .location, .reaction, .undecided: break
            }
        }
        let contents = OutgoingPlan.contents(ofHTML: post.html, files: files)
        let text = GeoLink.extract(fromConnect: post.html).rest
        guard Self.words(text) != Self.words(of: messages) else { return }
        guard !contents.isEmpty else {
            try deleted(post.reference, at: now, in: transaction)
            return
        }
        for (index, content) in contents.enumerated() {
            guard index < messages.count else {
                let state = messages.first?.state ?? .queued
                try insert(content, of: post, part: index + 1, parts: contents.count, state: state, in: discussion, at: now, transaction)
                continue
            }
            var message = messages[index]
            message.content = content
            message.part = index + 1
            message.parts = contents.count
            try transaction.updateOutgoing(message)
        }
        for message in messages.dropFirst(contents.count) { try end(message, reason: ReplayRule.replaced, at: now, transaction) }
    }

    private func insert(
        _ content: OutgoingContent,
        of post: ConnectPost,
        part: Int,
        parts: Int? = nil,
        state: OutgoingState = .queued,
        in discussion: Discussion,
        at now: Moment,
        _ transaction: any StoreTransaction
    ) throws {
        _ = try transaction.insertOutgoing(
            messageID: makeKey(),
            conversation: discussion.conversation,
            discussion: discussion.id,
            post: post.reference,
            author: post.author,
            part: part,
            parts: parts ?? part,
            content: content,
            quotes: nil,
            state: state,
            at: now
        )
    }

    /// What the customer reads of a post by now: the newest correction, or else the text as it was.
    static func words(of messages: [OutgoingMessage]) -> [Unicode.Scalar] {
        let parts = messages.first?.parts ?? 0
        var all: [Unicode.Scalar] = []
        for message in messages {
            switch message.content {
            case .text(let text):
                // A colleague's own text may begin with that word, too.
                let label = message.part > parts ? labels.first { text.unicodeScalars.starts(with: $0) } : nil
                if label != nil { all = [] }
                all += words(text.unicodeScalars.dropFirst(label?.count ?? 0))
            case .file(_, let caption): all += words(caption ?? "")
            case .location, .contacts, .reaction, .undecided: break
            }
        }
        return all
    }

    /// How corrections begin: an instance may have had another language before.
    private static var labels: [[Unicode.Scalar]] { [Language.en, .de].map { Array(Texts($0).text(PostLine.correction("")).unicodeScalars) } }

    static func words(_ text: String) -> [Unicode.Scalar] { words(Substring(text).unicodeScalars) }

    /// Without white space: what a long text is split at is not sent.
    private static func words(_ text: Substring.UnicodeScalarView) -> [Unicode.Scalar] { text.filter { !TextScalars.isSpace($0) } }
}

extension CustomerMessage {
    /// Whether WhatsApp takes reactions to it (WhatsApp, Request).
    fileprivate var takesReactions: Bool {
        switch content {
        case .text: true
        case .placeholder(let placeholder):
            switch placeholder {
            case .reaction, .reactionRemoved, .system, .opened, .edited, .revoked, .callPermission: false
            default: true
            }
        case .identityChange: false
        }
    }
}
