import Bridge
import GRDB

/// Reads the ledger of an instance, beside a running service or without one. Changes nothing and takes no lock.
public final class LedgerReader: Sendable {
    let location: StoreLocation
    let queue: DatabaseQueue

    /// How far the ledger has been read.
    public struct Position: Equatable, Sendable {
        fileprivate var inbound: Int64 = 0
        fileprivate var outbound: Int64 = 0

        /// The beginning.
        public init() {}
    }

    /// Opens the ledger.
    ///
    /// - Throws: ``StoreError``: `missing` if the instance was never served, `olderVersion` or `newerVersion` if another version of the
    ///   program wrote it, or what keeps the file from being read.
    public init(at location: StoreLocation) throws {
        self.location = location
        queue = try ReadOnlyDatabase.open(at: location)
    }

    /// The next rows after a position, in the order in which they were recorded, and the position behind them.
    ///
    /// - Returns: at most `limit` rows; none at the end.
    public func rows(after position: Position, limit: Int) throws -> (rows: [LedgerRow], position: Position) {
        try StoreError.translating(location.path) {
            try queue.read { db in
                let inbound = try Self.fetch(Self.inboundRows, .inbound, of: location.instance.description, after: position.inbound, limit, db)
                let outbound = try Self.fetch(Self.outboundRows, .outbound, of: location.instance.description, after: position.outbound, limit, db)
                return Self.merge(inbound, outbound, from: position, limit: limit)
            }
        }
    }

    /// Hands over all rows, in the order in which they were recorded, a page at a time, so that memory stays small.
    ///
    /// - Throws: ``StoreError``, and what `body` throws.
    public func forEach(_ body: (LedgerRow) throws -> Void) throws {
        var position = Position()
        while true {
            let page = try rows(after: position, limit: Self.pageSize)
            if page.rows.isEmpty { return }
            for row in page.rows { try body(row) }
            position = page.position
        }
    }

    /// How many rows there are of each direction, type and state. Reads the whole ledger.
    public func counts() throws -> [LedgerCount] {
        try StoreError.translating(location.path) {
            try queue.read { db in
                let sql = """
                    SELECT 'in', type, state, count(*) FROM inbound_events GROUP BY type, state
                    UNION ALL SELECT 'out', type, state, count(*) FROM outgoing_messages GROUP BY type, state
                    ORDER BY 1, 2, 3
                    """
                return try Row.fetchAll(db, sql: sql).map { row in
                    LedgerCount(
                        direction: LedgerRow.Direction(rawValue: try row.text(0)) ?? .inbound,
                        type: try row.text(1),
                        state: try row.text(2),
                        count: try row.decode(Int.self, atIndex: 3)
                    )
                }
            }
        }
    }

    private static let pageSize = 2_000

    private static let inboundRows = """
        SELECT id, number, type, wamid, state, reason, recorded_at,
        (SELECT done FROM transfers JOIN inbound_files ON direction = 'in' AND subject = inbound_files.id WHERE event = inbound_events.id),
        (SELECT total FROM transfers JOIN inbound_files ON direction = 'in' AND subject = inbound_files.id WHERE event = inbound_events.id)
        FROM inbound_events WHERE id > ? ORDER BY id LIMIT ?
        """

    private static let outboundRows = """
        SELECT outgoing_messages.id, number, type, wamid, state, reason, recorded_at, done, total FROM outgoing_messages
        LEFT JOIN transfers ON direction = 'out' AND subject = outgoing_messages.id WHERE outgoing_messages.id > ?
        ORDER BY outgoing_messages.id LIMIT ?
        """

    /// How far a file is that is being moved, in words: `file: 42 of 95 MB`.
    private static func progress(_ row: Row) throws -> String? {
        guard let done = try row.decode(Int64?.self, atIndex: 7) else { return nil }
        let total = try row.decode(Int64?.self, atIndex: 8).map { " of \($0 / 1_000_000)" } ?? ""
        return "file: \(done / 1_000_000)\(total) MB"
    }

    private static func fetch(
        _ sql: String,
        _ direction: LedgerRow.Direction,
        of instance: String,
        after id: Int64,
        _ limit: Int,
        _ db: Database
    ) throws -> [(id: Int64, row: LedgerRow)] {
        let cursor = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: [id, max(0, limit)])
        var rows: [(Int64, LedgerRow)] = []
        while let row = try cursor.next() {
            let entry = LedgerRow(
                instance: instance,
                number: try row.optionalText(1).map(PhoneNumberID.init(rawValue:)),
                direction: direction,
                type: try row.text(2),
                wamid: try row.optionalText(3).map(Wamid.init(rawValue:)),
                state: try row.text(4),
                reason: try progress(row) ?? row.optionalText(5),
                at: try row.moment(6)
            )
            rows.append((try row.decode(Int64.self, atIndex: 0), entry))
        }
        return rows
    }

    /// Each half is in the order of its recording already, even if the clock was set back meanwhile.
    private static func merge(
        _ inbound: [(id: Int64, row: LedgerRow)],
        _ outbound: [(id: Int64, row: LedgerRow)],
        from start: Position,
        limit: Int
    ) -> (rows: [LedgerRow], position: Position) {
        var inbound = inbound[...]
        var outbound = outbound[...]
        var position = start
        var rows: [LedgerRow] = []
        while rows.count < limit {
            let takesInbound =
                switch (inbound.first, outbound.first) {
                case (let left?, let right?): left.row.at <= right.row.at
                case (.some, nil): true
                case (nil, .some): false
                case (nil, nil): Bool?.none
                }
            guard let takesInbound else { break }
            if takesInbound {
                guard let next = inbound.popFirst() else { break }
                position.inbound = next.id
                rows.append(next.row)
            } else {
                guard let next = outbound.popFirst() else { break }
                position.outbound = next.id
                rows.append(next.row)
            }
        }
        return (rows, position)
    }
}
