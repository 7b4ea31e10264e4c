import Bridge
import FoundationEssentials
import GRDB
import Protocol

/// Finds what can be replayed, and asks for it: beside a running service, which takes it within two seconds, or without one, for its next
/// start.
public struct ReplayBook: Sendable {
    private let reader: LedgerReader
    private var location: StoreLocation { reader.location }

    /// Opens the ledger of an instance for looking only.
    ///
    /// - Throws: ``StoreError``, as ``LedgerReader``.
    public init(at location: StoreLocation) throws {
        reader = try LedgerReader(at: location)
    }

    /// What a replay of the selection would do. Changes nothing.
    ///
    /// - Throws: ``StoreError``.
    public func plan(for selection: ReplaySelection) throws -> ReplayPlan {
        try StoreError.translating(location.path) {
            try reader.queue.read { db in
                var plan = ReplayPlan()
                if selection.direction != .outbound { try addInbound(to: &plan, selection, db) }
                if selection.direction != .inbound { try addOutbound(to: &plan, selection, db) }
                return plan
            }
        }
    }

    /// Asks for everything that a plan wants replayed, durably and in one piece.
    ///
    /// - Throws: ``StoreError``.
    public func request(_ plan: ReplayPlan) async throws {
        let database = try InstanceDatabase(at: location, for: .settings)
        let path = location.path
        let requests = plan.requests
        try await database.pool.write { db in
            try StoreError.translating(path) {
                let transaction = SQLiteTransaction(db, path: path)
                for request in requests { try transaction.insertReplayRequest(request.subject, webhook: request.webhook) }
            }
        }
        try database.close()
    }

    // MARK: Reading

    private func addInbound(to plan: inout ReplayPlan, _ selection: ReplaySelection, _ db: Database) throws {
        let (condition, values) = Self.condition(selection, states: "'held', 'quarantined'")
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, number, type, wamid, state, reason, recorded_at, CASE kind WHEN 'unreadable' THEN payload END
                FROM inbound_events WHERE \(condition) ORDER BY id
                """,
            arguments: values)
        var unreadable: [(index: Int, element: InboundEvent.Unreadable)] = []
        while let row = try cursor.next() {
            let entry = try entry(row, .inbound)
            let id = try row.decode(Int64.self, atIndex: 0)
            let verdict = InboundState(name: entry.state, reason: entry.reason).map(ReplayRule.verdict) ?? .leave("cannot be read")
            guard add(entry, verdict, to: &plan) else { continue }
            plan.requests.append((.inbound(InboundRecord.ID(rawValue: id)), nil))
            if let payload = try row.optionalText(7),
                case .unreadable(let element)? = try? JSONReader.read(InboundEvent.self, from: Array(payload.utf8))
            {
                unreadable.append((plan.requests.count - 1, element))
            }
        }
        guard !unreadable.isEmpty else { return }
        let webhooks = try webhooks(of: unreadable.map(\.element), db)
        for (index, element) in unreadable { plan.requests[index].webhook = webhooks[element.bodyDigest] }
    }

    private func addOutbound(to plan: inout ReplayPlan, _ selection: ReplaySelection, _ db: Database) throws {
        let (condition, values) = Self.condition(selection, states: "'held', 'failed'")
        let cursor = try Row.fetchCursor(
            db,
            sql: "SELECT id, number, type, wamid, state, reason, recorded_at FROM outgoing_messages WHERE \(condition) ORDER BY id",
            arguments: values)
        while let row = try cursor.next() {
            let entry = try entry(row, .outbound)
            let state = OutgoingState(name: entry.state, reason: entry.reason)
            let verdict = state.map { ReplayRule.verdict(on: $0, wamid: entry.wamid) } ?? .leave("cannot be read")
            guard add(entry, verdict, to: &plan) else { continue }
            plan.requests.append((.outgoing(OutgoingMessage.ID(rawValue: try row.decode(Int64.self, atIndex: 0))), nil))
        }
    }

    private func entry(_ row: Row, _ direction: LedgerRow.Direction) throws -> LedgerRow {
        LedgerRow(
            instance: location.instance.description, number: try row.optionalText(1).map(PhoneNumberID.init(rawValue:)), direction: direction,
            type: try row.text(2), wamid: try row.optionalText(3).map(Wamid.init(rawValue:)), state: try row.text(4),
            reason: try row.optionalText(5), at: try row.moment(6))
    }

    private func add(_ entry: LedgerRow, _ verdict: ReplayRule.Verdict, to plan: inout ReplayPlan) -> Bool {
        var obstacle: String?
        if case .leave(let reason) = verdict { obstacle = reason }
        let group = ReplayPlan.Group(
            number: entry.number, direction: entry.direction, state: entry.state, reason: entry.reason, obstacle: obstacle)
        plan.groups[group, default: 0] += 1
        guard obstacle == nil else { return false }
        if plan.first.count < ReplayPlan.shownRows { plan.first.append(entry) }
        return true
    }

    /// The condition of a query, and its values.
    private static func condition(_ selection: ReplaySelection, states: String) -> (String, StatementArguments) {
        var conditions = ["state IN (\(states))"]
        var values: [any DatabaseValueConvertible] = []
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            values.append(value)
        }
        add("state = ?", selection.state?.rawValue)
        add("instr(lower(coalesce(reason, '')), lower(?)) > 0", selection.reason)
        add("number = ?", selection.number?.rawValue)
        add("type = ?", selection.type)
        add("recorded_at >= ?", selection.since?.milliseconds)
        add("recorded_at < ?", selection.until?.milliseconds)
        if !selection.wamids.isEmpty {
            conditions.append("wamid IN (\(selection.wamids.map { _ in "?" }.joined(separator: ", ")))")
            values += selection.wamids.map(\.rawValue)
        }
        return (conditions.joined(separator: " AND "), StatementArguments(values))
    }

    /// The webhooks that held elements, by the digest of their body. One look at all webhooks, however many elements there are.
    private func webhooks(of elements: [InboundEvent.Unreadable], _ db: Database) throws -> [String: StoredWebhook.ID] {
        let moments = Set(elements.map(\.at.milliseconds))
        let wanted = Set(elements.map(\.bodyDigest))
        var found: [String: StoredWebhook.ID] = [:]
        let cursor = try Row.fetchCursor(db, sql: "SELECT id, received_at FROM webhooks ORDER BY id")
        while let row = try cursor.next() {
            guard moments.contains(try row.moment(1).milliseconds) else { continue }
            let id = try row.decode(Int64.self, atIndex: 0)
            guard let body = try Data.fetchOne(db, sql: "SELECT body FROM webhooks WHERE id = ?", arguments: [id]) else { continue }
            let digest = WebhookReader.digest(of: Array(body))
            if wanted.contains(digest) { found[digest] = StoredWebhook.ID(rawValue: id) }
        }
        return found
    }
}

extension InboundEvent.Unreadable {
    /// The digest of the body that it was in: the first part of its key (see ``WebhookReader``).
    fileprivate var bodyDigest: String { String(key.prefix { $0 != " " }) }
}
