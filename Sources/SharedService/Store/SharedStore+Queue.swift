import AppService
import Bridge
import FoundationEssentials
import GRDB
import Protocol
import Synchronization

extension SharedStore {
    /// One notification that waits for its instance.
    struct Waiting: Sendable {
        var place: Int64
        var receivedAt: Moment
        var isFarewell: Bool
        var body: [UInt8]
    }

    /// Divides a notification among bindings and keeps the shares. Returns once that is durable.
    ///
    /// - Returns: how many bindings get something, and how many changes nobody gets
    func append(_ split: WebhookSplit, at now: Moment, bytes: Int) async throws -> (receivers: Int, unclaimed: Int) {
        let result = AppendResult()
        let accounts = split.accounts.sorted()
        try await database.writer.append(bytes: bytes) { db in
            // Inside the transaction, so that nothing is kept for a binding that ended meanwhile.
            var bindings: [String: [RelayBinding]] = [:]
            for account in accounts {
                bindings[account] = try Self.bindings(db, "account = ? AND state IN ('live', 'provisional') ORDER BY changed_at, id", [account])
            }
            let (shares, unclaimed) = split.shares(among: bindings)
            for share in shares {
                try db.execute(
                    sql: "INSERT INTO queue (binding, received_at, is_farewell, body) VALUES (?, ?, ?, ?)",
                    arguments: [share.binding, now.milliseconds, share.isFarewell, Data(share.body)])
            }
            result.set(shares.count, unclaimed)
        }
        return result.value
    }

    /// The bindings for which something waits, those whose oldest waits longest first.
    func waitingBindings(excluding: Set<String>) async throws -> [String] {
        try await database.read { db in
            try String.fetchAll(db, sql: "SELECT binding FROM queue GROUP BY binding ORDER BY min(place)").filter { !excluding.contains($0) }
        }
    }

    /// How many notifications wait.
    func waitingCount() async throws -> Int {
        try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM queue") ?? 0 }
    }

    /// Whether something waits for a binding.
    func isWaiting(_ binding: String) async throws -> Bool {
        try await database.read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM queue WHERE binding = ?)", arguments: [binding]) ?? false }
    }

    /// The oldest notification that waits for a binding.
    func oldest(of binding: String) async throws -> Waiting? {
        try await database.read { db in
            try Row.fetchOne(
                db, sql: "SELECT place, received_at, is_farewell, body FROM queue WHERE binding = ? ORDER BY place LIMIT 1", arguments: [binding]
            ).map { row in
                Waiting(place: row[0], receivedAt: Moment(milliseconds: row[1]), isFarewell: row[2], body: Array(row[3] as Data))
            }
        }
    }

    /// A notification is done with. One that was a farewell ends its binding.
    func remove(_ waiting: Waiting, of binding: String, at now: Moment) async throws {
        try await database.writer.write { db in
            // A farewell that was taken over by a newer binding says nothing about that one.
            let isFarewell =
                try Bool.fetchOne(db, sql: "SELECT is_farewell FROM queue WHERE place = ? AND binding = ?", arguments: [waiting.place, binding])
                ?? false
            try db.execute(sql: "DELETE FROM queue WHERE place = ?", arguments: [waiting.place])
            if isFarewell { try Self.move(binding, to: .ending, from: [.provisional, .live], at: now, in: db) }
        }
    }

    /// What makes a provisional binding the one that counts: those of the same instance and account go up in it, with their numbers and
    /// with what waits for them; others lose the numbers that they have in common with it, and end if they keep none.
    ///
    /// - Parameter mayTakeOver: whether somebody confirmed that others lose something; if not, and they would, it throws ``BoundElsewhere``
    static func activation(of id: String, mayTakeOver: Bool, at now: Moment) -> @Sendable (Database) throws -> Void {
        { db in
            guard var binding = try bindings(db, "id = ?", [id]).first, binding.state == .provisional else { throw BindingGone() }
            let others = try bindings(db, "account = ? AND id <> ? AND state = 'live'", [binding.account, id])
            for other in others where other.callback != binding.callback && other.overlaps(binding.numbers) {
                guard mayTakeOver else { throw BoundElsewhere() }
                let rest = binding.numbers.isEmpty ? [] : other.numbers.filter { !binding.numbers.contains($0) }
                if rest.isEmpty { try move(other.id, to: .ending, from: [.live], at: now, in: db) } else { try set(rest, of: other.id, in: db) }
            }
            for other in others where other.callback == binding.callback {
                binding.numbers = other.numbers.isEmpty || binding.numbers.isEmpty ? [] : (other.numbers + binding.numbers).uniqued()
                try db.execute(sql: "UPDATE queue SET binding = ?, is_farewell = 0 WHERE binding = ?", arguments: [id, other.id])
                try move(other.id, to: .ending, from: [.live], at: now, in: db)
            }
            try set(binding.numbers, of: id, in: db)
            try move(id, to: .live, from: [.provisional], at: now, in: db)
        }
    }

    private static func set(_ numbers: [String], of binding: String, in db: Database) throws {
        try db.execute(sql: "UPDATE bindings SET numbers = ? WHERE id = ?", arguments: [numbers.joined(separator: ","), binding])
    }
}

/// The account or a number of it came to belong to another instance meanwhile.
struct BoundElsewhere: Error {}

/// A binding ended before it became final.
struct BindingGone: Error {}

/// Brings a result out of a transaction.
private final class AppendResult: Sendable {
    private let held = Mutex((receivers: 0, unclaimed: 0))

    var value: (receivers: Int, unclaimed: Int) { held.withLock { $0 } }

    func set(_ receivers: Int, _ unclaimed: Int) { held.withLock { $0 = (receivers, unclaimed) } }
}
