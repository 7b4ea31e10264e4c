import GRDB

/// Finds the zones in which something was going on lately, whatever zones the numbers have now.
enum MoveMigration {
    static let identifier = "5 moves"

    static func migrate(_ db: Database) throws {
        try db.execute(sql: "CREATE INDEX discussions_newest ON discussions (newest_message_at, zone)")
    }
}
