/// Closes discussions whose window has ended.
public struct ClosingFlow: Sendable {
    private let settings: BridgeSettings
    private let makeKey: @Sendable () -> String

    /// Creates the flow.
    /// - Parameter makeKey: makes a new, unique key at each call (a UUID).
    public init(settings: BridgeSettings, makeKey: @escaping @Sendable () -> String) {
        self.settings = settings
        self.makeKey = makeKey
    }

    /// Closes up to `limit` discussions that are due at `now`, and says when to come again; nil if nothing is open.
    public func closeDue(at now: Moment, limit: Int = 100, in transaction: any StoreTransaction) throws -> Moment? {
        // A message that was received but not taken apart yet may continue a discussion: what is durable comes first.
        guard try transaction.pendingWebhooks(limit: 1).isEmpty else { return now + .seconds(1) }
        for discussion in try transaction.discussionsClosing(by: now, limit: limit) {
            try close(discussion, at: now, in: transaction)
        }
        return try transaction.nextClosing()
    }

    /// Records the closing of a discussion and queues the number's closing text, if it has one. It is posted in Connect only: WhatsApp
    /// refuses free texts after 24 hours.
    func close(_ discussion: Discussion, at now: Moment, in transaction: any StoreTransaction) throws {
        var closed = discussion
        closed.closedAt = now
        try transaction.updateDiscussion(closed)
        guard var conversation = try transaction.conversation(discussion.conversation) else { return }
        if conversation.openDiscussion == discussion.id {
            conversation.openDiscussion = nil
            try transaction.updateConversation(conversation)
        }
        let text = settings.numbers[conversation.number]?.closedMessage ?? ""
        guard !text.isEmpty else { return }
        _ = try transaction.insertTask(
            lane: .conversation(conversation.id),
            zone: discussion.zone,
            place: .reply(discussion.id, quotes: nil),
            key: makeKey(),
            html: ConnectMarkup.html(fromWhatsApp: text),
            privateTo: nil,
            shownEvent: nil,
            shows: nil,
            notBefore: now
        )
    }
}
