/// What Meta says of messages that we sent. States only move forward; `failed` is final unless something better follows.
struct StatusFlow: Sendable {
    let settings: BridgeSettings
    let makeKey: @Sendable () -> String

    /// Applies a status. Returns false if no message of ours fits it (yet).
    func apply(_ status: DeliveryStatus, at now: Moment, in transaction: any StoreTransaction) throws -> Bool {
        guard var message = try message(of: status, in: transaction) else { return false }
        if message.wamid == nil {
            // Meta has it: a message in doubt is settled, and one whose answer is still on its way is known already.
            message.wamid = status.wamid
            try transaction.link(status.wamid, number: status.number, shownBy: message.post)
        }
        if status.status == "failed" {
            try fail(message, with: status, at: now, in: transaction)
            return true
        }
        if let reached = Self.state(for: status.status), Self.rank(reached) > Self.rank(message.state) { message.state = reached }
        message.changedAt = now
        try transaction.updateOutgoing(message)
        return true
    }

    /// Applies the statuses that came before their message's ID was known.
    func applyParked(to wamid: Wamid, number: PhoneNumberID, at now: Moment, in transaction: any StoreTransaction) throws {
        for record in try transaction.statuses(of: wamid, number: number) {
            guard case .status(let status) = record.event, record.state == .ignored(reason: InboundFlow.unknownMessage) else { continue }
            if try apply(status, at: now, in: transaction) {
                try transaction.setInbound(record.id, state: .merged, conversation: nil)
            }
        }
    }

    private func message(of status: DeliveryStatus, in transaction: any StoreTransaction) throws -> OutgoingMessage? {
        if let messageID = status.messageID, let message = try transaction.outgoing(messageID: messageID),
            try transaction.conversation(message.conversation)?.number == status.number
        {
            return message
        }
        return try transaction.outgoing(wamid: status.wamid, number: status.number)
    }

    private func fail(_ message: OutgoingMessage, with status: DeliveryStatus, at now: Moment, in transaction: any StoreTransaction) throws {
        guard Self.rank(message.state) < Self.rank(.failed(reason: "")), let discussion = try transaction.discussion(message.discussion) else {
            return
        }
        // Meta's own code for a failure of which nothing is known.
        let error = status.error ?? DeliveryError(code: 131_000)
        var message = message
        message.refusals += 1
        message.changedAt = now
        let failure = error.failure(from: .status)
        let windowIsOpen = Window.maySend(newest: discussion.newestMessageAt, now: now)
        let action = GraphErrorRule.action(after: failure, attempt: message.refusals, jitter: 0.5, windowIsOpen: windowIsOpen)
        let pause = Self.pause(action)
        if windowIsOpen, let pause {
            // Meta says that it did not deliver it, so it may be sent again, under a new ID that no late status of the first can meet.
            message.messageID = makeKey()
            message.wamid = nil
            message.state = .queued
            message.notBefore = now + .milliseconds(pause)
            try transaction.updateOutgoing(message)
            return
        }
        let sending = SendingFlow(settings: settings, makeKey: makeKey)
        try sending.forgetUpload(of: message, of: status.number, in: transaction)
        try sending.end(
            message,
            in: discussion,
            reason: SendingFlow.reason(error),
            // The words of a code that is tried again promise just that.
            notice: pause == nil ? try sending.failed(message, because: failure, in: transaction) : .tooOld,
            at: now,
            transaction: transaction
        )
    }

    private static func pause(_ action: GraphErrorRule.Action) -> Int64? {
        switch action {
        case .retry(let pause), .slowDown(.pair(let pause)), .slowDown(.number(let pause)): pause
        case .fail, .stopAccount: nil
        }
    }

    private static func state(for status: String) -> OutgoingState? {
        switch status {
        case "sent": .sent
        case "delivered": .delivered
        case "read", "played": .read
        default: nil
        }
    }

    /// The order in which states follow each other. That a message was sent says nothing against a failure; that it arrived does.
    private static func rank(_ state: OutgoingState) -> Int {
        switch state {
        case .queued, .sending, .unknown, .held: 0
        case .sent: 1
        case .failed: 2
        case .delivered: 3
        case .read: 4
        }
    }
}
