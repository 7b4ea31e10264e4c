import Bridge
import GRDB

extension SQLiteTransaction {
    // MARK: Customers

    func customers(havingAny aliases: [Alias]) throws -> [Customer] {
        let ids = try aliases.flatMap { alias in
            try rows("SELECT customer FROM aliases WHERE kind = ? AND value = ?", [alias.kind.rawValue, alias.value]) { row in
                try row.id(0, of: Customer.self)
            }
        }
        return try Set(ids).sorted().compactMap(customer)
    }

    func insertCustomer(name: String?, aliases: Set<Alias>) throws -> Customer {
        try run("INSERT INTO customers (name) VALUES (?)", [name])
        let customer = Customer(id: Customer.ID(rawValue: insertedRow), name: name, aliases: aliases)
        try insertAliases(aliases, of: customer.id)
        return customer
    }

    func updateCustomer(_ customer: Customer) throws {
        try change(
            customer.id.rawValue,
            of: "customers",
            "UPDATE customers SET name = ? WHERE id = ?",
            [customer.name, customer.id.rawValue]
        )
        let old = try aliases(of: customer.id)
        for alias in old.subtracting(customer.aliases) {
            try run("DELETE FROM aliases WHERE kind = ? AND value = ?", [alias.kind.rawValue, alias.value])
        }
        try insertAliases(customer.aliases.subtracting(old), of: customer.id)
    }

    func customer(_ id: Customer.ID) throws -> Customer? {
        guard let name = try row("SELECT name FROM customers WHERE id = ?", [id.rawValue], { try $0.optionalText(0) }) else { return nil }
        return Customer(id: id, name: name, aliases: try aliases(of: id))
    }

    /// An alias belongs to one customer: it is taken from any other.
    private func insertAliases(_ aliases: Set<Alias>, of customer: Customer.ID) throws {
        for alias in aliases {
            try run(
                """
                INSERT INTO aliases (kind, value, customer) VALUES (?, ?, ?)
                ON CONFLICT (kind, value) DO UPDATE SET customer = excluded.customer
                """,
                [alias.kind.rawValue, alias.value, customer.rawValue]
            )
        }
    }

    private func aliases(of customer: Customer.ID) throws -> Set<Alias> {
        let aliases = try rows("SELECT kind, value FROM aliases WHERE customer = ?", [customer.rawValue]) { row in
            guard let kind = Alias.Kind(rawValue: try row.text(0)) else { throw damaged(customer.rawValue, of: "customers") }
            return Alias(kind: kind, value: try row.text(1))
        }
        return Set(aliases)
    }

    // MARK: Conversations

    private static let conversationColumns = "SELECT id, number, customer, address, open_discussion FROM conversations"

    private func readConversation(_ row: Row) throws -> Conversation {
        let id = try row.id(0, of: Conversation.self)
        return Conversation(
            id: id,
            number: PhoneNumberID(rawValue: try row.text(1)),
            customer: try row.id(2),
            address: try decode([Alias].self, try row.text(3), row: id.rawValue, of: "conversations"),
            openDiscussion: try row.decode(Int64?.self, atIndex: 4).map(Discussion.ID.init(rawValue:))
        )
    }

    func conversation(number: PhoneNumberID, customer: Customer.ID) throws -> Conversation? {
        try row("\(Self.conversationColumns) WHERE customer = ? AND number = ?", [customer.rawValue, number.rawValue], readConversation)
    }

    func conversation(_ id: Conversation.ID) throws -> Conversation? {
        try row("\(Self.conversationColumns) WHERE id = ?", [id.rawValue], readConversation)
    }

    func insertConversation(number: PhoneNumberID, customer: Customer.ID, address: [Alias]) throws -> Conversation {
        try run(
            "INSERT INTO conversations (number, customer, address) VALUES (?, ?, ?)",
            [number.rawValue, customer.rawValue, try Self.json(address)]
        )
        return Conversation(
            id: Conversation.ID(rawValue: insertedRow),
            number: number,
            customer: customer,
            address: address,
            openDiscussion: nil
        )
    }

    func updateConversation(_ conversation: Conversation) throws {
        try change(
            conversation.id.rawValue,
            of: "conversations",
            "UPDATE conversations SET address = ?, open_discussion = ? WHERE id = ?",
            [try Self.json(conversation.address), conversation.openDiscussion?.rawValue, conversation.id.rawValue]
        )
    }

