import Bridge
import GRDB

extension LedgerReader {
    /// How many rows each number has in each state; numbers in the order of their IDs, what names none first. Reads the whole ledger once.
    ///
    /// - Throws: ``StoreError``.
    public func summaries() throws -> [LedgerSummary] {
        try StoreError.translating(location.path) {
            try queue.read { db in
                var summaries: [LedgerSummary] = []
                let cursor = try Row.fetchCursor(db, sql: Self.summarySQL)
                while let row = try cursor.next() {
                    let number = try row.optionalText(0).map(PhoneNumberID.init(rawValue:))
                    if summaries.isEmpty || summaries[summaries.count - 1].number != number {
                        summaries.append(LedgerSummary(instance: location.instance.description, number: number))
                    }
                    summaries[summaries.count - 1].add(
                        try row.decode(Int.self, atIndex: 4), LedgerRow.Direction(rawValue: try row.text(1)) ?? .inbound,
                        state: try row.text(2), reason: try row.optionalText(3), oldest: try row.moment(5))
                }
                return summaries
            }
        }
    }

    /// Reasons tell only held rows apart: those of failures and quarantine quote others, and there may be many.
    private static let summarySQL = """
        SELECT number, 'in', state, CASE state WHEN 'held' THEN reason END AS why, count(*), min(recorded_at)
        FROM inbound_events GROUP BY number, state, why
        UNION ALL SELECT number, 'out', state, CASE state WHEN 'held' THEN reason END AS why, count(*), min(recorded_at)
        FROM outgoing_messages GROUP BY number, state, why
        ORDER BY 1, 2, 3, 4
        """
}
