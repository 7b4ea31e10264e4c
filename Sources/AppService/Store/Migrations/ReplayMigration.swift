import GRDB

/// What an operator wants done again, until the service has decided on it.
enum ReplayMigration {
    static let identifier = "7 replay"

    static func migrate(_ db: Database) throws {
        try db.execute(sql: sql)
    }

    private static let sql = """
        CREATE TABLE replay_requests (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          direction TEXT NOT NULL,
          subject INTEGER NOT NULL,
          webhook INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX replay_requests_subject ON replay_requests (direction, subject);
        CREATE INDEX replay_requests_order ON replay_requests (direction, id);
        """
}
