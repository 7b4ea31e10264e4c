import Bridge
import FoundationEssentials
import GRDB

extension SQLiteTransaction {
    // MARK: Webhooks

    func appendWebhook(_ body: [UInt8], receivedAt: Moment) throws {
        try run("INSERT INTO webhooks (received_at, body) VALUES (?, ?)", [receivedAt.milliseconds, Data(body)])
        try run("INSERT INTO pending_webhooks (id) VALUES (?)", [insertedRow])
    }

    func pendingWebhooks(limit: Int, bytes: Int) throws -> [StoredWebhook] {
        var left = bytes
        // SQLite knows a body's length without reading it.
        let sizes = try rows(
            """
            SELECT length(body) FROM pending_webhooks CROSS JOIN webhooks ON webhooks.id = pending_webhooks.id ORDER BY pending_webhooks.id LIMIT ?
            """,
            [max(0, limit)]
        ) { row in try row.decode(Int.self, atIndex: 0) }
        let count = sizes.prefix { size in
            left -= size
            return left >= 0
        }.count
        return try rows(
            """
            SELECT webhooks.id, received_at, body FROM pending_webhooks CROSS JOIN webhooks ON webhooks.id = pending_webhooks.id
            ORDER BY pending_webhooks.id LIMIT ?
            """,
            [min(sizes.count, max(1, count))]
        ) { row in
            StoredWebhook(id: try row.id(0), receivedAt: try row.moment(1), body: Array(try row.decode(Data.self, atIndex: 2)))
        }
    }

    func finishWebhook(_ id: StoredWebhook.ID) throws {
        if try run("DELETE FROM pending_webhooks WHERE id = ?", [id.rawValue]) == 1 { return }
        guard try row("SELECT id FROM webhooks WHERE id = ?", [id.rawValue], { _ in true }) != nil else {
            throw StoreError(.noRow, "The database \(path) has no row \(id.rawValue) in webhooks.")
        }
    }

    // MARK: Inbound events

    func insertInbound(key: String, event: InboundEvent, state: InboundState, recordedAt: Moment) throws -> InboundRecord.ID? {
        let columns = event.ledgerColumns
        let count = try run(
            """
            INSERT INTO inbound_events (key, kind, number, type, wamid, state, reason, recorded_at, payload)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE NOT EXISTS (SELECT 1 FROM inbound_events WHERE key = ?1)
            """,
            [
                key, columns.kind, columns.number?.rawValue, columns.type, columns.wamid?.rawValue, state.name, state.reason,
                recordedAt.milliseconds, try Self.json(event),
            ]
        )
        return count == 1 ? InboundRecord.ID(rawValue: insertedRow) : nil
    }

    private static let inboundColumns = "SELECT id, key, payload, state, reason, recorded_at, conversation FROM inbound_events"

    private func readInbound(_ row: Row) throws -> InboundRecord {
        let id = try row.id(0, of: InboundRecord.self)
        guard let state = InboundState(name: try row.text(3), reason: try row.optionalText(4)) else {
            throw damaged(id.rawValue, of: "inbound_events")
        }
        return InboundRecord(
            id: id,
            key: try row.text(1),
            event: try decode(InboundEvent.self, try row.text(2), row: id.rawValue, of: "inbound_events"),
            state: state,
            recordedAt: try row.moment(5),
            conversation: try row.decode(Int64?.self, atIndex: 6).map(Conversation.ID.init(rawValue:))
        )
    }

    func inbound(_ id: InboundRecord.ID) throws -> InboundRecord? {
        try row("\(Self.inboundColumns) WHERE id = ?", [id.rawValue], readInbound)
    }

    func inbound(key: String) throws -> InboundRecord? {
        try row("\(Self.inboundColumns) WHERE key = ?", [key], readInbound)
    }

    func setInbound(_ id: InboundRecord.ID, state: InboundState, conversation: Conversation.ID?) throws {
        try change(
            id.rawValue,
            of: "inbound_events",
            "UPDATE inbound_events SET state = ?, reason = ?, conversation = ? WHERE id = ?",
            [state.name, state.reason, conversation?.rawValue, id.rawValue]
        )
    }

    func setInboundState(_ id: InboundRecord.ID, _ state: InboundState) throws {
        try change(
            id.rawValue, of: "inbound_events", "UPDATE inbound_events SET state = ?, reason = ? WHERE id = ?",
            [state.name, state.reason, id.rawValue])
    }

    func heldInbound(reasons: Set<HoldReason>, after: InboundRecord.ID?, limit: Int) throws -> [InboundRecord] {
        // A query for each reason reads no further than its page; one for all of them would sort everything that is held.
        let held = try reasons.flatMap { reason in
            try rows(
                "\(Self.inboundColumns) INDEXED BY inbound_events_held WHERE state = 'held' AND reason = ? AND id > ? ORDER BY id LIMIT ?",
                [reason.rawValue, after?.rawValue ?? 0, max(0, limit)],
                readInbound
            )
        }
        return Array(held.sorted { $0.id < $1.id }.prefix(max(0, limit)))
    }

    func statuses(of wamid: Wamid, number: PhoneNumberID) throws -> [InboundRecord] {
        try rows(
            "\(Self.inboundColumns) INDEXED BY inbound_events_statuses WHERE kind = 'status' AND wamid = ? AND number = ? ORDER BY id",
            [wamid.rawValue, number.rawValue],
            readInbound
        )
    }
}

/// What the ledger shows of an event in columns of its own.
struct LedgerColumns {
    /// What kind of event it is, as stored.
    var kind: String
    /// The business number.
    var number: PhoneNumberID?
    /// Meta's name of its type; `status` and `unreadable` for what has none.
    var type: String
    /// The message that it is or is about.
    var wamid: Wamid?
}

extension InboundEvent {
    /// What the ledger shows of the event in columns of its own.
    var ledgerColumns: LedgerColumns {
        switch self {
        case .message(let message): LedgerColumns(kind: "message", number: message.number, type: message.type, wamid: message.wamid)
        case .echo(let message): LedgerColumns(kind: "echo", number: message.number, type: message.type, wamid: message.wamid)
        case .status(let status): LedgerColumns(kind: "status", number: status.number, type: "status", wamid: status.wamid)
        case .notice(let notice): LedgerColumns(kind: "notice", number: notice.number, type: notice.type, wamid: nil)
        case .unreadable(let unreadable): LedgerColumns(kind: "unreadable", number: unreadable.number, type: "unreadable", wamid: nil)
        }
    }
}
