/// Where a backup ends, in a store that was put back from one: the world went on after that, and may hold more than the store knows.
///
/// Whatever is up to here and was unfinished in the backup may have been done since. It is never done again by itself: towards Connect it is
/// looked for first, towards WhatsApp it is held.
public struct Restoration: Equatable, Sendable {
    /// The newest webhook of the backup.
    public var webhooks: StoredWebhook.ID
    /// The newest inbound event of the backup.
    public var events: InboundRecord.ID
    /// The newest discussion of the backup.
    public var discussions: Discussion.ID
    /// The newest task of the backup.
    public var tasks: PostTask.ID
    /// When the backup was made, by the clock of the machine that made it.
    public var madeAt: Moment

    /// Says where a backup ends.
    public init(
        webhooks: StoredWebhook.ID, events: InboundRecord.ID, discussions: Discussion.ID, tasks: PostTask.ID, madeAt: Moment
    ) {
        self.webhooks = webhooks
        self.events = events
        self.discussions = discussions
        self.tasks = tasks
        self.madeAt = madeAt
    }
}

extension StoreTransaction {
    /// Lets a new task begin in doubt: Connect may have its post already, from the time after the backup.
    func beginInDoubt(_ id: PostTask.ID) throws {
        guard var task = try task(id), task.state == .queued, !task.isUpdate else { return }
        task.state = .posting
        try updateTask(task)
    }

    /// Whether an event was recorded in the backup that the store was put back from.
    func isFromBackup(_ event: InboundRecord.ID) throws -> Bool {
        try restoration().map { event <= $0.events } ?? false
    }
}
