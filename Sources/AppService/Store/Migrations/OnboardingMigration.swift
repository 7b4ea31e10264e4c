import GRDB

/// What onboarding with a shared service agrees on. Keys, paths and tokens are sealed before they come here.
enum OnboardingMigration {
    static let identifier = "6 onboarding"

    static func migrate(_ db: Database) throws {
        try db.execute(sql: sql)
    }

    private static let sql = """
        ALTER TABLE accounts ADD COLUMN sealed_proof TEXT;

        CREATE TABLE bindings (
          id TEXT PRIMARY KEY NOT NULL,
          account TEXT NOT NULL,
          mode TEXT NOT NULL,
          state TEXT NOT NULL,
          since INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE relay_keys (
          id TEXT PRIMARY KEY NOT NULL,
          binding TEXT NOT NULL,
          sealed_key TEXT NOT NULL,
          -- Null for the one that is in use.
          retired_at INTEGER
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE direct_paths (
          number TEXT PRIMARY KEY NOT NULL,
          sealed_path TEXT NOT NULL,
          sealed_verify_token TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
