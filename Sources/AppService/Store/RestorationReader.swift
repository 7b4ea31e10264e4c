import Bridge
import GRDB

/// Reads what a restoration left to be decided, beside a running service or without one. Changes nothing and takes no lock.
public enum RestorationReader {
    /// How many messages to customers are held because they may have been sent after the backup was made. Reads the outbound ledger.
    ///
    /// - Throws: as ``SettingsReader/settings(at:)``.
    public static func heldMessages(at location: StoreLocation) throws -> Int {
        let queue = try ReadOnlyDatabase.open(at: location)
        let held = OutgoingState.held(.restored)
        return try StoreError.translating(location.path) {
            try queue.read { db in
                guard try SQLiteTransaction(db, path: location.path).restoration() != nil else { return 0 }
                return try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM outgoing_messages WHERE state = ? AND reason = ?", arguments: [held.name, held.reason]) ?? 0
            }
        }
    }
}