    // MARK: Discussions

    private static let discussionColumns =
        "SELECT id, conversation, key, zone, root, newest_message_at, closes_at, closed_at, newest_message FROM discussions"

    private func readDiscussion(_ row: Row) throws -> Discussion {
        Discussion(
            id: try row.id(0),
            conversation: try row.id(1),
            key: try row.text(2),
            zone: Zone(rawValue: try row.text(3)),
            root: try row.optionalText(4).map(PostReference.init(rawValue:)),
            newestMessageAt: try row.moment(5),
            newestMessage: try row.optionalText(8).map(Wamid.init(rawValue:)),
            closesAt: try row.moment(6),
            closedAt: try row.decode(Int64?.self, atIndex: 7).map(Moment.init(milliseconds:))
        )
    }

    func insertDiscussion(
        conversation: Conversation.ID,
        key: String,
        zone: Zone,
        newestMessageAt: Moment,
        closesAt: Moment
    ) throws -> Discussion {
        try run(
            "INSERT INTO discussions (conversation, key, zone, newest_message_at, closes_at) VALUES (?, ?, ?, ?, ?)",
            [conversation.rawValue, key, zone.rawValue, newestMessageAt.milliseconds, closesAt.milliseconds]
        )
        return Discussion(
            id: Discussion.ID(rawValue: insertedRow),
            conversation: conversation,
            key: key,
            zone: zone,
            root: nil,
            newestMessageAt: newestMessageAt,
            closesAt: closesAt,
            closedAt: nil
        )
    }

    func discussion(_ id: Discussion.ID) throws -> Discussion? {
        try row("\(Self.discussionColumns) WHERE id = ?", [id.rawValue], readDiscussion)
    }

    func discussion(root: PostReference) throws -> Discussion? {
        try row("\(Self.discussionColumns) INDEXED BY discussions_root WHERE root = ?", [root.rawValue], readDiscussion)
    }

    func updateDiscussion(_ discussion: Discussion) throws {
        try change(
            discussion.id.rawValue,
            of: "discussions",
            """
            UPDATE discussions SET conversation = ?, key = ?, zone = ?, root = ?, newest_message_at = ?, closes_at = ?, closed_at = ?,
            newest_message = ? WHERE id = ?
            """,
            [
                discussion.conversation.rawValue, discussion.key, discussion.zone.rawValue, discussion.root?.rawValue,
                discussion.newestMessageAt.milliseconds, discussion.closesAt.milliseconds, discussion.closedAt?.milliseconds,
                discussion.newestMessage?.rawValue, discussion.id.rawValue,
            ]
        )
    }

    func discussionsClosing(by moment: Moment, limit: Int) throws -> [Discussion] {
        try rows(
            """
            \(Self.discussionColumns) INDEXED BY discussions_open
            WHERE closed_at IS NULL AND closes_at <= ? ORDER BY closes_at, id LIMIT ?
            """,
            [moment.milliseconds, max(0, limit)],
            readDiscussion
        )
    }

    func openDiscussions(of number: PhoneNumberID, outside zone: Zone?, limit: Int) throws -> [Discussion] {
        try rows(
            """
            \(Self.discussionColumns) INDEXED BY discussions_open
            WHERE closed_at IS NULL AND zone IS NOT ? AND (SELECT number FROM conversations WHERE id = discussions.conversation) = ?
            ORDER BY id LIMIT ?
            """,
            [zone?.rawValue, number.rawValue, max(0, limit)],
            readDiscussion
        )
    }

    func zonesInUse(since moment: Moment) throws -> [Zone] {
        try rows(
            """
            SELECT zone FROM discussions INDEXED BY discussions_newest WHERE newest_message_at >= ?
            UNION SELECT zone FROM post_tasks INDEXED BY post_tasks_head WHERE is_head = 1 AND id > 0
            ORDER BY zone
            """,
            [moment.milliseconds]
        ) { Zone(rawValue: try $0.text(0)) }
    }

    func nextClosing() throws -> Moment? {
        try row(
            "SELECT closes_at FROM discussions INDEXED BY discussions_open WHERE closed_at IS NULL ORDER BY closes_at LIMIT 1",
            []
        ) { try $0.moment(0) }
    }
}
