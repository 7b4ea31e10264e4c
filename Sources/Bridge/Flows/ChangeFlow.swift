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

    /// Notes that a post is not there any more. What was not sent yet is not sent; what was sent stays with the customer.
    public func deleted(_ post: PostReference, at now: Moment, in transaction: any StoreTransaction) throws {
        for var message in try transaction.outgoing(of: post) where message.state == .queued {
            message.state = .failed(reason: "deleted in Connect")
            message.changedAt = now
            try transaction.updateOutgoing(message)
        }
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
            try transaction.inbound(key: InboundFlow.key(ofMessage: wamid, to: conversation.number)) != nil
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
        let earlier = try transaction.outgoing(of: post.reference)
        let text = GeoLink.extract(from: WhatsAppText.text(fromConnect: post.html)).rest
        guard !earlier.isEmpty, !text.isEmpty, Self.words(text) != Self.words(of: earlier) else { return }
        if earlier.count == 1, earlier[0].state == .queued, case .text = earlier[0].content, text.utf16.count <= WhatsAppText.messageLimit {
            // Nobody has seen the old text.
            var message = earlier[0]
            message.content = .text(text)
            return try transaction.updateOutgoing(message)
        }
        let isWithCustomer = earlier.contains { [.sent, .delivered, .read].contains($0.state) }
        guard number.sendsCorrections, isWithCustomer else { return }
        let correction = Texts(settings.language).text(PostLine.correction(text))
        for (index, part) in TextSplitter.parts(of: correction, limit: WhatsAppText.messageLimit, unit: .utf16).enumerated() {
            try insert(.text(part), of: post, part: (earlier.last?.part ?? 0) + 1 + index, in: discussion, at: now, transaction)
        }
    }

    private func insert(
        _ content: OutgoingContent,
        of post: ConnectPost,
        part: Int,
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
            parts: part,
            content: content,
            quotes: nil,
            state: .queued,
            at: now
        )
    }

    /// What the customer reads of a post by now: the newest correction, or else the text as it was.
    private static func words(of messages: [OutgoingMessage]) -> [Unicode.Scalar] {
        var all: [Unicode.Scalar] = []
        for message in messages {
            switch message.content {
            case .text(let text):
                let isCorrection = [Language.en, .de].contains { text.hasPrefix(Texts($0).text(PostLine.correction(""))) }
                if isCorrection { all = [] }
                all += words(isCorrection ? String(text.drop { $0 != ":" }.dropFirst()) : text)
            case .file(_, let caption): all += words(caption ?? "")
            case .location, .contacts, .reaction, .undecided: break
            }
        }
        return all
    }

    /// Without white space: what a long text is split at is not sent.
    private static func words(_ text: String) -> [Unicode.Scalar] { text.unicodeScalars.filter { !TextScalars.isSpace($0) } }
}
