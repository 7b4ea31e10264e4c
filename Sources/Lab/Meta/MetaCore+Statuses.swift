extension MetaCore {
    /// Plans the webhooks that tell what became of a message (WhatsApp, Statuses).
    mutating func planStatuses(
        of message: MetaMessage, _ recipient: Recipient, _ number: MetaNumber, _ now: Int64, failingWith code: Int?
    ) {
        let steps = code == nil ? ladder(of: message) : [MetaOptions.Step("failed", after: options.ladder.first?.delay ?? 200)]
        let names = options.reversesStatuses ? steps.map(\.status).reversed() : steps.map(\.status)
        for (index, (step, name)) in zip(steps, names).enumerated() {
            let due = index == 0 && options.sendsStatusBeforeResponse ? now : now + step.delay
            let status = status(name, of: message.wamid, recipient, message.payload, due, code)
            // Failures carry no contacts; the others name the person once there is more than a phone number to tell.
            let contact = code == nil && recipient.customer?.userID != nil ? recipient.customer?.contact : nil
            let update = MetaUpdate(
                numberID: number.id, content: .status(status), contact: contact, wamid: message.wamid, status: name, errorCode: code)
            for _ in 0..<(options.duplicatesStatuses ? 2 : 1) { webhooks.add(update, at: due) }
        }
    }

    /// Reactions are only reported as sent, and voice notes may be played.
    private func ladder(of message: MetaMessage) -> [MetaOptions.Step] {
        if message.type == "reaction" { return options.ladder.filter { $0.status == "sent" } }
        guard message.attachment?.isVoice == true, let delay = options.playsVoiceNotesAfter else { return options.ladder }
        return options.ladder + [MetaOptions.Step("played", after: delay)]
    }

    private mutating func status(
        _ name: String, of wamid: String, _ recipient: Recipient, _ message: LabJSON, _ due: Int64, _ code: Int?
    ) -> LabJSON {
        let customer = recipient.customer
        let phone = recipient.isPhone ? recipient.address : code == nil ? customer?.phone : nil
        let userID = recipient.isPhone ? (code == nil ? customer?.userID : nil) : recipient.address
        let hasPricing = name == "sent" || name == "delivered"
        let conversation: LabJSON? =
            options.payloadVersion < 24 && hasPricing ? ["id": .string(random.hex(bytes: 16)), "origin": ["type": "service"]] : nil
        return .object(
            ("id", .string(wamid)), ("status", .string(name)), ("timestamp", .string(String(due / 1_000))),
            ("recipient_id", phone.map(LabJSON.string)), ("recipient_user_id", userID.map(LabJSON.string)),
            ("recipient_parent_user_id", code == nil ? customer?.parentUserID.map(LabJSON.string) : nil),
            ("biz_opaque_callback_data", message["biz_opaque_callback_data"]), ("conversation", conversation),
            (
                "pricing",
                hasPricing ? ["billable": true, "pricing_model": "PMP", "type": "regular", "category": "service"] : nil
            ),
            ("errors", code.map { [MetaError(code: $0).statusElement] }))
    }

    /// Reports a status of an accepted message now, whatever the ladder says.
    ///
    /// - Throws: `LabError` for a message that was never accepted.
    mutating func report(_ name: String, of wamid: String, errorCode: Int? = nil, now: Int64) throws(LabError) {
        guard let message = messages.first(where: { $0.wamid == wamid && $0.direction == .fromBusiness }),
            let number = numbers.first(where: { $0.id == message.numberID })
        else { throw LabError("There is no accepted message \(wamid).") }
        let recipient = recipient(of: message.payload, number)
        let status = status(name, of: wamid, recipient, message.payload, now, errorCode)
        let contact = errorCode == nil && recipient.customer?.userID != nil ? recipient.customer?.contact : nil
        webhooks.add(
            MetaUpdate(numberID: number.id, content: .status(status), contact: contact, wamid: wamid, status: name, errorCode: errorCode), at: now)
    }

    /// Notes the statuses that a delivery reports, for the chats.
    mutating func noteReported(_ updates: [MetaUpdate]) {
        let rank = ["accepted": 0, "sent": 1, "delivered": 2, "read": 3, "played": 4, "failed": 5]
        for update in updates {
            guard let name = update.status, let index = messages.firstIndex(where: { $0.wamid == update.wamid }) else { continue }
            if (rank[name] ?? 0) > (rank[messages[index].status] ?? 0) { messages[index].status = name }
            if let code = update.errorCode { messages[index].errorCode = code }
        }
    }
}
