import GRDB

/// Finds what is still to be posted of a message, however much waits in its conversation.
enum PostingMigration {
    static let identifier = "8 posting"

    static func migrate(_ db: Database) throws {
        try db.execute(sql: "CREATE INDEX post_tasks_event ON post_tasks (shown_event, id) WHERE is_unfinished = 1")
    }
}
