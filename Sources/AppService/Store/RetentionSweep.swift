import Bridge

/// One way through what is stored, oldest first and in small steps, that removes what is older than messages are kept.
///
/// It never removes what waits, is held or quarantined, nor a webhook in which something came that could not be read. It leaves what only says
/// that something was there: customers, conversations, discussions, and which posts in Connect were handled.
struct RetentionSweep: Equatable, Sendable {
    /// What is looked at, in this order.
    enum Part: Int, CaseIterable, Sendable {
        /// Raw bodies of webhooks.
        case webhooks
        /// What came, and its files.
        case events
        /// What was posted in Connect.
        case posts
        /// What was sent to customers.
        case messages
        /// What Meta has of files that were sent, and has forgotten by then.
        case uploads
    }

    /// Meta may deliver a message again for seven days, which only its row tells (Cloud API, webhooks).
    static let leastDays = 8

    /// What was recorded earlier is removed.
    let before: Moment
    /// What was uploaded earlier is of no use any more.
    let uploadedBefore: Moment
    /// What is looked at next; nil at the end.
    private(set) var part: Part? = .webhooks
    /// The row of the part that was looked at last.
    private(set) var after: Int64 = 0
    /// The oldest event that is too new, once all that are older were looked at; nil if there is none.
    private(set) var firstKeptEvent: Int64?
    /// How many rows were removed of each part.
    private(set) var removed: [Part: Int] = [:]

    /// Begins at the oldest rows.
    /// - Parameter days: how long messages are kept; fewer than ``leastDays`` are as many
    init(at now: Moment, keeping days: Int) {
        before = now - .seconds(max(days, Self.leastDays) * 86_400)
        uploadedBefore = now - UploadedFile.lifetime
    }

    /// What a step has done.
    struct Step {
        /// The last row that was looked at; nil if the part has no more that are old enough.
        var last: Int64?
        /// How many rows were removed.
        var removed: Int
        /// The oldest row that is too new, if the step has come so far.
        var firstKept: Int64?
    }

    /// Notes a step.
    mutating func note(_ step: Step) {
        guard let part else { return }
        if step.removed > 0 { removed[part, default: 0] += step.removed }
        if let last = step.last {
            after = last
        } else {
            if part == .events { firstKeptEvent = step.firstKept }
            after = 0
            self.part = Part(rawValue: part.rawValue + 1)
        }
    }
}

extension SQLiteStore {
    /// Makes one step of a sweep: looks at no more than `limit` rows, in one transaction.
    func advance(_ sweep: RetentionSweep, limit: Int = 100) async throws -> RetentionSweep {
        try await write { transaction in
            guard let transaction = transaction as? SQLiteTransaction else { return sweep }
            return try transaction.advance(sweep, limit: limit)
        }
    }
}
