import AppService
import Bridge
import Crypto
import FoundationEssentials
import GRDB
import Protocol

/// What a shared service keeps: pairings, bindings, and what is still to be forwarded. Secrets are sealed before they come here.
struct SharedStore: Sendable {
    let database: SharedDatabase
    let sealer: Sealer

    private static let owner = "shared-service"

    private func seal(_ secret: Secret, _ field: String) throws -> String {
        try sealer.seal(secret, for: SealingContext(instance: Self.owner, field: field)).rawValue
    }

    private func open(_ text: String?, _ field: String) throws -> Secret? {
        guard let text, let value = SealedValue(rawValue: text) else { return nil }
        return try sealer.open(value, for: SealingContext(instance: Self.owner, field: field))
    }

    /// The keys that stored secrets were sealed under.
    static func keyIDs(in database: SharedDatabase) async throws -> Set<String> {
        let texts = try await database.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT sealed FROM pairings UNION ALL SELECT sealed_token FROM bindings WHERE sealed_token IS NOT NULL
                    UNION ALL SELECT sealed_key FROM bindings WHERE sealed_key IS NOT NULL
                    """)
        }
        return Set(texts.compactMap { SealedValue(rawValue: $0)?.keyID })
    }

    // MARK: Pairings

    /// All pairings.
    func pairings() async throws -> [PairingRecord] {
        let rows = try await database.read { db in
            try Row.fetchAll(db, sql: "SELECT id, sealed FROM pairings").map { ($0[0] as String, $0[1] as String) }
        }
        return try rows.compactMap { id, sealed in
            try open(sealed, "pairing/\(id)").map { try JSONDecoder().decode(PairingRecord.self, from: Data($0.revealedBytes)) }
        }
    }

    /// Keeps a pairing, together with what else changes with it.
    func save(_ record: PairingRecord, _ change: @escaping @Sendable (Database) throws -> Void = { _ in }) async throws {
        let sealed = try seal(Secret(String(decoding: JSONEncoder().encode(record), as: UTF8.self)), "pairing/\(record.id)")
        try await database.writer.write { db in
            try db.execute(
                sql: """
                    INSERT INTO pairings (id, version, sealed) VALUES (?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET version = excluded.version, sealed = excluded.sealed WHERE excluded.version > version
                    """,
                arguments: [record.id, record.version, sealed])
            try change(db)
        }
    }

    /// Forgets a pairing.
    func forget(pairing id: String) async throws {
        try await database.writer.write { try $0.execute(sql: "DELETE FROM pairings WHERE id = ?", arguments: [id]) }
    }

    // MARK: Bindings

    /// What makes a new binding.
    func insertion(of binding: RelayBinding, token: Secret, key: Secret, at now: Moment) throws -> @Sendable (Database) throws -> Void {
        let (sealedToken, sealedKey) = (try seal(token, "binding/\(binding.id)/token"), try seal(key, "binding/\(binding.id)/key"))
        return { db in
            try db.execute(
                sql: """
                    INSERT INTO bindings (id, instance, callback, mode, account, numbers, state, changed_at, sealed_token, sealed_key)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    binding.id, binding.instance, binding.callback, binding.mode.rawValue, binding.account, binding.numbers.joined(separator: ","),
                    binding.state.rawValue, now.milliseconds, sealedToken, sealedKey,
                ])
        }
    }

    /// All bindings that are not over, oldest change first.
    func bindings() async throws -> [RelayBinding] {
        try await database.read { try Self.bindings($0, "state <> 'ended' ORDER BY changed_at, id") }
    }

    /// The bindings of an account that are not over.
    func bindings(of account: String) async throws -> [RelayBinding] {
        try await database.read { try Self.bindings($0, "account = ? AND state <> 'ended'", [account]) }
    }

    /// A binding; nil if there never was one.
    func binding(_ id: String) async throws -> RelayBinding? {
        try await database.read { try Self.bindings($0, "id = ?", [id]).first }
    }

    /// The key that a binding's notifications are signed with; nil once it is over.
    func relayKey(of binding: String) async throws -> SymmetricKey? {
        let sealed = try await database.read { try String.fetchOne($0, sql: "SELECT sealed_key FROM bindings WHERE id = ?", arguments: [binding]) }
        return try open(sealed, "binding/\(binding)/key").flatMap { Base64URL.bytes($0.revealed) }.map { SymmetricKey(data: $0) }
    }

    /// The access token of a binding's account; nil once it is over.
    func token(of binding: String) async throws -> Secret? {
        let sealed = try await database.read { try String.fetchOne($0, sql: "SELECT sealed_token FROM bindings WHERE id = ?", arguments: [binding]) }
        return try open(sealed, "binding/\(binding)/token")
    }

    /// When a binding came into its state.
    func changed(_ binding: String) async throws -> Moment? {
        try await database.read { try Int64.fetchOne($0, sql: "SELECT changed_at FROM bindings WHERE id = ?", arguments: [binding]) }
            .map(Moment.init(milliseconds:))
    }

    /// Ends a binding: nothing new is forwarded.
    ///
    /// - Parameter keepsQueue: whether what is already to be forwarded still is
    /// - Returns: whether there was one that had not ended
    @discardableResult
    func end(_ binding: String, keepsQueue: Bool = false, at now: Moment) async throws -> Bool {
        try await Self.end(binding, keepsQueue: keepsQueue, at: now, in: database)
    }

    /// The same, without what opens secrets.
    static func end(_ binding: String, keepsQueue: Bool, at now: Moment, in database: SharedDatabase) async throws -> Bool {
        try await database.writer.write { db in
            if !keepsQueue { try db.execute(sql: "DELETE FROM queue WHERE binding = ?", arguments: [binding]) }
            try Self.move(binding, to: .ending, from: [.provisional, .live], at: now, in: db)
            return try Bool.fetchOne(db, sql: "SELECT state <> 'ended' FROM bindings WHERE id = ?", arguments: [binding]) ?? false
        }
    }

    /// Erases what a binding had.
    func finish(_ binding: String, at now: Moment) async throws {
        try await database.writer.write { db in
            try db.execute(sql: "DELETE FROM queue WHERE binding = ?", arguments: [binding])
            try Self.move(binding, to: .ended, from: [.ending], at: now, in: db)
            try db.execute(sql: "UPDATE bindings SET sealed_token = NULL, sealed_key = NULL WHERE id = ? AND state = 'ended'", arguments: [binding])
        }
    }

    /// How many notifications wait for a binding.
    static func count(of binding: String, in db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT count(*) FROM queue WHERE binding = ?", arguments: [binding]) ?? 0
    }

    static func move(_ id: String, to state: RelayBinding.State, from: [RelayBinding.State], at now: Moment, in db: Database) throws {
        for old in from {
            try db.execute(
                sql: "UPDATE bindings SET state = ?, changed_at = ? WHERE id = ? AND state = ?",
                arguments: [state.rawValue, now.milliseconds, id, old.rawValue])
        }
    }

    static func bindings(_ db: Database, _ condition: String, _ arguments: StatementArguments = []) throws -> [RelayBinding] {
        let columns = "id, instance, callback, mode, account, numbers, state"
        return try Row.fetchAll(db, sql: "SELECT \(columns) FROM bindings WHERE \(condition)", arguments: arguments).compactMap { row in
            guard let mode = Pairing.Mode(rawValue: row[3]), let state = RelayBinding.State(rawValue: row[6]) else { return nil }
            return RelayBinding(
                id: row[0], instance: row[1], callback: row[2], mode: mode, account: row[4],
                numbers: (row[5] as String).split(separator: ",").map(String.init), state: state)
        }
    }
}
