import Bridge
import GRDB

/// The mark of a backup. It lies in the database itself, so that whoever puts the file in place by hand is as safe as with `restore`.
extension SQLiteTransaction {
    /// The names of the mark's rows in `meta`.
    private enum MarkName {
        static let webhooks = "restored webhooks"
        static let events = "restored events"
        static let discussions = "restored discussions"
        static let tasks = "restored tasks"
        static let madeAt = "restored from"
        static let spool = "restored spool"
        static let zone = "restored zone/"
    }

    func markRestored(madeAt moment: Moment) throws {
        let newest: [(String, String)] = [
            (MarkName.webhooks, "webhooks"), (MarkName.events, "inbound_events"), (MarkName.discussions, "discussions"),
            (MarkName.tasks, "post_tasks"),
        ]
        for (name, table) in newest {
            // What was removed counts too: row numbers are never used again.
            try run(
                "INSERT OR REPLACE INTO meta (name, value) VALUES (?1, coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?2), 0))",
                [name, table])
        }
        try run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", [MarkName.madeAt, String(moment.milliseconds)])
        try run("INSERT OR REPLACE INTO meta (name, value) VALUES (?, '')", [MarkName.spool])
        try run("INSERT OR REPLACE INTO meta (name, value) SELECT ? || zone, '' FROM zones", [MarkName.zone])
        try run(
            "UPDATE outgoing_messages SET state = ?, reason = ?, is_holding = 0, is_head = 0, changed_at = ? WHERE is_holding = 1",
            [OutgoingState.held(.restored).name, OutgoingState.held(.restored).reason, moment.milliseconds])
        // Asked for in a world that went on.
        try run("DELETE FROM replay_requests", [])
        try run("UPDATE post_tasks SET state = ? WHERE is_unfinished = 1 AND place_kind <> 'update'", [PostTask.State.posting.rawValue])
    }

    func restoration() throws -> Restoration? {
        guard let madeAt = try mark(MarkName.madeAt) else { return nil }
        return Restoration(
            webhooks: RowID(rawValue: try mark(MarkName.webhooks) ?? 0),
            events: RowID(rawValue: try mark(MarkName.events) ?? 0),
            discussions: RowID(rawValue: try mark(MarkName.discussions) ?? 0),
            tasks: RowID(rawValue: try mark(MarkName.tasks) ?? 0),
            madeAt: Moment(milliseconds: madeAt)
        )
    }

    func isRestored(_ zone: Zone) throws -> Bool {
        try row("SELECT 1 FROM meta WHERE name = ?", [MarkName.zone + zone.rawValue]) { _ in true } ?? false
    }

    func finishRestoration(of zone: Zone) throws {
        try run("DELETE FROM meta WHERE name = ?", [MarkName.zone + zone.rawValue])
    }

    /// Whether the files on the disk are of another time than the database: they are named by rows, so one may be another customer's.
    func spoolIsStale() throws -> Bool { try row("SELECT 1 FROM meta WHERE name = ?", [MarkName.spool]) { _ in true } ?? false }

    /// Notes that the files of another time are gone.
    func spoolWasEmptied() throws { try run("DELETE FROM meta WHERE name = ?", [MarkName.spool]) }

    private func mark(_ name: String) throws -> Int64? {
        try row("SELECT value FROM meta WHERE name = ?", [name]) { Int64(try $0.text(0)) } ?? nil
    }
}
