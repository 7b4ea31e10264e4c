import BridgeTestSupport

@testable import Bridge

/// What the service does between the flows and WhatsApp.
extension PrivacyHistory {
    var sending: SendingFlow { SendingFlow(settings: settings, makeKey: makeKey, rule: rule) }

    /// Sends some of the messages whose turn has come. When all is calm, WhatsApp accepts everything.
    func sendMessages(_ limit: Int, isCalm: Bool = false) throws {
        let flow = sending
        var count = 0
        var isIdle = false
        while !isIdle, count < limit {
            isIdle = true
            for head in try store.withReadTransaction({ try $0.headOutgoing(after: nil, limit: 100) }) where count < limit {
                let now = now
                switch try store.withTransaction({ try flow.begin(head.id, at: now, in: $0) }) {
                case .send(let request): try perform(head.id, request, with: flow, isCalm: isCalm)
                case .nothing: break
                case .readFiles, .prepare, .wait, .waitForStatus: continue
                }
                isIdle = false
                count += 1
            }
        }
    }

    private func perform(_ id: OutgoingMessage.ID, _ request: SendRequest, with flow: SendingFlow, isCalm: Bool) throws {
        guard let post = watch(request) else { return }
        log("m\(post) goes out as \(request.messageID)")
        var sending = Sending(post: post, messageID: request.messageID, wamid: Wamid(rawValue: "out.\(request.messageID)"), isTaken: true)
        let result: SendResult
        switch isCalm ? 0 : random.number(below: 20) {
        case 0..<13: result = .accepted(sending.wamid)
        case 13..<16:
            sending.isTaken = false
            result = .refused(DeliveryError(code: random.pick([131_026, 130_429, 131_047, 100, 190])))
        case 16..<17:
            sending.isTaken = false
            result = .notSent("no route")
        default:
            sending.isTaken = random.happens(60)
            result = .ambiguous("time-out")
        }
        log("  \(result), taken: \(sending.isTaken)")
        sendings.append(sending)
        if sending.isTaken, random.happens(15) { try report(on: sendings.count - 1) }
        // The process may end before the answer; the message is in doubt then.
        if !isCalm, random.happens(3) { return try restart() }
        let now = now
        _ = try store.withTransaction { try flow.finish(id, with: result, jitter: 0.5, at: now, in: $0) }
    }

    /// WhatsApp says what became of a message.
    func report() throws {
        let taken = sendings.indices.filter { sendings[$0].isTaken }
        guard !taken.isEmpty else { return }
        try report(on: random.pick(taken))
    }

    private func report(on index: Int) throws {
        let sending = sendings[index]
        // What was delivered cannot fail any more, and what failed stays failed.
        guard sending.status != "failed" else { return }
        let status = random.pick(sending.status == nil ? ["sent", "delivered", "read", "failed"] : ["sent", "delivered", "read"])
        sendings[index].status = status
        log("status \(status) of \(sending.messageID)")
        try record(
            .status(
                DeliveryStatus(
                    number: Self.number,
                    wamid: sending.wamid,
                    status: status,
                    at: now,
                    messageID: sending.messageID,
                    error: status == "failed" ? DeliveryError(code: random.pick([131_026, 130_429, 131_047])) : nil
                )
            )
        )
    }
}
