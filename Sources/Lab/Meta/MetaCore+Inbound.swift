extension MetaCore {
    /// A customer sends something to a number; the webhook is due at once, or after `delay` milliseconds.
    ///
    /// - Parameters:
    ///   - file: The file in the content, once it was made; nil for contents without one.
    ///   - written: When it was written, in milliseconds since 1970 UTC, for messages that Meta held back; nil for now.
    /// - Returns: The message's wamid.
    /// - Throws: `LabError` for an unknown customer or number, and for a file that is missing.
    @discardableResult
    mutating func receive(
        _ content: MetaContent, file: LabFile? = nil, context: MetaContext = MetaContext(), from key: String, to numberID: String? = nil,
        written: Int64? = nil, delay: Int64 = 0, now: Int64
    ) throws(LabError) -> String {
        guard let customer = customers.first(where: { $0.key == key }) else { throw .unknownCustomer(key) }
        guard let number = numbers.first(where: { $0.id == numberID ?? numbers.first?.id }) else { throw LabError("There is no such number.") }
        guard number.registration.isRegistered else { throw LabError("The number is not on WhatsApp: it is not registered.") }
        let change = try identityChange(in: content, of: customer)
        let draft = try draft(
            content, file, context, MetaDraft.Scene(customer: customer, number: number, change: change, isEcho: false, due: now + delay))
        if let change { apply(change) }
        let at = written ?? now
        let wamid = makeWamid()
        // A change of identity is told by Meta, of a person who is told of in its own object (WhatsApp, System messages).
        let isTold = change == nil
        let message = LabJSON.object(
            [
                ("from", content.hidesPhone ? nil : customer.phone.map(LabJSON.string)),
                ("from_user_id", isTold ? customer.userID.map(LabJSON.string) : nil),
                ("from_parent_user_id", isTold ? customer.parentUserID.map(LabJSON.string) : nil),
                ("group_id", context.groupID.map(LabJSON.string)), ("id", .string(wamid)), ("timestamp", .string(String(at / 1_000))),
                ("type", .string(draft.type)),
            ].compactMap { name, value in value.map { LabJSON.Member(name, $0) } } + draft.fields)
        keep(draft, wamid, key, number, .fromCustomer, context, payload: message, at: at, status: "")
        if content.opensWindow, context.groupID == nil {
            let pair = Pair(number: number.id, customer: key)
            lastInbound[pair] = max(lastInbound[pair] ?? 0, at)
        }
        webhooks.add(
            MetaUpdate(numberID: number.id, content: .message(message), contact: isTold ? customer.contact : nil, wamid: wamid), at: now + delay)
        return wamid
    }

    /// The business writes to a customer in the app on its phone; the connector is told (WhatsApp, Coexistence echoes).
    ///
    /// - Parameter file: The file in the content, once it was made; nil for contents without one.
    /// - Returns: The message's wamid.
    /// - Throws: `LabError` for an unknown customer or number, and for a file that is missing.
    @discardableResult
    mutating func echo(
        _ content: MetaContent, file: LabFile? = nil, context: MetaContext = MetaContext(), to key: String, from numberID: String? = nil, now: Int64
    ) throws(LabError) -> String {
        guard let customer = customers.first(where: { $0.key == key }) else { throw .unknownCustomer(key) }
        guard let number = numbers.first(where: { $0.id == numberID ?? numbers.first?.id }) else { throw LabError("There is no such number.") }
        let draft = try draft(content, file, context, MetaDraft.Scene(customer: customer, number: number, isEcho: true, due: now))
        let wamid = makeWamid()
        let message = LabJSON.object(
            [
                ("from", .string(number.displayNumber)), ("to", customer.phone.map(LabJSON.string)),
                ("to_user_id", customer.userID.map(LabJSON.string)), ("id", .string(wamid)), ("timestamp", .string(String(now / 1_000))),
                ("type", .string(draft.type)),
            ].compactMap { name, value in value.map { LabJSON.Member(name, $0) } } + draft.fields)
        keep(draft, wamid, key, number, .fromBusiness, context, payload: message, at: now, status: "delivered")
        let value: LabJSON = [
            "messaging_product": "whatsapp",
            "metadata": ["display_phone_number": .string(number.displayNumber), "phone_number_id": .string(number.id)],
            "contacts": [customer.contact], "message_echoes": [message],
        ]
        webhooks.add(
            MetaUpdate(numberID: number.id, content: .other(field: "smb_message_echoes", value), contact: nil, wamid: wamid), at: now)
        return wamid
    }

    /// Puts a change of any field and value into the queue, for payloads that the other ways do not make.
    ///
    /// - Parameter account: The ID of the account it is about; nil for the lab's own.
    mutating func notify(field: String, value: LabJSON, account: String? = nil, now: Int64) {
        let number = numbers.first { account == nil || self.account(of: $0) == account }
        var update = MetaUpdate(numberID: number?.id ?? "", content: .other(field: field, value), contact: nil, wamid: "")
        update.account = account
        webhooks.add(update, at: now)
    }

    private mutating func keep(
        _ draft: MetaDraft, _ wamid: String, _ key: String, _ number: MetaNumber, _ direction: MetaMessage.Direction, _ context: MetaContext,
        payload: LabJSON, at: Int64, status: String
    ) {
        var message = MetaMessage(
            wamid: wamid, numberID: number.id, customer: key, direction: direction, type: draft.type, text: draft.text, payload: payload, at: at,
            quoting: draft.about, status: status)
        message.attachment = draft.attachment
        message.location = draft.location
        message.contacts = draft.contacts
        message.groupID = context.groupID
        message.isEcho = direction == .fromBusiness
        messages.append(message)
    }

    // MARK: Identity

    private mutating func identityChange(in content: MetaContent, of customer: MetaCustomer) throws(LabError) -> MetaDraft.IdentityChange? {
        var next = customer
        switch content {
        case .changedNumber(let phone, let userID):
            guard customer.phone != nil else { throw LabError("The number of \(customer.key) is withheld, so a new one is not told.") }
            guard !phone.isEmpty, phone.allSatisfy({ $0.isASCII && $0.isNumber }) else { throw LabError("A phone number is digits only.") }
            next.phone = phone
            next.userID = userID ?? customer.userID.map { makeUserID(like: $0) }
        case .changedUserID(let userID):
            next.userID = userID ?? makeUserID(like: customer.userID ?? "US.")
        default: return nil
        }
        next.parentUserID = customer.parentUserID.map { makeUserID(like: $0) }
        return MetaDraft.IdentityChange(old: customer, new: next)
    }

    private mutating func apply(_ change: MetaDraft.IdentityChange) {
        guard let index = customers.firstIndex(where: { $0.key == change.new.key }) else { return }
        customers[index] = change.new
    }

    /// Another user ID of the same country and kind.
    private mutating func makeUserID(like old: String) -> String {
        let prefix = old.lastIndex(of: ".").map { old[...$0] } ?? "US."
        return prefix + random.digits(16)
    }
}

extension MetaContent {
    /// Whether a message of this content never names the phone number that it is from.
    fileprivate var hidesPhone: Bool {
        if case .changedUserID = self { return true }
        return false
    }
}
