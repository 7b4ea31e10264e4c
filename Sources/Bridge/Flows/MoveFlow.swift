/// A number moves to another zone: its open discussions stay where they are and are closed; the next message opens one in the new zone.
///
/// Nothing that is under way is lost: what is to be posted in a discussion goes there, closed or not, and so do colleagues' posts that wait
/// to be sent. Only a discussion that Connect cannot have yet is not opened in the old zone any more; its messages go to the new one.
public struct MoveFlow: Sendable {
    private let settings: BridgeSettings
    private let makeKey: @Sendable () -> String

    /// Creates the flow.
    /// - Parameter makeKey: makes a new, unique key at each call (a UUID).
    public init(settings: BridgeSettings, makeKey: @escaping @Sendable () -> String) {
        self.settings = settings
        self.makeKey = makeKey
    }

    /// How long a zone that no number has any more is read, after its customers' newest message: so long colleagues who write there are
    /// told that the discussion is closed.
    public static let afterlife: Duration = .seconds(30 * 24 * 60 * 60)

    /// Closes up to `limit` discussions that are open in another zone than their number has now.
    /// - Returns: whether there may be more.
    public func closeMoved(limit: Int = 100, at now: Moment, in transaction: any StoreTransaction) throws -> Bool {
        var count = 0
        for number in settings.numbers.values.sorted(by: { $0.id.rawValue < $1.id.rawValue }) {
            for discussion in try transaction.openDiscussions(of: number.id, outside: number.zone, limit: limit - count) {
                try close(discussion, at: now, in: transaction)
                count += 1
            }
        }
        return count >= limit
    }

    private func close(_ discussion: Discussion, at now: Moment, in transaction: any StoreTransaction) throws {
        let lane = Lane.conversation(discussion.conversation)
        let tasks = try transaction.unfinishedTasks(in: lane).filter { $0.discussion == discussion.id }
        if discussion.root == nil, !tasks.isEmpty, !tasks.contains(where: { $0.state == .posting }) {
            try PostingFlow(settings: settings, makeKey: makeKey).giveUp(discussion.id, lane, at: now, in: transaction)
        } else {
            try discussion.close(at: now, in: transaction)
        }
    }
}

extension Discussion {
    /// Records the closing without a word.
    func close(at now: Moment, in transaction: any StoreTransaction) throws {
        var closed = self
        closed.closedAt = now
        try transaction.updateDiscussion(closed)
        guard var conversation = try transaction.conversation(conversation), conversation.openDiscussion == id else { return }
        conversation.openDiscussion = nil
        try transaction.updateConversation(conversation)
    }
}
