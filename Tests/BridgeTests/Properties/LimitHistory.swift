import BridgeTestSupport

@testable import Bridge

/// Many conversations of several numbers and accounts, some of which WhatsApp limits, refuses or locks out, sent as the service sends them.
final class LimitHistory {
    /// Two numbers of one account, and one of another.
    static let numbers = [("n0", "a"), ("n1", "a"), ("n2", "b")]

    /// A message on its way.
    struct Message {
        var conversation: Int
        /// The errors that its attempts meet, in order; after them it is accepted.
        var errors: [Int]
        var post: ConnectPost
        var attempts: [Moment] = []
        var acceptedAt: Moment?
        /// When its next attempt may be made, by its last error.
        var notBefore: Moment
    }

    let story = Story()
    private(set) var random: SeededGenerator
    private var pacer = Pacer()
    private(set) var messages: [String: Message] = [:]
    /// The number of each conversation.
    private(set) var conversations: [Int] = []
    /// Until when an account's token is refused.
    private(set) var locked: [String: Moment] = [:]
    /// Until when each number was made to rest, and each account found locked, at most.
    private(set) var rests: [String: Moment] = [:]
    private(set) var stops: [String: Moment] = [:]
    private var stopped: Set<String> = []
    private(set) var refusedTokens: [String: [Moment]] = [:]
    private(set) var faults: [String] = []
    /// The messages in the order in which they were accepted or failed for good.
    private var ended: [Int: [String]] = [:]

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        story.settings = BridgeSettings(
            language: .en,
            numbers: Self.numbers.map { NumberSettings(id: PhoneNumberID(rawValue: $0.0), account: $0.1, zone: Story.zone) })
    }

    // MARK: What is there

    /// A customer opens a discussion with a number.
    /// - Returns: the conversation's index.
    @discardableResult
    func open(_ number: Int) throws -> Int {
        let index = conversations.count
        conversations.append(number)
        let message = CustomerMessage(
            number: PhoneNumberID(rawValue: Self.numbers[number].0), wamid: Wamid(rawValue: "in\(index)"), sender: [.phone("49\(index)")],
            senderName: "Customer \(index)", writtenAt: story.now, content: .text("Hello"))
        try story.record(.message(message))
        try story.postAll()
        return index
    }

    /// A colleague writes to a customer; WhatsApp refuses the message so many times.
    func write(_ text: String, to conversation: Int, errors: [Int] = []) throws {
        let post = try story.colleagueWrites(text, in: story.roots[conversation].reference)
        messages[text] = Message(conversation: conversation, errors: errors, post: post, notBefore: story.now)
    }

    func lock(_ account: String, for duration: Duration) { locked[account] = story.now + duration }

    func fault(_ text: String) { faults.append(text) }

    // MARK: Sending

    /// Sends whatever may go now, and says when to come again; nil when nothing waits.
    func send() throws -> Moment? {
        let flow = SendingFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        var next: Moment?
        var isIdle = false
        while !isIdle {
            isIdle = true
            next = nil
            for head in try story.store.withReadTransaction({ try $0.headOutgoing(after: nil, limit: 1_000) }) {
                guard let number = try story.store.withReadTransaction({ try $0.conversation(head.conversation)?.number }) else { continue }
                let turn = pacer.turn(number: number, conversation: head.conversation, at: now)
                guard turn <= now else {
                    next = min(next ?? turn, turn)
                    continue
                }
                switch try story.transact({ try flow.begin(head.id, at: now, in: $0) }) {
                case .send(let request):
                    pacer.sent(number: number, conversation: head.conversation, at: now)
                    let result = attempt(request)
                    if case .slowDown(let number, let until, _) = try story.transact({
                        try flow.finish(head.id, with: result, jitter: 0.5, at: now, in: $0)
                    }) {
                        pacer.rest(number: number, until: until)
                        rests[number.rawValue] = max(rests[number.rawValue] ?? until, until)
                    }
                    isIdle = false
                case .nothing: isIdle = false
                case .wait(let until), .waitForStatus(let until): next = min(next ?? until, until)
                case .readFiles, .prepare: fault("it asks for files")
                }
            }
        }
        return next
    }

    /// WhatsApp's answer.
    private func attempt(_ request: SendRequest) -> SendResult {
        let now = story.now
        guard var message = messages[request.text] else {
            fault("nobody wrote \(request.text)")
            return .notSent("")
        }
        defer { messages[request.text] = message }
        if message.acceptedAt != nil { fault("\(request.text) is sent again") }
        if now < message.notBefore { fault("\(request.text) is sent too early") }
        message.attempts.append(now)
        if let end = locked[request.account], now < end {
            refusedTokens[request.account, default: []].append(now)
            stops[request.account] = now + SendingFlow.probeInterval
            stopped.insert(request.account)
            return .refused(DeliveryError(code: 190))
        }
        guard !message.errors.isEmpty else {
            message.acceptedAt = now
            stopped.remove(request.account)
            ended[message.conversation, default: []].append(request.text)
            return .accepted(Wamid(rawValue: "out.\(request.messageID)"))
        }
        let error = DeliveryError(code: message.errors.removeFirst())
        let refusals = message.attempts.count - (refusedTokens[request.account]?.filter { message.attempts.contains($0) }.count ?? 0)
        switch GraphErrorRule.action(after: error.failure(from: .answer), attempt: max(refusals, 1), jitter: 0.5, windowIsOpen: true) {
        case .retry(let pause):
            message.notBefore = now + .milliseconds(pause)
            // That says nothing about the token; its next attempt will.
            if stopped.contains(request.account) { stops[request.account] = message.notBefore }
        case .slowDown(.pair(let pause)), .slowDown(.number(let pause)):
            message.notBefore = now + .milliseconds(pause)
            stopped.remove(request.account)
        case .fail:
            stopped.remove(request.account)
            ended[message.conversation, default: []].append(request.text)
        case .stopAccount: fault("\(error.code) is no error of one message")
        }
        return .refused(error)
    }

    /// Sends until nothing waits any more.
    func sendAll() throws {
        for _ in 0..<2_000 {
            guard let next = try send() else { return }
            story.now = max(next, story.now + .milliseconds(1))
        }
        fault("it never ends")
    }

    // MARK: The end

    /// At the end, each message was accepted once or its author told, in order.
    func check(order: [Int: [String]]) throws {
        try story.postAll()
        for (text, message) in messages {
            let state = try story.outgoing(of: message.post).map(\.state.name)
            let notices = story.notices.filter { $0.request.repliesTo == message.post.reference && !$0.text.contains("wait until") }
            let isBroken = story.notices.contains {
                $0.request.repliesTo == message.post.reference
                    && $0.text == AuthorNotice.tokenBroken(number: Self.numbers[conversations[message.conversation]].0).text(in: .en)
            }
            switch state {
            case ["sent"]:
                if message.acceptedAt == nil || notices.count > (isBroken ? 1 : 0) { fault("\(text) is sent, and \(notices.map(\.text))") }
            case ["failed"]:
                if message.acceptedAt != nil || notices.count != (isBroken ? 2 : 1) { fault("\(text) failed, and \(notices.map(\.text))") }
            default: fault("\(text) is \(state)")
            }
        }
        for (conversation, texts) in order where ended[conversation] != texts {
            fault("conversation \(conversation) went \(ended[conversation] ?? [])")
        }
    }
}
