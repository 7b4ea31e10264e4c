import Bridge
import GRDB

extension SQLiteTransaction {
    // MARK: Outgoing messages

    private static let outgoingColumns = """
        SELECT id, message_id, conversation, discussion, post, author, part, parts, text, quotes, state, reason, wamid, refusals, not_before,
        changed_at, content FROM outgoing_messages
        """

    /// A text stands in a column of its own.
    private static func stored(_ content: OutgoingContent) throws -> String? {
        if case .text = content { nil } else { try json(content) }
    }

    private func readOutgoing(_ row: Row) throws -> OutgoingMessage {
        let id = try row.id(0, of: OutgoingMessage.self)
        guard let state = OutgoingState(name: try row.text(10), reason: try row.optionalText(11)) else {
            throw damaged(id.rawValue, of: "outgoing_messages")
        }
        return OutgoingMessage(
            id: id,
            messageID: try row.text(1),
            conversation: try row.id(2),
            discussion: try row.id(3),
            post: PostReference(rawValue: try row.text(4)),
            author: try row.text(5),
            part: try row.decode(Int.self, atIndex: 6),
            parts: try row.decode(Int.self, atIndex: 7),
            content: try row.optionalText(16).map { try decode(OutgoingContent.self, $0, row: id.rawValue, of: "outgoing_messages") }
                ?? .text(try row.text(8)),
            quotes: try row.optionalText(9).map(Wamid.init(rawValue:)),
            state: state,
            wamid: try row.optionalText(12).map(Wamid.init(rawValue:)),
            refusals: try row.decode(Int.self, atIndex: 13),
            notBefore: try row.moment(14),
            changedAt: try row.moment(15)
        )
    }

    func insertOutgoing(
        messageID: String,
        conversation: Conversation.ID,
        discussion: Discussion.ID,
        post: PostReference,
        author: String,
        part: Int,
        parts: Int,
        content: OutgoingContent,
        quotes: Wamid?,
        state: OutgoingState,
        at: Moment
    ) throws -> OutgoingMessage.ID {
        // The number is the conversation's for good; beside the wamid it makes a status find its message at once.
        let count = try run(
            """
            INSERT INTO outgoing_messages (message_id, conversation, discussion, number, post, author, part, parts, text, quotes, state, reason,
            refusals, not_before, changed_at, recorded_at, is_holding, is_head, type, content)
            SELECT ?1, ?2, ?3, number, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, ?12, ?12, ?12, ?13, 0, ?14, ?15
            FROM conversations WHERE id = ?2
            """,
            [
                messageID, conversation.rawValue, discussion.rawValue, post.rawValue, author, part, parts, content.storedText, quotes?.rawValue,
                state.name, state.reason, at.milliseconds, state.holdsConversation, content.type, try Self.stored(content),
            ]
        )
        guard count == 1 else {
            throw StoreError(.noRow, "The database \(path) has no row \(conversation.rawValue) in conversations.")
        }
        let id = insertedRow
        try run(
            "UPDATE outgoing_messages SET slot = (SELECT min(id) FROM outgoing_messages INDEXED BY outgoing_messages_post WHERE post = ?) WHERE id = ?",
            [post.rawValue, id]
        )
        try keepOutgoingHead(of: OutgoingMessage.ID(rawValue: id))
        return OutgoingMessage.ID(rawValue: id)
    }

    func outgoing(_ id: OutgoingMessage.ID) throws -> OutgoingMessage? {
        try row("\(Self.outgoingColumns) WHERE id = ?", [id.rawValue], readOutgoing)
    }

    func outgoing(messageID: String) throws -> OutgoingMessage? {
        try row("\(Self.outgoingColumns) WHERE message_id = ?", [messageID], readOutgoing)
    }

    func outgoing(wamid: Wamid, number: PhoneNumberID) throws -> OutgoingMessage? {
        try row(
            "\(Self.outgoingColumns) INDEXED BY outgoing_messages_wamid WHERE wamid = ? AND number = ? ORDER BY id LIMIT 1",
            [wamid.rawValue, number.rawValue],
            readOutgoing
        )
    }

    func outgoing(of post: PostReference) throws -> [OutgoingMessage] {
        try rows("\(Self.outgoingColumns) WHERE post = ? ORDER BY part, id", [post.rawValue], readOutgoing)
    }

