import GRDB

/// All steps that bring a database from an older version of the program to a newer one, in order.
///
/// New ones are added at the end; none is ever changed, removed or moved once it was released.
enum StoreMigrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration(LedgerMigration.identifier, migrate: LedgerMigration.migrate)
        migrator.registerMigration(SettingsMigration.identifier, migrate: SettingsMigration.migrate)
        migrator.registerMigration(MediaMigration.identifier, migrate: MediaMigration.migrate)
        migrator.registerMigration(AdministrationMigration.identifier, migrate: AdministrationMigration.migrate)
        migrator.registerMigration(MoveMigration.identifier, migrate: MoveMigration.migrate)
        migrator.registerMigration(OnboardingMigration.identifier, migrate: OnboardingMigration.migrate)
        migrator.registerMigration(ReplayMigration.identifier, migrate: ReplayMigration.migrate)
        migrator.registerMigration(PostingMigration.identifier, migrate: PostingMigration.migrate)
        return migrator
    }

    /// Makes sure that the database is ours and of this version, and migrates it if nobody else has it open.
    static func bringUpToDate(_ pool: DatabasePool, at location: StoreLocation, isAlone: Bool) throws {
        let migrator = migrator
        let isFresh = try pool.read { try $0.isFresh() }
        if !isFresh { try pool.read { try check($0, migrator, at: location) } }
        if try !pool.read(migrator.hasCompletedMigrations) {
            guard isAlone else { throw olderVersion(location) }
            try migrator.migrate(pool)
        }
        // Beside a fresh file, so that a crash between the two is repaired at the next start.
        try pool.write { db in
            try db.execute(sql: "INSERT OR IGNORE INTO meta (name, value) VALUES ('instance', ?)", arguments: [location.instance.description])
            try checkInstance(db, at: location)
        }
    }

    /// Makes sure that the database is ours and not of a newer version.
    static func check(_ db: Database, _ migrator: DatabaseMigrator, at location: StoreLocation) throws {
        guard try db.tableExists("grdb_migrations") else {
            throw StoreError(.notADatabase, "\(location.path) is a database of another program; move it away, or correct dataDirectory.")
        }
        guard try !migrator.hasBeenSuperseded(db) else {
            throw StoreError(
                .newerVersion,
                "The database \(location.path) was written by a newer version of this program; install that version, or restore a backup."
            )
        }
    }

    /// Makes sure that the database belongs to the instance.
    static func checkInstance(_ db: Database, at location: StoreLocation) throws {
        let owner = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE name = 'instance'")
        guard owner == location.instance.description else {
            throw StoreError(
                .otherInstance,
                "The database \(location.path) belongs to instance \(owner ?? "(none)"), not to \(location.instance); put the right file there."
            )
        }
    }

    static func olderVersion(_ location: StoreLocation) -> StoreError {
        StoreError(
            .olderVersion,
            "The database \(location.path) is of an older version and in use; start the service of this version first, which brings it up to date."
        )
    }
}

extension Database {
    /// Whether nothing was ever stored in the database.
    fileprivate func isFresh() throws -> Bool {
        try Int.fetchOne(self, sql: "SELECT count(*) FROM sqlite_schema") == 0
    }
}
