/// What a customer wrote, on its way to Connect: from an event to durable tasks.
///
/// Everything here happens inside one transaction and performs nothing.
public struct InboundFlow: Sendable {
    private let settings: BridgeSettings
    private let makeKey: @Sendable () -> String
    private var isFromBackup = false

    /// Creates the flow.
    /// - Parameter makeKey: makes a new, unique key at each call (a UUID).
    public init(settings: BridgeSettings, makeKey: @escaping @Sendable () -> String) {
        self.settings = settings
        self.makeKey = makeKey
    }

    /// The flow for events of a webhook that was pending in the backup from which the store was put back: what they say may be in Connect.
    public func afterRestoration(of webhook: StoredWebhook.ID, in transaction: any StoreTransaction) throws -> InboundFlow {
        var flow = self
        flow.isFromBackup = try transaction.restoration().map { webhook <= $0.webhooks } ?? false
        return flow
    }

    /// Records an event and decides what follows from it. A repetition changes nothing.
    public func record(_ event: InboundEvent, at now: Moment, in transaction: any StoreTransaction) throws {
        func insert(_ state: InboundState) throws -> InboundRecord.ID? {
            try transaction.insertInbound(key: Self.key(of: event), event: event, state: state, recordedAt: now)
        }
        switch event {
        case .message(let message):
            let reason = reasonToHold(message.number)
            guard let id = try insert(.held(reason ?? .connect)), reason == nil else { return }
            try place(message, as: id, at: now, in: transaction)
        case .echo(let message):
            let reason = reasonToHold(message.number)
            guard let id = try insert(.held(reason ?? .connect)), reason == nil else { return }
            try placeEcho(message, as: id, at: now, in: transaction)
        case .status(let status):
            guard let id = try insert(.ignored(reason: Self.unknownMessage)) else { return }
            if try StatusFlow(settings: settings, makeKey: makeKey).apply(status, at: now, in: transaction) {
                try transaction.setInbound(id, state: .merged, conversation: nil)
            }
        case .notice(let notice):
            _ = try insert(.ignored(reason: notice.reason))
        case .unreadable(let unreadable):
            _ = try insert(.quarantined(error: "\(unreadable.path): \(unreadable.error)"))
        }
    }

    /// Records an event that could not be recorded otherwise, so that it is not lost and costs its siblings nothing.
    public func quarantine(_ event: InboundEvent, because error: String, at now: Moment, in transaction: any StoreTransaction) throws {
        _ = try transaction.insertInbound(key: Self.key(of: event), event: event, state: .quarantined(error: error), recordedAt: now)
    }

    /// What tells an event from its repetition.
    private static func key(of event: InboundEvent) -> String {
        switch event {
        case .message(let message): key(ofMessage: message.wamid, to: message.number)
        case .echo(let message): key(ofEcho: message.wamid, to: message.number)
        case .status(let status): "status|\(status.number)|\(status.wamid)|\(status.status)|\(status.participant ?? "")"
        case .notice(let notice): "notice|\(notice.type)|\(notice.key)"
        case .unreadable(let unreadable): "unreadable|\(unreadable.key)"
        }
    }

    /// The key of a customer's message.
    static func key(ofMessage wamid: Wamid, to number: PhoneNumberID) -> String { "message|\(number)|\(wamid)" }

    /// The key of a message that the business wrote itself.
    static func key(ofEcho wamid: Wamid, to number: PhoneNumberID) -> String { "echo|\(number)|\(wamid)" }

    /// What the ledger says of a status whose message it does not know (yet).
    static let unknownMessage = "message not known"

    /// Decides again on a held or quarantined event, because what it waited for has come or somebody asked for it.
    public func release(_ record: InboundRecord, at now: Moment, in transaction: any StoreTransaction) throws {
        if let number = record.event.conversationNumber, let reason = reasonToHold(number), record.state == .held(reason) { return }
        switch record.event {
        case .message(let message): try place(message, as: record.id, at: now, in: transaction)
        case .echo(let message): try placeEcho(message, as: record.id, at: now, in: transaction)
        case .status, .notice, .unreadable: break
        }
    }

