import Bridge
import FoundationEssentials
import GRDB

extension SQLiteTransaction {
    /// Makes one step of a sweep; looks at no more than `limit` rows.
    func advance(_ sweep: RetentionSweep, limit: Int) throws -> RetentionSweep {
        guard let part = sweep.part else { return sweep }
        let page = Page(before: sweep.before, after: sweep.after, limit: limit)
        let step =
            switch part {
            case .webhooks: try removeWebhooks(page)
            case .events: try removeEvents(page)
            case .posts: try removePosts(page, before: sweep.firstKeptEvent ?? .max)
            case .messages: try removeMessages(page)
            case .uploads:
                RetentionSweep.Step(removed: try run("DELETE FROM uploads WHERE uploaded_at < ?", [sweep.uploadedBefore.milliseconds]))
            }
        var next = sweep
        next.note(step)
        return next
    }

    /// Which rows a step looks at.
    private struct Page {
        var before: Moment
        var after: Int64
        var limit: Int
    }

    /// Looks at a page of rows, whose first columns are their number and when they were recorded, and removes what `remove` says.
    ///
    /// Rows are numbered in the order in which they came, so the first that is too new is the end. Where the clock was set back, what is behind
    /// it waits until that is old enough, too.
    /// - Parameter remove: removes what can be removed of a row; returns whether that is the row itself
    private func step(_ page: Page, _ sql: String, remove: (Int64, Row) throws -> Bool) throws -> RetentionSweep.Step {
        let found = try rows("\(sql) WHERE id > ? ORDER BY id LIMIT ?", [page.after, page.limit]) { $0.copy() }
        let old = try found.prefix { try $0.moment(1) < page.before }
        var step = RetentionSweep.Step(removed: 0)
        for row in old {
            let id = try row.decode(Int64.self, atIndex: 0)
            if try remove(id, row) { step.removed += 1 }
            step.last = id
        }
        if old.count < page.limit {
            step.last = nil
            step.firstKept = try found.dropFirst(old.count).first?.decode(Int64.self, atIndex: 0)
        }
        return step
    }

    private func removeWebhooks(_ page: Page) throws -> RetentionSweep.Step {
        // The newest says when Meta called last.
        let newest = try row("SELECT max(id) FROM webhooks", []) { try $0.decode(Int64?.self, atIndex: 0) } ?? nil
        return try step(
            page,
            "SELECT id, received_at, EXISTS (SELECT 1 FROM pending_webhooks WHERE pending_webhooks.id = webhooks.id) FROM webhooks"
        ) { id, row in
            guard try !row.decode(Bool.self, atIndex: 2), id != newest, try !holdsQuarantined(id) else { return false }
            try run("DELETE FROM webhooks WHERE id = ?", [id])
            return true
        }
    }

    /// Whether something came in a webhook that could not be read, and can be read again only from there.
    private func holdsQuarantined(_ webhook: Int64) throws -> Bool {
        guard let body = try row("SELECT body FROM webhooks WHERE id = ?", [webhook], { try $0.decode(Data.self, atIndex: 0) }) else { return false }
        // The key of what could not be read begins with the digest of its webhook, and a blank.
        let digest = WebhookReader.digest(of: Array(body))
        return try row(
            "SELECT 1 FROM inbound_events WHERE key >= ? AND key < ? AND state = 'quarantined' LIMIT 1", ["\(digest) ", "\(digest)!"]
        ) { _ in true } ?? false
    }

    private func removeEvents(_ page: Page) throws -> RetentionSweep.Step {
        try step(
            page,
            """
            SELECT id, recorded_at, kind, wamid, number, state IN ('posted', 'merged', 'ignored')
            AND NOT EXISTS (SELECT 1 FROM post_tasks WHERE shown_event = inbound_events.id AND is_unfinished = 1)
            AND NOT EXISTS (SELECT 1 FROM inbound_files WHERE event = inbound_events.id AND (is_open = 1 OR state IN ('waiting', 'ready')))
            FROM inbound_events
            """
        ) { id, row in
            guard try row.decode(Bool.self, atIndex: 5) else { return false }
            try run("DELETE FROM inbound_files WHERE event = ?", [id])
            // A status has the wamid of the message that it is about, whose link is not its own.
            if try row.text(2) != "status" { try removeLinks(of: try row.optionalText(3), number: try row.optionalText(4)) }
            try run("DELETE FROM inbound_events WHERE id = ?", [id])
            return true
        }
    }

    /// What was to be posted does not say when it was recorded. But nearly each shows an event, and what was recorded before another is older.
    /// What waits in a lane may be about what was posted there before.
    /// - Parameter firstKept: the oldest event that is too new
    private func removePosts(_ page: Page, before firstKept: Int64) throws -> RetentionSweep.Step {
        let found = try rows(
            """
            SELECT id, shown_event, is_unfinished = 0 AND NOT EXISTS (SELECT 1 FROM inbound_files WHERE placeholder = post_tasks.id)
            AND NOT EXISTS (SELECT 1 FROM post_tasks AS later WHERE later.lane = post_tasks.lane AND later.is_unfinished = 1)
            FROM post_tasks WHERE id > ? ORDER BY id LIMIT ?
            """,
            [page.after, page.limit]
        ) { row in
            (
                id: try row.decode(Int64.self, atIndex: 0), event: try row.decode(Int64?.self, atIndex: 1),
                isDone: try row.decode(Bool.self, atIndex: 2)
            )
        }
        var old = found.prefix { $0.event.map { $0 < firstKept } ?? true }
        let following =
            try row("SELECT shown_event FROM post_tasks WHERE id > ? AND shown_event IS NOT NULL ORDER BY id LIMIT 1", [found.last?.id ?? 0]) {
                try $0.decode(Int64.self, atIndex: 0)
            }
        if old.count < found.count || (following ?? .max) >= firstKept {
            // What shows no event is as old as the next that does, and nobody knows how old without one.
            old = old.lastIndex { $0.event != nil }.map { old.prefix(through: $0) } ?? []
        }
        var step = RetentionSweep.Step(last: old.count < page.limit ? nil : old.last?.id, removed: 0)
        for task in old where task.isDone {
            try run("DELETE FROM reactions WHERE task = ?", [task.id])
            step.removed += try run("DELETE FROM post_tasks WHERE id = ?", [task.id])
        }
        return step
    }

    private func removeMessages(_ page: Page) throws -> RetentionSweep.Step {
        try step(
            page,
            """
            SELECT id, recorded_at, wamid, number, is_holding = 0 AND state IN ('sent', 'delivered', 'read', 'failed', 'unknown')
            FROM outgoing_messages
            """
        ) { id, row in
            guard try row.decode(Bool.self, atIndex: 4) else { return false }
            try removeLinks(of: try row.optionalText(2), number: try row.text(3))
            try run("DELETE FROM outgoing_messages WHERE id = ?", [id])
            return true
        }
    }

    private func removeLinks(of wamid: String?, number: String?) throws {
        guard let wamid, let number else { return }
        try run("DELETE FROM links WHERE wamid = ? AND number = ?", [wamid, number])
    }
}
