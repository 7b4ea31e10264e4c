import GRDB

/// The tables behind ``SettingsStore``. Secrets are sealed before they come here.
enum SettingsMigration {
    static let identifier = "2 settings"

    static func migrate(_ db: Database) throws {
        try db.execute(sql: sql)
    }

    private static let sql = """
        CREATE TABLE accounts (
          waba TEXT PRIMARY KEY NOT NULL,
          sealed_token TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE numbers (
          id TEXT PRIMARY KEY NOT NULL,
          account TEXT NOT NULL,
          app TEXT NOT NULL,
          zone TEXT,
          tags TEXT NOT NULL,
          is_licensed INTEGER NOT NULL,
          closed_message TEXT NOT NULL,
          read_receipts INTEGER NOT NULL,
          typing INTEGER NOT NULL,
          edits TEXT NOT NULL,
          deleted_at INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE secrets (
          name TEXT PRIMARY KEY NOT NULL,
          sealed TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE seeds (
          name TEXT PRIMARY KEY NOT NULL,
          fingerprint TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        INSERT INTO meta (name, value) VALUES ('settings revision', '0');
        """
}
