import Bridge
import GRDB
import Protocol

/// Keeps the settings of an instance in its database.
///
/// Settings are few and are read and written as a whole. Every change raises the revision, by which a running service notices what a
/// command beside it has changed.
public final class SettingsStore: Sendable {
    let database: InstanceDatabase
    var path: String { database.location.path }

    /// Works on an open database.
    public init(_ database: InstanceDatabase) {
        self.database = database
    }

    /// The settings.
    public func settings() async throws -> StoredSettings {
        let path = path
        return try await database.pool.read { db in try StoreError.translating(path) { try Self.read(db, path: path) } }
    }

    /// How often the settings have been changed. Cheap: made to be asked every second.
    public func revision() async throws -> Int64 {
        let path = path
        return try await database.pool.read { db in try StoreError.translating(path) { try Self.revision(db) } }
    }

    /// Changes the settings: `body` gets them as they are, alone, and what it leaves is durable when this returns.
    ///
    /// If it leaves them as they were, nothing is written and the revision stays.
    /// - Throws: what `body` throws, in which case nothing is changed; ``StoreError``.
    @discardableResult
    public func change<Result: Sendable>(_ body: @escaping @Sendable (inout StoredSettings) throws -> Result) async throws -> Result {
        let path = path
        return try await database.pool.write { db in
            try StoreError.translating(path) {
                let old = try Self.read(db, path: path)
                var new = old
                let result = try body(&new)
                if new != old { try Self.write(new, over: old, db) }
                return result
            }
        }
    }

    private static func revision(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'settings revision'") ?? 0
    }

    // MARK: Reading

    static func read(_ db: Database, path: String) throws -> StoredSettings {
        var settings = StoredSettings()
        for row in try Row.fetchAll(db, sql: "SELECT waba, sealed_token, token_stored_at, name, sealed_proof FROM accounts") {
            settings.accounts[try row.text(0)] = StoredSettings.Account(
                token: try row.optionalText(1).map { try sealed($0, path: path) },
                tokenStoredAt: try row.decode(Int64?.self, atIndex: 2).map(Moment.init(milliseconds:)),
                name: try row.optionalText(3),
                proof: try row.optionalText(4).map { try sealed($0, path: path) }
            )
        }
        let sql = """
            SELECT id, account, app, zone, tags, is_licensed, closed_message, read_receipts, typing, edits, deleted_at, licensed_at, revision,
            display, verified_name, quality, is_registered FROM numbers
            """
        for row in try Row.fetchAll(db, sql: sql) {
            guard let tags = try? JSONReader.read([String].self, from: Array(try row.text(4).utf8)) else {
                throw damaged("The tags of a number", path)
            }
            settings.numbers[PhoneNumberID(rawValue: try row.text(0))] = StoredSettings.Number(
                account: try row.text(1),
                app: try row.text(2),
                zone: try row.optionalText(3).map(Zone.init(rawValue:)),
                tags: tags,
                isLicensed: try row.decode(Bool.self, atIndex: 5),
                closedMessage: try row.text(6),
                readReceipts: try row.decode(Bool.self, atIndex: 7),
                typing: try row.decode(Bool.self, atIndex: 8),
                edits: try row.text(9),
                deletedAt: try row.decode(Int64?.self, atIndex: 10).map(Moment.init(milliseconds:)),
                licensedAt: try row.decode(Int64?.self, atIndex: 11).map(Moment.init(milliseconds:)),
                revision: try row.decode(Int64.self, atIndex: 12),
                profile: try profile(row)
            )
        }
        for row in try Row.fetchAll(db, sql: "SELECT name, sealed FROM secrets") {
            settings.secrets[StoredSettings.SecretName(rawValue: try row.text(0))] = try sealed(try row.text(1), path: path)
        }
        for row in try Row.fetchAll(db, sql: "SELECT name, fingerprint FROM seeds") {
            settings.seeds[try row.text(0)] = try row.text(1)
        }
        var options: [String: String] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT name, value FROM options") { options[try row.text(0)] = try row.text(1) }
        settings.options = StoredOptions(stored: options)
        try readOnboarding(into: &settings, db, path: path)
        return settings
    }