    // MARK: Customers' messages

    private func place(
        _ message: CustomerMessage,
        as id: InboundRecord.ID,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        guard let (number, zone) = try numberAndZone(for: message, as: id, in: transaction) else { return }
        if case .identityChange(let change) = message.content {
            return try place(change, message, as: id, zone: zone, at: now, in: transaction)
        }
        let customer = try identify(message, in: transaction)
        var conversation =
            try transaction.conversation(number: message.number, customer: customer.id)
            ?? transaction.insertConversation(number: message.number, customer: customer.id, address: message.sender)
        let before = conversation
        conversation.address = message.sender
        try transaction.setInbound(id, state: .held(.connect), conversation: conversation.id)

        let open = try openDiscussion(of: conversation, in: zone, transaction)
        if var discussion = open, Window.continues(newest: discussion.newestMessageAt, writtenAt: message.writtenAt) {
            if message.writtenAt >= discussion.newestMessageAt { discussion.newestMessage = message.wamid }
            discussion.newestMessageAt = max(discussion.newestMessageAt, message.writtenAt)
            discussion.closesAt = max(discussion.closesAt, Window.closing(newest: discussion.newestMessageAt, recordedAt: now))
            try transaction.updateDiscussion(discussion)
            if conversation != before { try transaction.updateConversation(conversation) }
            try posting.post(message, as: id, from: customer, in: discussion, isRoot: false, tags: number.tags, at: now, in: transaction)
        } else {
            if let open = try conversation.openDiscussion.flatMap({ try transaction.discussion($0) }), open.closedAt == nil {
                if Window.continues(newest: open.newestMessageAt, writtenAt: message.writtenAt) {
                    // Its window is open; it is the number that is elsewhere now.
                    try open.close(at: now, in: transaction)
                } else {
                    try ClosingFlow(settings: settings, makeKey: makeKey).close(open, at: now, in: transaction)
                }
            }
            var discussion = try transaction.insertDiscussion(
                conversation: conversation.id,
                key: makeKey(),
                zone: zone,
                newestMessageAt: message.writtenAt,
                closesAt: Window.closing(newest: message.writtenAt, recordedAt: now)
            )
            discussion.newestMessage = message.wamid
            try transaction.updateDiscussion(discussion)
            conversation.openDiscussion = discussion.id
            try transaction.updateConversation(conversation)
            try posting.post(message, as: id, from: customer, in: discussion, isRoot: true, tags: number.tags, at: now, in: transaction)
        }
    }

    /// The number that a message is for and the zone that it is to appear in; nil, and the message held, as long as one is missing.
    private func numberAndZone(
        for message: CustomerMessage,
        as id: InboundRecord.ID,
        in transaction: any StoreTransaction
    ) throws -> (NumberSettings, Zone)? {
        if let reason = reasonToHold(message.number) {
            try transaction.setInbound(id, state: .held(reason), conversation: nil)
            return nil
        }
        guard let number = settings.numbers[message.number], let zone = number.zone else { return nil }
        return (number, zone)
    }

    /// What a message to a number waits for; nil if it can be posted.
    private func reasonToHold(_ id: PhoneNumberID) -> HoldReason? {
        guard let number = settings.numbers[id] else { return .unknownNumber }
        guard number.isLicensed else { return .licence }
        return number.zone == nil ? .zone : nil
    }

    private func openDiscussion(of conversation: Conversation, in zone: Zone, _ transaction: any StoreTransaction) throws -> Discussion? {
        let open = try conversation.openDiscussion.flatMap { try transaction.discussion($0) }
        return open.flatMap { $0.closedAt == nil && $0.zone == zone ? $0 : nil }
    }

    private var posting: InboundPosting { InboundPosting(texts: Texts(settings.language), makeKey: makeKey, isFromBackup: isFromBackup) }

    // MARK: The business's own messages

