/// What an operator wants done again: from a request to a new decision. Everything that became of a row since it was asked for counts:
/// what cannot be replayed any more is left alone, so that nothing is posted or sent twice.
public struct ReplayFlow: Sendable {
    private let settings: BridgeSettings
    private let makeKey: @Sendable () -> String

    /// Creates the flow.
    /// - Parameter makeKey: makes a new, unique key at each call (a UUID).
    public init(settings: BridgeSettings, makeKey: @escaping @Sendable () -> String) {
        self.settings = settings
        self.makeKey = makeKey
    }

    /// Decides on a request for something that reached us, and removes the request.
    ///
    /// - Parameter events: what its webhook holds, as it is read today; nil if there is none to be read again.
    /// - Returns: whether anything was decided anew.
    public func replayInbound(
        _ request: ReplayRequest, rereading events: [InboundEvent]?, at now: Moment, in transaction: any StoreTransaction
    ) throws -> Bool {
        try transaction.finishReplayRequest(request.id)
        guard case .inbound(let id) = request.subject, let record = try transaction.inbound(id),
            ReplayRule.verdict(on: record.state) == .replay
        else { return false }
        let inbound = InboundFlow(settings: settings, makeKey: makeKey)
        switch record.event {
        case .message(let message), .echo(let message):
            // What was placed before still has its tasks, which are done by themselves.
            if try !transaction.unfinishedTasks(showing: id).isEmpty {
                try setInbound(record, .held(.connect), in: transaction)
                return false
            }
            // Of several parts the first may be there, and only a later one was refused.
            guard try transaction.post(showing: message.wamid, number: message.number) == nil else {
                try setInbound(record, .quarantined(error: Self.isShown(record.state)), in: transaction)
                return false
            }
            try inbound.release(record, at: now, in: transaction)
            return try transaction.inbound(id)?.state != record.state
        case .status(let status):
            let isMerged = try StatusFlow(settings: settings, makeKey: makeKey).apply(status, at: now, in: transaction)
            try setInbound(record, isMerged ? .merged : .ignored(reason: InboundFlow.unknownMessage), in: transaction)
            return true
        case .notice(let notice):
            try setInbound(record, .ignored(reason: notice.reason), in: transaction)
            return true
        case .unreadable(let unreadable):
            return try reread(record, unreadable, in: events, with: inbound, at: now, transaction)
        }
    }

    /// Records what could not be read before. Whatever else is in the webhook is known by its key, and stays as it is.
    private func reread(
        _ record: InboundRecord, _ unreadable: InboundEvent.Unreadable, in events: [InboundEvent]?, with inbound: InboundFlow, at now: Moment,
        _ transaction: any StoreTransaction
    ) throws -> Bool {
        guard let events else { return false }
        for case .unreadable(let still) in events where still.key == unreadable.key {
            try setInbound(record, .quarantined(error: "\(still.path): \(still.error)"), in: transaction)
            return false
        }
        for event in events { try inbound.record(event, at: now, in: transaction) }
        try setInbound(record, .ignored(reason: "read again, see what was recorded for it"), in: transaction)
        return true
    }

    private func setInbound(_ record: InboundRecord, _ state: InboundState, in transaction: any StoreTransaction) throws {
        try transaction.setInboundState(record.id, state)
    }

    private static func isShown(_ state: InboundState) -> String {
        let note = "it is in Connect already, at least in part"
        let reason = state.reason ?? ""
        return reason.hasSuffix(note) ? reason : "\(reason); \(note)"
    }

    // MARK: Outgoing

    /// The discussion that is to be read again before a request for a message is decided; nil if there is nothing to be read.
    public func discussion(of request: ReplayRequest, in transaction: any StoreTransaction) throws -> Discussion? {
        guard case .outgoing(let id) = request.subject, let message = try transaction.outgoing(id),
            ReplayRule.verdict(on: message.state, wamid: message.wamid) == .replay
        else { return nil }
        return try transaction.discussion(message.discussion)
    }