    func updateOutgoing(_ message: OutgoingMessage) throws {
        try change(
            message.id.rawValue,
            of: "outgoing_messages",
            """
            UPDATE outgoing_messages SET message_id = ?, part = ?, parts = ?, text = ?, type = ?, content = ?, quotes = ?, state = ?, reason = ?,
            wamid = ?, refusals = ?, not_before = ?, changed_at = ?, is_holding = ? WHERE id = ?
            """,
            [
                message.messageID, message.part, message.parts, message.content.storedText, message.content.type,
                try Self.stored(message.content), message.quotes?.rawValue, message.state.name, message.state.reason, message.wamid?.rawValue,
                message.refusals,
                message.notBefore.milliseconds, message.changedAt.milliseconds, message.state.holdsConversation, message.id.rawValue,
            ]
        )
        try keepOutgoingHead(of: message.id)
    }

    /// Makes the first holding message of a message's conversation its head, and no other.
    private func keepOutgoingHead(of id: OutgoingMessage.ID) throws {
        let conversation = try row("SELECT conversation FROM outgoing_messages WHERE id = ?", [id.rawValue]) {
            try $0.decode(Int64.self, atIndex: 0)
        }
        let head = try row(
            """
            SELECT id, is_head FROM outgoing_messages INDEXED BY outgoing_messages_conversation
            WHERE conversation = ? AND is_holding = 1 ORDER BY slot, part, id LIMIT 1
            """,
            [conversation]
        ) { (id: try $0.decode(Int64.self, atIndex: 0), isMarked: try $0.decode(Bool.self, atIndex: 1)) }
        if head?.id != id.rawValue { try run("UPDATE outgoing_messages SET is_head = 0 WHERE id = ? AND is_head = 1", [id.rawValue]) }
        guard let head, !head.isMarked else { return }
        // A message that holds again may stand before the one that was the head meanwhile.
        try run("UPDATE outgoing_messages SET is_head = 0 WHERE conversation = ? AND is_holding = 1 AND is_head = 1", [conversation])
        try run("UPDATE outgoing_messages SET is_head = 1 WHERE id = ?", [head.id])
    }

    func headOutgoing(after: OutgoingMessage.ID?, limit: Int) throws -> [OutgoingMessage] {
        try rows(
            "\(Self.outgoingColumns) INDEXED BY outgoing_messages_head WHERE is_head = 1 AND id > ? ORDER BY id LIMIT ?",
            [after?.rawValue ?? 0, max(0, limit)],
            readOutgoing
        )
    }

    func headOutgoing(of conversation: Conversation.ID) throws -> OutgoingMessage? {
        try row(
            """
            \(Self.outgoingColumns) INDEXED BY outgoing_messages_conversation
            WHERE conversation = ? AND is_holding = 1 ORDER BY slot, part, id LIMIT 1
            """,
            [conversation.rawValue],
            readOutgoing
        )
    }

    func doubtfulOutgoing() throws -> [OutgoingMessage] {
        try rows(
            "\(Self.outgoingColumns) INDEXED BY outgoing_messages_doubtful WHERE is_holding = 1 AND state <> 'queued' ORDER BY id",
            [],
            readOutgoing
        )
    }

    // MARK: Zones and accounts

    func cursor(of zone: Zone) throws -> ConnectCursor? {
        try row("SELECT cursor FROM zones WHERE zone = ?", [zone.rawValue]) { ConnectCursor(rawValue: try $0.text(0)) }
    }

    func setCursor(_ cursor: ConnectCursor, of zone: Zone) throws {
        try run(
            "INSERT INTO zones (zone, cursor) VALUES (?, ?) ON CONFLICT (zone) DO UPDATE SET cursor = excluded.cursor",
            [zone.rawValue, cursor.rawValue]
        )
    }

    func accountStop(_ account: String) throws -> AccountStop? {
        try row("SELECT since, probe_at FROM account_stops WHERE account = ?", [account]) { row in
            AccountStop(since: try row.moment(0), probeAt: try row.moment(1))
        }
    }

    func setAccountStop(_ stop: AccountStop?, of account: String) throws {
        guard let stop else {
            try run("DELETE FROM account_stops WHERE account = ?", [account])
            return
        }
        try run(
            """
            INSERT INTO account_stops (account, since, probe_at) VALUES (?, ?, ?)
            ON CONFLICT (account) DO UPDATE SET since = excluded.since, probe_at = excluded.probe_at
            """,
            [account, stop.since.milliseconds, stop.probeAt.milliseconds]
        )
    }
}

extension OutgoingContent {
    /// What stands in the column of texts.
    fileprivate var storedText: String {
        if case .text(let text) = self { text } else { "" }
    }
}
