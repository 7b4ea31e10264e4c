import GRDB

/// Reads the settings of an instance, beside a running service or without one. Changes nothing and takes no lock.
public enum SettingsReader {
    /// The settings as they are now.
    ///
    /// - Throws: ``StoreError``: `missing` if the instance was never served, `olderVersion` or `newerVersion` if another version of the
    ///   program wrote the database, or what keeps the file from being read.
    public static func settings(at location: StoreLocation) throws -> StoredSettings {
        let queue = try ReadOnlyDatabase.open(at: location)
        return try StoreError.translating(location.path) {
            try queue.read { db in try SettingsStore.read(db, path: location.path) }
        }
    }
}
