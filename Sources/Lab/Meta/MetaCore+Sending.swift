extension MetaCore {
    /// `POST /{version}/{phone number ID}/messages` (WhatsApp, Sending).
    mutating func messages(_ request: GraphRequest, _ number: MetaNumber, _ now: Int64) -> GraphReply {
        if let error = permissionError(of: request, needing: Self.messagingScope) { return failure(error) }
        guard number.registration.isRegistered else { return failure(MetaError(code: 133_010)) }
        guard let message = try? LabJSON(parsing: request.body), message.members != nil else {
            return failure(.parameter("The request body is no JSON object"))
        }
        guard message["messaging_product"]?.string == "whatsapp" else { return failure(.parameter("messaging_product must be whatsapp")) }
        if message["status"]?.string == "read" { return markRead(message, number, now) }
        switch takeFault() {
        case .error(let error): return failure(error)
        case .drop: return GraphReply(kind: .drop)
        case .hang: return GraphReply(kind: .hang)
        case .page(let status): return GraphReply(kind: .page(status))
        case .failure(let code): return send(message, number, now, failingWith: code)
        case .acceptThenDrop: return accepting(message, number, now, .drop)
        case .acceptThenHang: return accepting(message, number, now, .hang)
        case .acceptThenPage(let status): return accepting(message, number, now, .page(status))
        case .delay(let delay):
            var reply = send(message, number, now)
            reply.delay += delay
            return reply
        case nil: return send(message, number, now)
        }
    }

    private mutating func accepting(_ message: LabJSON, _ number: MetaNumber, _ now: Int64, _ kind: GraphReply.Kind) -> GraphReply {
        var reply = send(message, number, now)
        reply.kind = kind
        return reply
    }

    private mutating func markRead(_ message: LabJSON, _ number: MetaNumber, _ now: Int64) -> GraphReply {
        guard let wamid = message["message_id"]?.string,
            messages.contains(where: { $0.wamid == wamid && $0.direction == .fromCustomer && $0.numberID == number.id })
        else { return failure(.parameter("message_id is no message that was received")) }
        let indicator = message["typing_indicator"]
        guard indicator == nil || indicator?["type"]?.string == "text" else { return failure(.parameter("typing_indicator.type must be text")) }
        markedRead.insert(wamid)
        readReceipts.append(MetaReadReceipt(wamid: wamid, showsTyping: indicator != nil, at: now))
        return .success
    }

    private mutating func send(_ message: LabJSON, _ number: MetaNumber, _ now: Int64, failingWith code: Int? = nil) -> GraphReply {
        if let error = fault(in: message, number, now) { return failure(error) }
        let recipient = recipient(of: message, number)
        let pair = recipient.customer.map { Pair(number: number.id, customer: $0.key) }
        if options.enforcesPairRate, let pair, !spendAllowance(of: pair, now) { return failure(MetaError(code: 131_056)) }
        let isClosed = message["type"]?.string != "template" && !isWindowOpen(pair, now)
        if isClosed, options.windowPolicy == .refuses { return failure(MetaError(code: 131_047)) }
        let reason: Int? =
            code ?? (recipient.customer == nil ? 131_026 : isClosed && options.windowPolicy == .failsLater ? 131_047 : nil)
            ?? lateFault(in: message, pair, now)

        let sent = sentMessage(message, wamid: makeWamid(), number, recipient, pair, now)
        messages.append(sent)
        planStatuses(of: sent, recipient, number, now, failingWith: reason)
        var reply = GraphReply.ok([
            "messaging_product": "whatsapp", "contacts": [recipient.contact], "messages": [["id": .string(sent.wamid)]],
        ])
        reply.delay = options.answerDelay
        reply.followsWebhooks = options.sendsStatusBeforeResponse
        return reply
    }

    private func sentMessage(
        _ message: LabJSON, wamid: String, _ number: MetaNumber, _ recipient: Recipient, _ pair: Pair?, _ now: Int64
    ) -> MetaMessage {
        let type = message["type"]?.string ?? "text"
        let content = message[type]
        let location = type == "location" ? MetaLocation(content) : nil
        let contacts = type == "contacts" ? (content?.array ?? []).compactMap(MetaContactCard.init) : []
        let texts = [content?["body"]?.string, content?["caption"]?.string, content?["emoji"]?.string, location?.name]
        var sent = MetaMessage(
            wamid: wamid, numberID: number.id, customer: recipient.customer?.key, direction: .fromBusiness, type: type,
            text: texts.compactMap { $0 }.first ?? contacts.map(\.formattedName).joined(separator: ", "), payload: message, at: now,
            quoting: type == "reaction" ? content?["message_id"]?.string : visibleQuotation(in: message, pair, now), status: "accepted")
        sent.location = location
        sent.contacts = contacts
        if let id = content?["id"]?.string, let found = livingMedia(id, now: now) {
            sent.attachment = MetaAttachment(
                mediaID: id, mimeType: found.mimeType, name: type == "document" ? content?["filename"]?.string : nil, file: found.file,
                isVoice: content?["voice"]?.isTruthy ?? false)
        }
        return sent
    }

    // MARK: Recipients

    struct Recipient {
        var customer: MetaCustomer?
        var isPhone: Bool
        /// The digits or the user ID that was sent to.
        var address: String
        /// The element of `contacts` in the response.
        var contact: LabJSON
    }

    func recipient(of message: LabJSON, _ number: MetaNumber) -> Recipient {
        if let to = message["to"]?.string, !to.isEmpty {
            let given = String(to.filter { $0.isASCII && $0.isNumber })
            let digits = to.hasPrefix("+") || !options.prependsCountryCode ? given : number.countryCode + given
            return Recipient(
                customer: customers.first { $0.phone == digits }, isPhone: true, address: digits,
                contact: ["input": .string(to), "wa_id": .string(digits)])
        }
        let userID = message["recipient"]?.string ?? ""
        return Recipient(
            customer: customers.first { $0.userID == userID || $0.parentUserID == userID }, isPhone: false, address: userID,
            contact: ["input": .string(userID), "user_id": .string(userID)])
    }

    // MARK: Limits

    private func isWindowOpen(_ pair: Pair?, _ now: Int64) -> Bool {
        guard let pair, let last = lastInbound[pair] else { return false }
        return now < last + 86_400_000
    }

    /// A leaky bucket: each message costs 6 s, and `pairBurst` messages may be owed.
    private mutating func spendAllowance(of pair: Pair, _ now: Int64) -> Bool {
        let debt = max(pairDebt[pair] ?? now, now)
        guard debt - now <= Int64(max(options.pairBurst, 1) - 1) * 6_000 else { return false }
        pairDebt[pair] = debt + 6_000
        return true
    }

    private mutating func takeFault() -> MetaFault.Kind? {
        guard !faults.isEmpty else { return nil }
        if faults[0].skipping > 0 {
            faults[0].skipping -= 1
            return nil
        }
        let kind = faults[0].kind
        faults[0].times -= 1
        if faults[0].times <= 0 { faults.removeFirst() }
        return kind
    }
}