    /// What the business wrote with WhatsApp's own app is shown where a discussion is open. It opens none, and extends none: WhatsApp's
    /// window depends on the customer alone.
    private func placeEcho(
        _ message: CustomerMessage,
        as id: InboundRecord.ID,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        guard let (number, zone) = try numberAndZone(for: message, as: id, in: transaction) else { return }
        func ignore(_ reason: String) throws { try transaction.setInbound(id, state: .ignored(reason: reason), conversation: nil) }
        guard try transaction.outgoing(wamid: message.wamid, number: message.number) == nil else { return try ignore("our own message") }
        guard let customer = try known(message.sender, at: message.number, in: transaction),
            let conversation = try transaction.conversation(number: message.number, customer: customer.id),
            let discussion = try openDiscussion(of: conversation, in: zone, transaction)
        else { return try ignore("written by the business itself, and no discussion is open") }
        try transaction.setInbound(id, state: .held(.connect), conversation: conversation.id)
        try posting.post(
            message, as: id, from: nil, in: discussion, isRoot: false, tags: number.tags, at: now, in: transaction)
    }

    // MARK: Customers

    /// Moves a customer's names. The discussion goes on, with a line that says so; WhatsApp's window does not change.
    private func place(
        _ change: IdentityChange,
        _ message: CustomerMessage,
        as id: InboundRecord.ID,
        zone: Zone,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        func ignore(_ reason: String) throws { try transaction.setInbound(id, state: .ignored(reason: reason), conversation: nil) }
        guard var customer = try known(change.replaced + message.sender, at: message.number, in: transaction) else {
            return try ignore("the customer is not known")
        }
        let replacedKinds = Set(change.current.map(\.kind))
        customer.aliases.subtract(change.replaced.filter { replacedKinds.contains($0.kind) && !change.current.contains($0) })
        customer.aliases.formUnion(change.current)
        try transaction.updateCustomer(customer)
        guard var conversation = try transaction.conversation(number: message.number, customer: customer.id) else {
            return try ignore("the customer has not written to this number")
        }
        // Answers go to the new names, and to the old ones that still hold.
        let kept = conversation.address.filter { customer.aliases.contains($0) && !replacedKinds.contains($0.kind) }
        conversation.address = change.current + kept
        try transaction.updateConversation(conversation)
        guard let discussion = try openDiscussion(of: conversation, in: zone, transaction) else {
            return try ignore("the customer's names were changed; no discussion is open")
        }
        try transaction.setInbound(id, state: .held(.connect), conversation: conversation.id)
        try posting.post(message, as: id, from: customer, in: discussion, isRoot: false, tags: [], at: now, in: transaction)
    }

    private func known(_ aliases: [Alias], at number: PhoneNumberID, in transaction: any StoreTransaction) throws -> Customer? {
        guard !aliases.isEmpty else { return nil }
        let candidates = try transaction.customers(havingAny: Identification.searched(aliases))
        let decision = try Identification.decide(aliases: aliases, candidates: candidates) { id in
            try transaction.conversation(number: number, customer: id) != nil
        }
        guard case .known(let id, _) = decision else { return nil }
        return candidates.first { $0.id == id }
    }

    private func identify(_ message: CustomerMessage, in transaction: any StoreTransaction) throws -> Customer {
        // A group has many voices, and none of their names is its own.
        let name = message.isInGroup ? nil : message.senderName
        let candidates = try transaction.customers(havingAny: Identification.searched(message.sender))
        let decision = try Identification.decide(aliases: message.sender, candidates: candidates) { id in
            try transaction.conversation(number: message.number, customer: id) != nil
        }
        switch decision {
        case .new:
            return try transaction.insertCustomer(name: name, aliases: Set(message.sender))
        case .known(let id, let gains):
            guard var customer = candidates.first(where: { $0.id == id }) else {
                return try transaction.insertCustomer(name: name, aliases: Set(message.sender))
            }
            let name = name ?? customer.name
            guard !gains.isEmpty || name != customer.name else { return customer }
            customer.name = name
            customer.aliases.formUnion(gains)
            try transaction.updateCustomer(customer)
            return customer
        }
    }
}

extension CustomerMessage {
    /// Whether it was written in a group.
    var isInGroup: Bool { sender.contains { $0.kind == .group } }
}
