import GRDB

/// What administrators see and change: what is known of accounts and numbers, how often a number was changed, and the instance's options.
enum AdministrationMigration {
    static let identifier = "4 administration"

    static func migrate(_ db: Database) throws {
        try db.execute(sql: sql)
    }

    private static let sql = """
        ALTER TABLE accounts ADD COLUMN token_stored_at INTEGER;
        ALTER TABLE accounts ADD COLUMN name TEXT;

        ALTER TABLE numbers ADD COLUMN licensed_at INTEGER;
        ALTER TABLE numbers ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
        -- Together null until Meta was asked.
        ALTER TABLE numbers ADD COLUMN display TEXT;
        ALTER TABLE numbers ADD COLUMN verified_name TEXT;
        ALTER TABLE numbers ADD COLUMN quality TEXT;
        ALTER TABLE numbers ADD COLUMN is_registered INTEGER;

        CREATE TABLE options (
          name TEXT PRIMARY KEY NOT NULL,
          value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
