import Bridge

/// A transaction of a store in memory.
final class MemoryTransaction: StoreTransaction {
    var contents: MemoryContents
    private let isReadOnly: Bool

    init(contents: MemoryContents, isReadOnly: Bool) {
        self.contents = contents
        self.isReadOnly = isReadOnly
    }

    func change<Result>(_ body: (inout MemoryContents) throws -> Result) throws -> Result {
        if isReadOnly { throw MemoryStoreError.readOnly }
        return try body(&contents)
    }

    // MARK: Webhooks

    func pendingWebhooks(limit: Int, bytes: Int) -> [StoredWebhook] {
        let webhooks = contents.pendingWebhooks.all.prefix(max(0, limit)).compactMap(contents.webhooks.find)
        var size = 0
        let fitting = webhooks.prefix { webhook in
            size += webhook.body.count
            return size <= bytes
        }
        return fitting.isEmpty ? Array(webhooks.prefix(1)) : Array(fitting)
    }

    func finishWebhook(_ id: StoredWebhook.ID) throws {
        try change { contents in
            guard contents.webhooks.find(id) != nil else { throw MemoryStoreError.noRow(id.rawValue) }
            contents.pendingWebhooks.remove(id)
        }
    }

    // MARK: Inbound events

    func insertInbound(key: String, event: InboundEvent, state: InboundState, recordedAt: Moment) throws -> InboundRecord.ID? {
        try change { contents in
            guard contents.inboundKeys.insert(key).inserted else { return nil }
            let id = contents.inbound.append { InboundRecord(id: $0, key: key, event: event, state: state, recordedAt: recordedAt) }
            contents.inboundByKey[key] = id
            if case .held(let reason) = state { contents.held[reason, default: MemoryIDs()].insert(id) }
            if case .status(let status) = event {
                contents.statuses[.init(number: status.number, wamid: status.wamid), default: []].append(id)
            }
            return id
        }
    }

    func inbound(_ id: InboundRecord.ID) -> InboundRecord? {
        contents.inbound.find(id)
    }

    func inbound(key: String) -> InboundRecord? {
        contents.inboundByKey[key].flatMap(contents.inbound.find)
    }

    func setInbound(_ id: InboundRecord.ID, state: InboundState, conversation: Conversation.ID?) throws {
        try change { contents in
            let old = try contents.inbound.change(id) { record in
                defer {
                    record.state = state
                    record.conversation = conversation
                }
                return record.state
            }
            if case .held(let reason) = old { contents.held[reason]?.remove(id) }
            if case .held(let reason) = state { contents.held[reason, default: MemoryIDs()].insert(id) }
        }
    }

    func setInboundState(_ id: InboundRecord.ID, _ state: InboundState) throws {
        try setInbound(id, state: state, conversation: inbound(id)?.conversation)
    }

    func heldInbound(reasons: Set<HoldReason>, after: InboundRecord.ID?, limit: Int) -> [InboundRecord] {
        let ids = reasons.flatMap { contents.held[$0]?.after(after).prefix(max(0, limit)) ?? [] }
        return ids.sorted().prefix(max(0, limit)).compactMap(contents.inbound.find)
    }

    func statuses(of wamid: Wamid, number: PhoneNumberID) -> [InboundRecord] {
        (contents.statuses[.init(number: number, wamid: wamid)] ?? []).compactMap(contents.inbound.find)
    }

    // MARK: Customers and conversations

    func customers(havingAny aliases: [Alias]) -> [Customer] {
        Set(aliases.compactMap { contents.customersByAlias[$0] }).sorted().compactMap(contents.customers.find)
    }

    func insertCustomer(name: String?, aliases: Set<Alias>) throws -> Customer {
        try change { contents in
            let id = contents.customers.append { Customer(id: $0, name: name, aliases: []) }
            let customer = Customer(id: id, name: name, aliases: aliases)
            try Self.save(customer, in: &contents)
            return customer
        }
    }

    func updateCustomer(_ customer: Customer) throws {
        try change { try Self.save(customer, in: &$0) }
    }

    private static func save(_ customer: Customer, in contents: inout MemoryContents) throws {
        let old = try contents.customers.change(customer.id) { row in
            defer { row = customer }
            return row.aliases
        }
        for alias in old.subtracting(customer.aliases) { contents.customersByAlias[alias] = nil }
        for alias in customer.aliases {
            if let other = contents.customersByAlias.updateValue(customer.id, forKey: alias), other != customer.id {
                try contents.customers.change(other) { row in _ = row.aliases.remove(alias) }
            }
        }
    }

    func customer(_ id: Customer.ID) -> Customer? {
        contents.customers.find(id)
    }

    func conversation(number: PhoneNumberID, customer: Customer.ID) -> Conversation? {
        contents.conversationsByCustomer[.init(number: number, customer: customer)].flatMap(contents.conversations.find)
    }

    func conversation(_ id: Conversation.ID) -> Conversation? {
        contents.conversations.find(id)
    }

