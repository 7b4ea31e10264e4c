import Bridge
import FoundationEssentials
import GRDB

/// What the PBX has said about licences, which outlasts a restart.
extension SettingsStore {
    private static let name = "licence pool"

    /// What was kept last; nothing known if there is none, or if it cannot be read.
    func licencePool() async throws -> LicencePool {
        let path = database.location.path
        let text = try await database.pool.read { db in
            try StoreError.translating(path) { try String.fetchOne(db, sql: "SELECT value FROM meta WHERE name = ?", arguments: [Self.name]) }
        }
        return text.flatMap { try? JSONDecoder().decode(LicencePool.self, from: Data($0.utf8)) } ?? LicencePool()
    }

    /// Keeps it. The settings' revision stays.
    func keep(_ pool: LicencePool) async throws {
        let path = database.location.path
        let text = String(decoding: try JSONEncoder().encode(pool), as: UTF8.self)
        try await database.pool.write { db in
            try StoreError.translating(path) {
                try db.execute(sql: "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", arguments: [Self.name, text])
            }
        }
    }
}
