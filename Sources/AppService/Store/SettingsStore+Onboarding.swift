import Bridge
import GRDB
import Protocol

/// What onboarding with a shared service has agreed on, as it is stored.
extension SettingsStore {
    static func readOnboarding(into settings: inout StoredSettings, _ db: Database, path: String) throws {
        for row in try Row.fetchAll(db, sql: "SELECT id, account, mode, state, since FROM bindings") {
            guard let mode = Pairing.Mode(rawValue: try row.text(2)), let state = StoredSettings.Binding.State(rawValue: try row.text(3)) else {
                throw damaged("A binding", path)
            }
            settings.bindings[try row.text(0)] = StoredSettings.Binding(
                account: try row.text(1), mode: mode, state: state, since: Moment(milliseconds: try row.decode(Int64.self, atIndex: 4)))
        }
        for row in try Row.fetchAll(db, sql: "SELECT id, binding, sealed_key, retired_at FROM relay_keys") {
            settings.relayKeys[try row.text(0)] = StoredSettings.RelayKey(
                binding: try row.text(1), key: try sealed(try row.text(2), path: path),
                retiredAt: try row.decode(Int64?.self, atIndex: 3).map(Moment.init(milliseconds:)))
        }
        for row in try Row.fetchAll(db, sql: "SELECT number, sealed_path, sealed_verify_token FROM direct_paths") {
            settings.directPaths[PhoneNumberID(rawValue: try row.text(0))] = StoredSettings.DirectPath(
                path: try sealed(try row.text(1), path: path), verifyToken: try sealed(try row.text(2), path: path))
        }
    }

    static func writeOnboarding(_ new: StoredSettings, over old: StoredSettings, _ db: Database) throws {
        for id in old.bindings.keys where new.bindings[id] == nil {
            try db.execute(sql: "DELETE FROM bindings WHERE id = ?", arguments: [id])
        }
        for (id, binding) in new.bindings where old.bindings[id] != binding {
            try db.execute(
                sql: "INSERT OR REPLACE INTO bindings (id, account, mode, state, since) VALUES (?, ?, ?, ?, ?)",
                arguments: [id, binding.account, binding.mode.rawValue, binding.state.rawValue, binding.since.milliseconds])
        }
        for id in old.relayKeys.keys where new.relayKeys[id] == nil {
            try db.execute(sql: "DELETE FROM relay_keys WHERE id = ?", arguments: [id])
        }
        for (id, key) in new.relayKeys where old.relayKeys[id] != key {
            try db.execute(
                sql: "INSERT OR REPLACE INTO relay_keys (id, binding, sealed_key, retired_at) VALUES (?, ?, ?, ?)",
                arguments: [id, key.binding, key.key.rawValue, key.retiredAt?.milliseconds])
        }
        for number in old.directPaths.keys where new.directPaths[number] == nil {
            try db.execute(sql: "DELETE FROM direct_paths WHERE number = ?", arguments: [number.rawValue])
        }
        for (number, path) in new.directPaths where old.directPaths[number] != path {
            try db.execute(
                sql: "INSERT OR REPLACE INTO direct_paths (number, sealed_path, sealed_verify_token) VALUES (?, ?, ?)",
                arguments: [number.rawValue, path.path.rawValue, path.verifyToken.rawValue])
        }
    }
}
