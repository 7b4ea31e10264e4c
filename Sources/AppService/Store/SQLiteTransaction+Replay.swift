import Bridge
import FoundationEssentials
import GRDB

extension SQLiteTransaction {
    func webhook(_ id: StoredWebhook.ID) throws -> StoredWebhook? {
        try row("SELECT id, received_at, body FROM webhooks WHERE id = ?", [id.rawValue]) { row in
            StoredWebhook(id: try row.id(0), receivedAt: try row.moment(1), body: Array(try row.decode(Data.self, atIndex: 2)))
        }
    }

    // MARK: Replay

    func insertReplayRequest(_ subject: ReplaySubject, webhook: StoredWebhook.ID?) throws {
        try run(
            "INSERT INTO replay_requests (direction, subject, webhook) VALUES (?, ?, ?) ON CONFLICT (direction, subject) DO NOTHING",
            [subject.half.rawValue, subject.row, webhook?.rawValue])
    }

    func replayRequests(for half: ReplaySubject.Half, after: ReplayRequest.ID?, limit: Int) throws -> [ReplayRequest] {
        try rows(
            """
            SELECT id, subject, webhook FROM replay_requests INDEXED BY replay_requests_order
            WHERE direction = ? AND id > ? ORDER BY id LIMIT ?
            """,
            [half.rawValue, after?.rawValue ?? 0, max(0, limit)]
        ) { row in
            let subject: ReplaySubject =
                switch half {
                case .inbound: .inbound(try row.id(1))
                case .outgoing: .outgoing(try row.id(1))
                }
            return ReplayRequest(
                id: try row.id(0), subject: subject, webhook: try row.decode(Int64?.self, atIndex: 2).map(StoredWebhook.ID.init(rawValue:)))
        }
    }

    func finishReplayRequest(_ id: ReplayRequest.ID) throws {
        try run("DELETE FROM replay_requests WHERE id = ?", [id.rawValue])
    }
}

extension ReplaySubject {
    /// The number of its row in its half of the ledger.
    fileprivate var row: Int64 {
        switch self {
        case .inbound(let id): id.rawValue
        case .outgoing(let id): id.rawValue
        }
    }
}