    private static func profile(_ row: Row) throws -> StoredSettings.Number.Profile? {
        guard let display = try row.optionalText(13) else { return nil }
        return StoredSettings.Number.Profile(
            display: display,
            verifiedName: try row.optionalText(14) ?? "",
            quality: try row.optionalText(15),
            isRegistered: try row.decode(Bool?.self, atIndex: 16) ?? false
        )
    }

    static func sealed(_ text: String, path: String) throws -> SealedValue {
        guard let value = SealedValue(rawValue: text) else { throw damaged("A sealed secret", path) }
        return value
    }

    static func damaged(_ what: String, _ path: String) -> StoreError {
        StoreError(.damagedRow, "\(what) in \(path) cannot be read; restore the database from a backup.")
    }

    // MARK: Writing

    private static func write(_ new: StoredSettings, over old: StoredSettings, _ db: Database) throws {
        for waba in old.accounts.keys where new.accounts[waba] == nil {
            try db.execute(sql: "DELETE FROM accounts WHERE waba = ?", arguments: [waba])
        }
        for (waba, account) in new.accounts where old.accounts[waba] != account {
            try db.execute(
                sql: "INSERT OR REPLACE INTO accounts (waba, sealed_token, token_stored_at, name, sealed_proof) VALUES (?, ?, ?, ?, ?)",
                arguments: [waba, account.token?.rawValue, account.tokenStoredAt?.milliseconds, account.name, account.proof?.rawValue]
            )
        }
        for id in old.numbers.keys where new.numbers[id] == nil {
            try db.execute(sql: "DELETE FROM numbers WHERE id = ?", arguments: [id.rawValue])
        }
        for (id, number) in new.numbers where old.numbers[id] != number {
            var number = number
            // Here, so that nobody who changes a number can forget it.
            // What Meta says of it is nobody's change, and must not keep an administrator from saving theirs.
            let isChanged = number.settingsDiffer(from: old.numbers[id])
            number.revision = (old.numbers[id]?.revision ?? 0) + (isChanged ? 1 : 0)
            try save(number, id, db)
        }
        for name in old.secrets.keys where new.secrets[name] == nil {
            try db.execute(sql: "DELETE FROM secrets WHERE name = ?", arguments: [name.rawValue])
        }
        for (name, value) in new.secrets where old.secrets[name] != value {
            try db.execute(sql: "INSERT OR REPLACE INTO secrets (name, sealed) VALUES (?, ?)", arguments: [name.rawValue, value.rawValue])
        }
        for name in old.seeds.keys where new.seeds[name] == nil {
            try db.execute(sql: "DELETE FROM seeds WHERE name = ?", arguments: [name])
        }
        for (name, fingerprint) in new.seeds where old.seeds[name] != fingerprint {
            try db.execute(sql: "INSERT OR REPLACE INTO seeds (name, fingerprint) VALUES (?, ?)", arguments: [name, fingerprint])
        }
        try save(new.options.stored, over: old.options.stored, db)
        try writeOnboarding(new, over: old, db)
        try db.execute(sql: "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'settings revision'")
    }

    private static func save(_ number: StoredSettings.Number, _ id: PhoneNumberID, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO numbers (id, account, app, zone, tags, is_licensed, closed_message, read_receipts, typing, edits,
                deleted_at, licensed_at, revision, display, verified_name, quality, is_registered)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id.rawValue, number.account, number.app, number.zone?.rawValue, try SQLiteTransaction.json(number.tags), number.isLicensed,
                number.closedMessage, number.readReceipts, number.typing, number.edits, number.deletedAt?.milliseconds,
                number.licensedAt?.milliseconds, number.revision, number.profile?.display, number.profile?.verifiedName, number.profile?.quality,
                number.profile?.isRegistered,
            ]
        )
    }

    private static func save(_ new: [String: String], over old: [String: String], _ db: Database) throws {
        for name in old.keys where new[name] == nil { try db.execute(sql: "DELETE FROM options WHERE name = ?", arguments: [name]) }
        for (name, value) in new where old[name] != value {
            try db.execute(sql: "INSERT OR REPLACE INTO options (name, value) VALUES (?, ?)", arguments: [name, value])
        }
    }
}