    /// Decides on a request for a message to a customer, and removes the request. A post of several messages is replayed as a whole, in
    /// order, as far as no part stands in the way.
    ///
    /// - Parameter posts: what Connect has now in the message's discussion; nil if the discussion is not in Connect.
    /// - Returns: whether anything was decided anew.
    public func replayOutgoing(
        _ request: ReplayRequest, posts: [ConnectPost]?, at now: Moment, in transaction: any StoreTransaction
    ) throws -> Bool {
        try transaction.finishReplayRequest(request.id)
        guard case .outgoing(let id) = request.subject, let message = try transaction.outgoing(id),
            ReplayRule.verdict(on: message.state, wamid: message.wamid) == .replay
        else { return false }
        if message.content.isReaction {
            // A like that was refused is old news; one that a backup holds back may still be meant.
            guard case .held = message.state else { return false }
            try queue(message, at: now, in: transaction)
            return true
        }
        let parts = try transaction.outgoing(of: message.post)
        if let reason = Self.objection(to: parts, from: posts) {
            for part in parts where ReplayRule.verdict(on: part.state, wamid: part.wamid) == .replay {
                try fail(part, reason, at: now, in: transaction)
            }
            return false
        }
        if case .failed = message.state, try isStillRefused(message, at: now, in: transaction) { return false }
        return try queue(parts, at: now, in: transaction)
    }

    /// Why a post is not sent any more; nil if it reads as it did.
    private static func objection(to parts: [OutgoingMessage], from posts: [ConnectPost]?) -> String? {
        guard let posts, let first = parts.first else { return nil }
        guard let post = posts.first(where: { $0.reference == first.post }) else { return ReplayRule.deleted }
        if case .undecided(let html, _) = first.content { return html == post.html ? nil : ReplayRule.replaced }
        let text = GeoLink.extract(fromConnect: post.html).rest
        let kept = parts.filter { $0.state != .failed(reason: ReplayRule.replaced) }
        return ChangeFlow.words(text) == ChangeFlow.words(of: kept) ? nil : ReplayRule.replaced
    }

    /// Its author was told once; to be told the same or a new reason again helps nobody.
    private func isStillRefused(_ message: OutgoingMessage, at now: Moment, in transaction: any StoreTransaction) throws -> Bool {
        guard let discussion = try transaction.discussion(message.discussion), let conversation = try transaction.conversation(message.conversation)
        else { return true }
        let sending = SendingFlow(settings: settings, makeKey: makeKey)
        return try sending.refusal(of: message, in: discussion, of: conversation, at: now, transaction: transaction) != nil
    }

    /// Lets the parts of a post go on. What is held goes through the queue even if its window is closed: that ends it there as it ends
    /// whatever became too old, and its author is told.
    private func queue(_ parts: [OutgoingMessage], at now: Moment, in transaction: any StoreTransaction) throws -> Bool {
        var queued = 0
        for part in parts {
            switch part.state {
            case .queued, .sending, .unknown, .sent, .delivered, .read: continue
            case .failed(reason: ReplayRule.replaced): continue
            case .failed(reason: ReplayRule.earlierPart) where queued > 0 && part.wamid == nil: break
            case .held, .failed:
                guard ReplayRule.verdict(on: part.state, wamid: part.wamid) == .replay else { return queued > 0 }
            }
            try queue(part, at: now, in: transaction)
            queued += 1
        }
        return queued > 0
    }

    private func queue(_ message: OutgoingMessage, at now: Moment, in transaction: any StoreTransaction) throws {
        var message = message
        message.state = .queued
        message.refusals = 0
        message.notBefore = now
        message.changedAt = now
        try transaction.updateOutgoing(message)
    }

    private func fail(_ message: OutgoingMessage, _ reason: String, at now: Moment, in transaction: any StoreTransaction) throws {
        var message = message
        message.state = .failed(reason: reason)
        message.changedAt = now
        try transaction.updateOutgoing(message)
    }
}
