extension MetaCore {
    /// A customer sends something to a number; the webhook is due at once, or after `delay` milliseconds.
    ///
    /// - Parameter written: When it was written, in milliseconds since 1970 UTC, for messages that Meta held back; nil for now.
    /// - Returns: The message's wamid.
    /// - Throws: `LabError` for an unknown customer or number.
    @discardableResult
    mutating func receive(
        _ content: MetaContent, from key: String, to numberID: String? = nil, written: Int64? = nil, delay: Int64 = 0, now: Int64
    ) throws(LabError) -> String {
        guard let customer = customers.first(where: { $0.key == key }) else { throw .unknownCustomer(key) }
        guard let number = numbers.first(where: { $0.id == numberID ?? numbers.first?.id }) else { throw LabError("There is no such number.") }
        let at = written ?? now
        let wamid = makeWamid()
        let (type, fields, text, quoting) = fields(of: content, customer, number)
        let message = LabJSON.object(
            [
                ("from", customer.phone.map(LabJSON.string)), ("from_user_id", customer.userID.map(LabJSON.string)),
                ("from_parent_user_id", customer.parentUserID.map(LabJSON.string)), ("id", .string(wamid)),
                ("timestamp", .string(String(at / 1_000))), ("type", .string(type)),
            ].compactMap { name, value in value.map { LabJSON.Member(name, $0) } } + fields)
        messages.append(
            MetaMessage(
                wamid: wamid, numberID: number.id, customer: key, direction: .fromCustomer, type: type, text: text, payload: message, at: at,
                quoting: quoting, status: ""))
        let pair = Pair(number: number.id, customer: key)
        lastInbound[pair] = max(lastInbound[pair] ?? 0, at)
        webhooks.add(MetaUpdate(numberID: number.id, content: .message(message), contact: customer.contact, wamid: wamid), at: now + delay)
        return wamid
    }

    /// Puts a change of any field and value into the queue, for payloads that the other ways do not make.
    mutating func notify(field: String, value: LabJSON, now: Int64) {
        webhooks.add(MetaUpdate(numberID: numbers.first?.id ?? "", content: .other(field: field, value), contact: nil, wamid: ""), at: now)
    }

    private mutating func fields(
        of content: MetaContent, _ customer: MetaCustomer, _ number: MetaNumber
    ) -> (type: String, fields: [LabJSON.Member], text: String, quoting: String?) {
        switch content {
        case .text(let body, let quoting):
            let isOwn = messages.first { $0.wamid == quoting }?.direction == .fromCustomer
            let context = quoting.map { quoted in
                LabJSON.Member(
                    "context",
                    .object(("from", (isOwn ? customer.phone : number.displayNumber).map(LabJSON.string)), ("id", .string(quoted))))
            }
            return ("text", [.init("text", ["body": .string(body)])] + (context.map { [$0] } ?? []), body, quoting)
        case .reaction(let emoji, let target):
            let reaction = LabJSON.object(("message_id", .string(target)), ("emoji", emoji.map(LabJSON.string)))
            return ("reaction", [.init("reaction", reaction)], emoji ?? "", target)
        case .image(let caption):
            let image = LabJSON.object(
                ("id", .string(random.digits(15))), ("mime_type", "image/jpeg"), ("sha256", .string(Base64.encode(random.bytes(32)))),
                ("caption", caption.map(LabJSON.string)))
            return ("image", [.init("image", image)], caption ?? "", nil)
        case .unsupported(let code, let kind):
            let errors: LabJSON = [MetaError(code: code, details: "Message type unknown or not available").statusElement]
            let unsupported = kind.map { [LabJSON.Member("unsupported", ["type": .string($0)])] } ?? []
            return ("unsupported", [.init("errors", errors)] + unsupported, "", nil)
        case .other(let type, let object):
            return (type, [.init(type, object)], "", nil)
        }
    }
}