    func insertConversation(number: PhoneNumberID, customer: Customer.ID, address: [Alias]) throws -> Conversation {
        try change { contents in
            guard contents.customers.find(customer) != nil else { throw MemoryStoreError.noRow(customer.rawValue) }
            let key = MemoryContents.NumberedCustomer(number: number, customer: customer)
            guard contents.conversationsByCustomer[key] == nil else { throw MemoryStoreError.notUnique("conversation") }
            var conversation = Conversation(id: .init(rawValue: 0), number: number, customer: customer, address: address, openDiscussion: nil)
            conversation.id = contents.conversations.append { id in
                conversation.id = id
                return conversation
            }
            contents.conversationsByCustomer[key] = conversation.id
            return conversation
        }
    }

    func updateConversation(_ conversation: Conversation) throws {
        try change { contents in
            if let open = conversation.openDiscussion, contents.discussions.find(open) == nil { throw MemoryStoreError.noRow(open.rawValue) }
            try contents.conversations.change(conversation.id) { row in
                row.address = conversation.address
                row.openDiscussion = conversation.openDiscussion
            }
        }
    }

    // MARK: Discussions

    func insertDiscussion(
        conversation: Conversation.ID,
        key: String,
        zone: Zone,
        newestMessageAt: Moment,
        closesAt: Moment
    ) throws -> Discussion {
        try change { contents in
            guard contents.conversations.find(conversation) != nil else { throw MemoryStoreError.noRow(conversation.rawValue) }
            var discussion = Discussion(
                id: .init(rawValue: 0),
                conversation: conversation,
                key: key,
                zone: zone,
                root: nil,
                newestMessageAt: newestMessageAt,
                closesAt: closesAt,
                closedAt: nil
            )
            discussion.id = contents.discussions.append { id in
                discussion.id = id
                return discussion
            }
            contents.openDiscussions.insert(discussion.id)
            return discussion
        }
    }

    func discussion(_ id: Discussion.ID) -> Discussion? {
        contents.discussions.find(id)
    }

    func discussion(root: PostReference) -> Discussion? {
        contents.discussionsByRoot[root].flatMap(contents.discussions.find)
    }

    func updateDiscussion(_ discussion: Discussion) throws {
        try change { contents in
            if let root = discussion.root, let other = contents.discussionsByRoot[root], other != discussion.id {
                throw MemoryStoreError.notUnique(root.rawValue)
            }
            let oldRoot = try contents.discussions.change(discussion.id) { row in
                defer { row = discussion }
                return row.root
            }
            if let oldRoot { contents.discussionsByRoot[oldRoot] = nil }
            if let root = discussion.root { contents.discussionsByRoot[root] = discussion.id }
            if discussion.closedAt == nil {
                contents.openDiscussions.insert(discussion.id)
            } else {
                contents.openDiscussions.remove(discussion.id)
            }
        }
    }

    func discussionsClosing(by moment: Moment, limit: Int) -> [Discussion] {
        let due = contents.openDiscussions.compactMap(contents.discussions.find).filter { $0.closesAt <= moment }
        return Array(due.sorted { ($0.closesAt, $0.id) < ($1.closesAt, $1.id) }.prefix(max(0, limit)))
    }

    func openDiscussions(of number: PhoneNumberID, outside zone: Zone?, limit: Int) -> [Discussion] {
        let open = contents.openDiscussions.compactMap(contents.discussions.find).filter { discussion in
            contents.conversations.find(discussion.conversation)?.number == number && discussion.zone != zone
        }
        return Array(open.sorted { $0.id < $1.id }.prefix(max(0, limit)))
    }

    func zonesInUse(since moment: Moment) -> [Zone] {
        let ofDiscussions = contents.discussions.all.filter { $0.newestMessageAt >= moment }.map(\.zone)
        let ofTasks = contents.unfinishedTasks.keys.compactMap { headTask(of: $0)?.zone }
        return Set(ofDiscussions + ofTasks).sorted { $0.rawValue < $1.rawValue }
    }

    func nextClosing() -> Moment? {
        contents.openDiscussions.compactMap(contents.discussions.find).map(\.closesAt).min()
    }

    // MARK: Posts

    func knownPost(_ reference: PostReference) -> KnownPost? {
        contents.knownPosts[reference]
    }

    func saveKnownPost(_ post: KnownPost) throws {
        try change { $0.knownPosts[post.reference] = post }
    }

    func link(_ wamid: Wamid, number: PhoneNumberID, shownBy post: PostReference) throws {
        try change { contents in
            let key = MemoryContents.NumberedWamid(number: number, wamid: wamid)
            if contents.postsByWamid[key] == nil { contents.postsByWamid[key] = post }
            if contents.wamidsByPost[post] == nil { contents.wamidsByPost[post] = wamid }
        }
    }

    func post(showing wamid: Wamid, number: PhoneNumberID) -> PostReference? {
        contents.postsByWamid[.init(number: number, wamid: wamid)]
    }

    func wamid(shownBy post: PostReference) -> Wamid? {
        contents.wamidsByPost[post]
    }

    func noteHint(in discussion: PostReference) throws -> Bool {
        try change { $0.hints.insert(discussion).inserted }
    }
}
