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
        for discussion in try transaction.discussionsClosing(by: now, limit: limit) {
            // A message that came in time but is not taken apart yet may continue the discussion: what is durable comes first. Those that
            // came later do not count, or a steady stream of them would keep every discussion open.
            guard try !transaction.hasPendingWebhook(receivedBy: discussion.closesAt) else { return now + .seconds(1) }
            try close(discussion, at: now, in: transaction)
        }
        return try transaction.nextClosing()
    }

    /// Records the closing of a discussion and queues the number's closing text, if it has one. It is posted in Connect only: WhatsApp
    /// refuses free texts after 24 hours.
    func close(_ discussion: Discussion, at now: Moment, in transaction: any StoreTransaction) throws {
        try discussion.close(at: now, in: transaction)
        guard let conversation = try transaction.conversation(discussion.conversation) else { return }
        let text = settings.numbers[conversation.number]?.closedMessage ?? ""
        guard !text.isEmpty else { return }
        let task = try transaction.insertTask(
            lane: .conversation(conversation.id),
            zone: discussion.zone,
            place: .reply(discussion.id, quotes: nil),
            key: makeKey(),
            html: ConnectMarkup.html(fromWhatsApp: text),
            privateTo: nil,
            shownEvent: nil,
            shows: nil,
            filesOf: nil,
            notBefore: now
        )
        // Its window may have ended between the backup and now; then the text stands there already.
        if let restoration = try transaction.restoration(), discussion.id <= restoration.discussions { try transaction.beginInDoubt(task) }
    }
}

extension StoreTransaction {
    /// Whether a webhook that was received at `moment` or before has not been taken apart yet.
    func hasPendingWebhook(receivedBy moment: Moment) throws -> Bool {
        try pendingWebhooks(limit: 1).first.map { $0.receivedAt <= moment } ?? false
    }
}
