public import Bridge
import GRDB
import Protocol

/// What the service itself remembers of an instance over a restart, besides messages and settings. Changing it raises no revision.
extension SettingsStore {
    /// What is remembered.
    enum Note: String {
        /// What the PBX's newest login said about licences, and when the PBX was seen last.
        case licences
        /// The check of private posts.
        case privatePosts = "private posts"
        /// What Meta said last about access tokens and accounts.
        case accountCare = "account care"
    }

    /// What the PBX's newest login said about licences; an empty pool if that is not known.
    func licences() async throws -> LicencePool {
        guard let memory = try await read(.licences, as: LicenceNote.self) else { return LicencePool() }
        return LicencePool(remembering: .init(count: memory.count, isTestMode: memory.isTestMode), seenAt: memory.seenAt)
    }

    /// Remembers a pool whose PBX was seen last at a moment.
    func remember(_ grant: LicencePool.Grant, seenAt moment: Moment) async throws {
        try await write(LicenceNote(count: grant.count, isTestMode: grant.isTestMode, seenAt: moment), as: .licences)
    }

    /// The check of private posts as it was; one that never was if that cannot be read.
    func privatePosts() async throws -> PrivatePostCheck { try await read(.privatePosts, as: PrivatePostCheck.self) ?? PrivatePostCheck() }

    /// Remembers the check of private posts.
    func remember(_ check: PrivatePostCheck) async throws { try await write(check, as: .privatePosts) }

    /// What Meta said last about each account; nothing if that cannot be read.
    func accountCare() async throws -> [String: AccountStanding] { try await read(.accountCare, as: [String: AccountStanding].self) ?? [:] }

    /// Remembers what Meta said about each account.
    func remember(_ standings: [String: AccountStanding]) async throws { try await write(standings, as: .accountCare) }

    private struct LicenceNote: Codable, Sendable {
        var count: Int
        var isTestMode: Bool
        var seenAt: Moment
    }

    static func note<Value: Decodable>(_ note: Note, as type: Value.Type, _ db: Database) throws -> Value? {
        let text = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE name = ?", arguments: [note.rawValue])
        // What cannot be read was written by another version: it is found out anew.
        return text.flatMap { try? JSONReader.read(type, from: Array($0.utf8)) }
    }

    private func read<Value: Decodable & Sendable>(_ note: Note, as type: Value.Type) async throws -> Value? {
        let path = path
        return try await database.pool.read { db in try StoreError.translating(path) { try Self.note(note, as: type, db) } }
    }

    private func write(_ value: some Encodable & Sendable, as note: Note) async throws {
        let path = path
        let text = try SQLiteTransaction.json(value)
        try await database.pool.write { db in
            try StoreError.translating(path) {
                try db.execute(sql: "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", arguments: [note.rawValue, text])
            }
        }
    }
}

extension SettingsReader {
    /// How the check of private posts stands, as it is stored.
    /// - Throws: as ``settings(at:)``.
    public static func privatePosts(at location: StoreLocation) throws -> PrivatePostCheck {
        let queue = try ReadOnlyDatabase.open(at: location)
        return try StoreError.translating(location.path) {
            try queue.read { db in try SettingsStore.note(.privatePosts, as: PrivatePostCheck.self, db) ?? PrivatePostCheck() }
        }
    }
}
