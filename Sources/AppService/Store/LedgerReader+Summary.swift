import Bridge
import GRDB

extension LedgerReader {
    /// How many rows each number has in each state; numbers in the order of their IDs, what names none first. Reads the whole ledger once.
    ///
    /// - Throws: ``StoreError``.
    public func summaries() throws -> [LedgerSummary] {
        try StoreError.translating(location.path) {
            try queue.read { db in
                var summaries: [PhoneNumberID?: LedgerSummary] = [:]
                try count("inbound_events", .inbound, into: &summaries, db)
                try count("outgoing_messages", .outbound, into: &summaries, db)
                return summaries.values.sorted { ($0.number?.rawValue ?? "") < ($1.number?.rawValue ?? "") }
            }
        }
    }

    /// How many rows are counted at once: so few that sorting them by group needs no file, however many rows there are.
    private static let countedRows: Int64 = 20_000

    private func count(
        _ table: String, _ direction: LedgerRow.Direction, into summaries: inout [PhoneNumberID?: LedgerSummary], _ db: Database
    ) throws {
        // Reasons tell only held rows apart: those of failures and quarantine quote others, and there may be many.
        let statement = try db.cachedStatement(
            sql: """
                SELECT number, state, CASE state WHEN 'held' THEN reason END AS why, count(*), min(recorded_at)
                FROM \(table) WHERE id > ? AND id <= ? GROUP BY number, state, why
                """)
        let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM \(table)") ?? 0
        for start in stride(from: 0, to: last, by: Int64.Stride(Self.countedRows)) {
            let cursor = try Row.fetchCursor(statement, arguments: [start, start + Self.countedRows])
            while let row = try cursor.next() {
                let number = try row.optionalText(0).map(PhoneNumberID.init(rawValue:))
                summaries[number, default: LedgerSummary(instance: location.instance.description, number: number)].add(
                    try row.decode(Int.self, atIndex: 3), direction, state: try row.text(1), reason: try row.optionalText(2),
                    oldest: try row.moment(4))
            }
        }
    }
}
