import GRDB

/// Indexes that find what still points at a row that is to be removed.
enum RetentionMigration {
    static let identifier = "9 retention"

    static func migrate(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE INDEX reactions_task ON reactions (task);
                CREATE INDEX inbound_files_placeholder ON inbound_files (placeholder);
                """)
    }
}
