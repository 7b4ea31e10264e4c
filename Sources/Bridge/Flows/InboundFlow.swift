/// What a customer wrote, on its way to Connect: from an event to durable tasks.
///
/// Everything here happens inside one transaction and performs nothing.
public struct InboundFlow: Sendable {
    private let settings: BridgeSettings
    private let texts: Texts
    private let makeKey: @Sendable () -> String

    /// Creates the flow.
    /// - Parameter makeKey: makes a new, unique key at each call (a UUID).
    public init(settings: BridgeSettings, makeKey: @escaping @Sendable () -> String) {
        self.settings = settings
        self.texts = Texts(settings.language)
        self.makeKey = makeKey
    }

    /// Records an event and decides what follows from it. A repetition changes nothing.
    public func record(_ event: InboundEvent, at now: Moment, in transaction: any StoreTransaction) throws {
        let key = Self.key(of: event)
        switch event {
        case .message(let message):
            guard
                let id = try transaction.insertInbound(key: key, event: event, state: .held(.connect), recordedAt: now)
            else { return }
            try place(message, as: id, at: now, in: transaction)
        case .status(let status):
            guard
                let id = try transaction.insertInbound(
                    key: key,
                    event: event,
                    state: .ignored(reason: Self.unknownMessage),
                    recordedAt: now
                )
            else { return }
            if try StatusFlow(settings: settings, makeKey: makeKey).apply(status, at: now, in: transaction) {
                try transaction.setInbound(id, state: .merged, conversation: nil)
            }
        case .notice(let notice):
            _ = try transaction.insertInbound(
                key: key,
                event: event,
                state: .ignored(reason: notice.reason),
                recordedAt: now
            )
        case .unreadable(let unreadable):
            _ = try transaction.insertInbound(
                key: key,
                event: event,
                state: .quarantined(error: "\(unreadable.path): \(unreadable.error)"),
                recordedAt: now
            )
        }
    }

    /// Records an event that could not be recorded otherwise, so that it is not lost and costs its siblings nothing.
    public func quarantine(_ event: InboundEvent, because error: String, at now: Moment, in transaction: any StoreTransaction) throws {
        _ = try transaction.insertInbound(key: Self.key(of: event), event: event, state: .quarantined(error: error), recordedAt: now)
    }

    /// What tells an event from its repetition.
    private static func key(of event: InboundEvent) -> String {
        switch event {
        case .message(let message): "message|\(message.number)|\(message.wamid)"
        case .status(let status): "status|\(status.number)|\(status.wamid)|\(status.status)|\(status.participant ?? "")"
        case .notice(let notice): "notice|\(notice.type)|\(notice.key)"
        case .unreadable(let unreadable): "unreadable|\(unreadable.key)"
        }
    }

    /// What the ledger says of a status whose message it does not know (yet).
    static let unknownMessage = "message not known"

    /// Decides again on a held or quarantined event, because what it waited for has come or somebody asked for it.
    public func release(_ record: InboundRecord, at now: Moment, in transaction: any StoreTransaction) throws {
        guard case .message(let message) = record.event else { return }
        try place(message, as: record.id, at: now, in: transaction)
    }

    private func place(
        _ message: CustomerMessage,
        as id: InboundRecord.ID,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        func hold(_ reason: HoldReason) throws {
            try transaction.setInbound(id, state: .held(reason), conversation: nil)
        }
        guard let number = settings.numbers[message.number] else { return try hold(.unknownNumber) }
        guard number.isLicensed else { return try hold(.licence) }
        guard let zone = number.zone else { return try hold(.zone) }

        let customer = try identify(message, in: transaction)
        var conversation =
            try transaction.conversation(number: message.number, customer: customer.id)
            ?? transaction.insertConversation(number: message.number, customer: customer.id, address: message.sender)
        conversation.address = message.sender
        try transaction.setInbound(id, state: .held(.connect), conversation: conversation.id)

        let open = try conversation.openDiscussion.flatMap { try transaction.discussion($0) }
        if var discussion = open, discussion.closedAt == nil, discussion.zone == zone,
            Window.continues(newest: discussion.newestMessageAt, writtenAt: message.writtenAt)
        {
            discussion.newestMessageAt = max(discussion.newestMessageAt, message.writtenAt)
            discussion.closesAt = max(discussion.closesAt, Window.closing(newest: discussion.newestMessageAt, recordedAt: now))
            try transaction.updateDiscussion(discussion)
            try transaction.updateConversation(conversation)
            try post(message, as: id, from: customer, in: discussion, isRoot: false, tags: number.tags, at: now, in: transaction)
        } else {
            if let open, open.closedAt == nil {
                try ClosingFlow(settings: settings, makeKey: makeKey).close(open, at: now, in: transaction)
            }
            let discussion = try transaction.insertDiscussion(
                conversation: conversation.id,
                key: makeKey(),
                zone: zone,
                newestMessageAt: message.writtenAt,
                closesAt: Window.closing(newest: message.writtenAt, recordedAt: now)
            )
            conversation.openDiscussion = discussion.id
            try transaction.updateConversation(conversation)
            try post(message, as: id, from: customer, in: discussion, isRoot: true, tags: number.tags, at: now, in: transaction)
        }
    }

    private func identify(_ message: CustomerMessage, in transaction: any StoreTransaction) throws -> Customer {
        let candidates = try transaction.customers(havingAny: Identification.searched(message.sender))
        let decision = try Identification.decide(aliases: message.sender, candidates: candidates) { id in
            try transaction.conversation(number: message.number, customer: id) != nil
        }
        switch decision {
        case .new:
            return try transaction.insertCustomer(name: message.senderName, aliases: Set(message.sender))
        case .known(let id, let gains):
            guard var customer = candidates.first(where: { $0.id == id }) else {
                return try transaction.insertCustomer(name: message.senderName, aliases: Set(message.sender))
            }
            let name = message.senderName ?? customer.name
            guard !gains.isEmpty || name != customer.name else { return customer }
            customer.name = name
            customer.aliases.formUnion(gains)
            try transaction.updateCustomer(customer)
            return customer
        }
    }

    private func post(
        _ message: CustomerMessage,
        as id: InboundRecord.ID,
        from customer: Customer,
        in discussion: Discussion,
        isRoot: Bool,
        tags: [String],
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        let phone = message.sender.first { $0.kind == .phone }?.value
        let name = texts.customerName(profile: message.senderName ?? customer.name, phone: phone)
        let bodies = InboundFormat(texts: texts).posts(for: message, senderName: name, isRoot: isRoot, recordedAt: now)
        for (index, html) in bodies.enumerated() {
            let place: PostTask.Place =
                isRoot && index == 0
                ? .root(discussion.id, title: name, tags: tags)
                : .reply(discussion.id, quotes: index == 0 ? message.quotes : nil)
            _ = try transaction.insertTask(
                lane: .conversation(discussion.conversation),
                zone: discussion.zone,
                place: place,
                key: isRoot && index == 0 ? discussion.key : makeKey(),
                html: html,
                privateTo: nil,
                shownEvent: id,
                shows: index == 0 ? message.wamid : nil,
                notBefore: now
            )
        }
    }
}
