/// The life of an outgoing message: begun, accepted, refused, in doubt. Towards WhatsApp every effect happens at most once.
public struct SendingFlow: Sendable {
    let settings: BridgeSettings
    let makeKey: @Sendable () -> String
    private let rule: ForwardingRule

    /// How long a message in doubt holds its conversation.
    public static let patience: Duration = .seconds(60)

    /// How often a refused token is tried again.
    public static let probeInterval: Duration = .seconds(300)

    /// Creates the flow.
    /// - Parameter makeKey: makes a new, unique key at each call (a UUID).
    public init(settings: BridgeSettings, makeKey: @escaping @Sendable () -> String) {
        self.init(settings: settings, makeKey: makeKey, rule: ForwardingRule())
    }

    init(settings: BridgeSettings, makeKey: @escaping @Sendable () -> String, rule: ForwardingRule) {
        self.settings = settings
        self.makeKey = makeKey
        self.rule = rule
    }

    /// What to do with the first message of a conversation.
    public enum Beginning: Equatable, Sendable {
        /// Send this; that it is being sent is durable once the transaction is.
        case send(SendRequest)
        /// Make its file ready first, then call ``prepared(_:with:jitter:at:in:)``. The receipt, if any, may be given meanwhile.
        case prepare(PreparationRequest, ReadReceipt?)
        /// Ask Connect for the files of its post first, then call ``filesRead(_:files:at:in:)``.
        case readFiles(PostReference, Zone)
        /// Not before this moment.
        case wait(until: Moment)
        /// In doubt: a status may settle it at any time, this moment does at the latest.
        case waitForStatus(until: Moment)
        /// It is finished; the next one may have its turn.
        case nothing
    }

    /// Begins the first message of a conversation, or ends it if it must not be sent (any more).
    public func begin(_ id: OutgoingMessage.ID, at now: Moment, in transaction: any StoreTransaction) throws -> Beginning {
        guard var message = try transaction.outgoing(id) else { return .nothing }
        switch message.state {
        case .queued: break
        case .sending, .unknown(authorTold: false): return try waitForStatus(message, at: now, in: transaction)
        case .unknown(authorTold: true), .sent, .delivered, .read, .failed, .held: return .nothing
        }
        guard !message.isPutOff(at: now) else { return .wait(until: message.notBefore) }
        guard let conversation = try transaction.conversation(message.conversation),
            let discussion = try transaction.discussion(message.discussion)
        else { return .nothing }
        if let refusal = try refusal(of: message, in: discussion, of: conversation, at: now, transaction: transaction) {
            // A webhook that is not taken apart yet may hold the customer's message that keeps the window open.
            if refusal.dependsOnWindow, try transaction.hasPendingWebhook(receivedBy: discussion.newestMessageAt + Window.length) {
                return .wait(until: now + .seconds(1))
            }
            try end(message, in: discussion, reason: refusal.reason, notice: refusal.notice, at: now, transaction: transaction)
            return .nothing
        }
        guard let number = settings.numbers[conversation.number] else { return .nothing }
        let stop = try transaction.accountStop(number.account)
        if let stop, stop.probeAt > now { return .wait(until: stop.probeAt) }
        switch message.content {
        case .undecided:
            return .readFiles(message.post, discussion.zone)
        case .file(let file, _) where file.upload.map({ $0.at + UploadedFile.lifetime <= now }) ?? true:
            let request = PreparationRequest(
                message: message.id, post: message.post, file: file.source, number: number.id, account: number.account)
            return .prepare(request, try receipt(for: discussion, of: conversation, from: number, whilePreparing: true, in: transaction))
        default: break
        }
        if var stop {
            // This message is the probe; all others go on waiting.
            stop.probeAt = now + Self.probeInterval
            try transaction.setAccountStop(stop, of: number.account)
        }
        message.state = .sending
        message.changedAt = now
        try transaction.updateOutgoing(message)
        return .send(
            SendRequest(
                number: conversation.number,
                account: number.account,
                recipient: conversation.address,
                messageID: message.messageID,
                content: message.content,
                quotes: message.quotes
            )
        )
    }

    /// What the queues have to know after a message.
    public enum Aftermath: Equatable, Sendable {
        /// Nothing.
        case nothing
        /// A refused token works again: all queues of its account may go on.
        case accountWorksAgain
        /// The token of this account is refused; its queues stand still.
        case accountRefused(String)
        /// Meta wants the number to slow down; and whether that shows that a refused token works again.
        case slowDown(PhoneNumberID, until: Moment, accountWorksAgain: Bool)
        /// The message is with Meta, and the customer may see that somebody has read theirs.
        case answered(ReadReceipt)
    }

    /// Records what became of a message that was begun.
    /// - Parameter jitter: a random number from 0 to 1, for pauses.
    public func finish(
        _ id: OutgoingMessage.ID,
        with result: SendResult,
        jitter: Double,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws -> Aftermath {
        guard var message = try transaction.outgoing(id), let conversation = try transaction.conversation(message.conversation) else {
            return .nothing
        }
        var aftermath = Aftermath.nothing
        switch result {
        case .accepted(let wamid):
            if try tokenWorks(conversation.number, in: transaction) { aftermath = .accountWorksAgain }
            // A status may have said already that this attempt failed; the next one has an ID of its own.
            guard message.state != .queued else { return aftermath }
            try transaction.link(wamid, number: conversation.number, shownBy: message.post)
            // A status may have been faster than Meta's answer; what it said stays.
            if message.state == .sending || message.state == .unknown(authorTold: false) { message.state = .sent }
            message.wamid = wamid
            message.changedAt = now
            try transaction.updateOutgoing(message)
            try StatusFlow(settings: settings, makeKey: makeKey).applyParked(to: wamid, number: conversation.number, at: now, in: transaction)
            if aftermath == .nothing, let number = settings.numbers[conversation.number],
                let discussion = try transaction.discussion(message.discussion),
                let receipt = try receipt(for: discussion, of: conversation, from: number, whilePreparing: false, in: transaction)
            {
                aftermath = .answered(receipt)
            }
        case .refused(let error):
            guard message.state == .sending else { return .nothing }
            if try uploadAgain(message, to: conversation.number, because: error, at: now, in: transaction) { return .nothing }
            return try refuse(message, of: conversation.number, because: error, jitter: jitter, at: now, in: transaction)
        case .notSent:
            guard message.state == .sending else { return .nothing }
            message.state = .queued
            message.refusals += 1
            message.notBefore = now + PostingFlow.pause(afterRefusals: message.refusals)
            message.changedAt = now
            try transaction.updateOutgoing(message)
            try probeAgain(at: message.notBefore, number: conversation.number, in: transaction)
        case .ambiguous:
            guard message.state == .sending else { return .nothing }
            message.state = .unknown(authorTold: false)
            message.changedAt = now
            try transaction.updateOutgoing(message)
        }
        return aftermath
    }

    /// After a restart: whatever was being sent is in doubt, and refused tokens are probed.
    public func recover(at now: Moment, in transaction: any StoreTransaction) throws {
        for var message in try transaction.doubtfulOutgoing() where message.state == .sending {
            message.state = .unknown(authorTold: false)
            message.changedAt = now
            try transaction.updateOutgoing(message)
        }
        try probeAccounts(at: now, in: transaction)
    }

    /// Lets each refused token be tried again at once: at start, and when a token was replaced.
    public func probeAccounts(at now: Moment, in transaction: any StoreTransaction) throws {
        for account in Set(settings.numbers.values.map(\.account)) {
            guard var stop = try transaction.accountStop(account), stop.probeAt > now else { continue }
            stop.probeAt = now
            try transaction.setAccountStop(stop, of: account)
        }
    }

    /// A message in doubt waits for a status that names it; after that its author is told, and the queue goes on. So does one that was
    /// begun and whose outcome was never recorded: nobody is at it any more.
    private func waitForStatus(_ message: OutgoingMessage, at now: Moment, in transaction: any StoreTransaction) throws -> Beginning {
        if now < message.changedAt {
            // The clock was set back since; nobody waits for that time to come again.
            var restarted = message
            restarted.changedAt = now
            try transaction.updateOutgoing(restarted)
            return .waitForStatus(until: now + Self.patience)
        }
        let end = message.changedAt + Self.patience
        guard end <= now else { return .waitForStatus(until: end) }
        var told = message
        told.state = .unknown(authorTold: true)
        told.changedAt = now
        try transaction.updateOutgoing(told)
        if let discussion = try transaction.discussion(message.discussion) {
            try tell(Self.possiblyNotSent(message), about: message, in: discussion, at: now, transaction: transaction)
        }
        return .nothing
    }

    /// The receipt for the customer's newest message, if the number gives receipts: who answers has read what came before.
    private func receipt(
        for discussion: Discussion,
        of conversation: Conversation,
        from number: NumberSettings,
        whilePreparing: Bool,
        in transaction: any StoreTransaction
    ) throws -> ReadReceipt? {
        guard whilePreparing ? number.typing : number.readReceipts, let wamid = discussion.newestMessage else { return nil }
        return ReadReceipt(number: number.id, account: number.account, wamid: wamid, showsTyping: whilePreparing)
    }

    var notices: Notices { Notices(language: settings.language, makeKey: makeKey) }

    /// Why a message must not be sent (any more).
    struct Refusal {
        var reason: String
        var notice: AuthorNotice?
        /// Whether a message of the customer could still change it.
        var dependsOnWindow = false
    }

    func refusal(
        of message: OutgoingMessage,
        in discussion: Discussion,
        of conversation: Conversation,
        at now: Moment,
        transaction: any StoreTransaction
    ) throws -> Refusal? {
        guard let number = settings.numbers[conversation.number] else {
            return Refusal(reason: ReplayRule.numberUnknown, notice: .numberUnknown(number: conversation.number.rawValue))
        }
        guard number.isLicensed else { return Refusal(reason: ReplayRule.noLicence, notice: .notLicensed(number: number.id.rawValue)) }
        guard Window.maySend(newest: discussion.newestMessageAt, now: now) else {
            return Refusal(reason: "window closed", notice: .tooOld, dependsOnWindow: discussion.closedAt == nil)
        }
        // What was written before the number moved still goes out, until the customer writes where it is now.
        guard discussion.closedAt == nil || conversation.openDiscussion == nil else {
            return Refusal(reason: "discussion closed", notice: .discussionClosed)
        }
        switch try transaction.knownPost(message.post).map({ try rule.verdict(on: $0, known: { try transaction.knownPost($0) }) }) {
        case .isPublic: return nil
        // Only what was held when a backup was put back gets here: everything else was known to be public.
        case .unknownAncestor, .unconfirmedOwnPost: return Refusal(reason: "unknown ancestor", notice: .unknownAncestor)
        // Somebody made it private on purpose: there is nothing to say.
        case .isNotPublic, nil: return Refusal(reason: "became private", notice: nil)
        }
    }

    func refuse(
        _ message: OutgoingMessage,
        of number: PhoneNumberID,
        because error: DeliveryError,
        jitter: Double,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws -> Aftermath {
        guard let discussion = try transaction.discussion(message.discussion) else { return .nothing }
        var message = message
        // What was only made ready stands where it stood.
        if message.state != .queued { message.changedAt = now }
        message.refusals += 1
        func again(after milliseconds: Int64) throws {
            message.state = .queued
            message.notBefore = now + .milliseconds(milliseconds)
            try transaction.updateOutgoing(message)
        }
        let failure = error.failure(from: .answer)
        let windowIsOpen = Window.maySend(newest: discussion.newestMessageAt, now: now)
        switch GraphErrorRule.action(after: failure, attempt: message.refusals, jitter: jitter, windowIsOpen: windowIsOpen) {
        case .retry(let pause):
            try again(after: pause)
            try probeAgain(at: message.notBefore, number: number, in: transaction)
        case .slowDown(.pair(let pause)):
            try again(after: pause)
            // Meta counts what it lets in: the token was good.
            return try tokenWorks(number, in: transaction) ? .accountWorksAgain : .nothing
        case .slowDown(.number(let pause)):
            try again(after: pause)
            return .slowDown(number, until: now + .milliseconds(pause), accountWorksAgain: try tokenWorks(number, in: transaction))
        case .stopAccount where message.content.isReaction:
            // Nobody is waiting for it, and nobody could be told: the next message finds out by itself.
            try end(message, in: discussion, reason: Self.reason(error), notice: nil, at: now, transaction: transaction)
        case .stopAccount:
            message.state = .queued
            message.refusals -= 1
            try transaction.updateOutgoing(message)
            guard let account = settings.numbers[number]?.account else { return .nothing }
            let stop = try transaction.accountStop(account)
            if stop == nil {
                let notice = AuthorNotice.tokenBroken(number: number.rawValue)
                try notices.tell(message.author, notice, about: message.post, in: discussion, at: now, transaction: transaction)
            }
            let next = AccountStop(since: stop?.since ?? now, probeAt: now + Self.probeInterval)
            try transaction.setAccountStop(next, of: account)
            return .accountRefused(account)
        case .fail:
            try end(
                message,
                in: discussion,
                reason: Self.reason(error),
                notice: try failed(message, because: failure, in: transaction),
                at: now,
                transaction: transaction
            )
            try forgetUpload(of: message, of: number, in: transaction)
            // Meta looked at the message itself: the token was good.
            return try tokenWorks(number, in: transaction) ? .accountWorksAgain : .nothing
        }
        return .nothing
    }

    /// Lifts the stop of a number's account, and says whether there was one.
    private func tokenWorks(_ number: PhoneNumberID, in transaction: any StoreTransaction) throws -> Bool {
        guard let account = settings.numbers[number]?.account, try transaction.accountStop(account) != nil else { return false }
        try transaction.setAccountStop(nil, of: account)
        return true
    }

    /// A probe that says nothing about the token does not cost the account another five minutes: the next one comes with its next attempt.
    private func probeAgain(at moment: Moment, number: PhoneNumberID, in transaction: any StoreTransaction) throws {
        guard let account = settings.numbers[number]?.account, var stop = try transaction.accountStop(account), moment < stop.probeAt else { return }
        stop.probeAt = moment
        try transaction.setAccountStop(stop, of: account)
    }

    /// Ends a message and the later parts of its post, and tells the author.
    func end(
        _ message: OutgoingMessage,
        in discussion: Discussion,
        reason: String,
        notice: AuthorNotice?,
        at now: Moment,
        transaction: any StoreTransaction
    ) throws {
        var failed = message
        failed.state = .failed(reason: reason)
        failed.changedAt = now
        try transaction.updateOutgoing(failed)
        for var part in try transaction.outgoing(of: message.post) where part.part > message.part && part.state == .queued {
            part.state = .failed(reason: ReplayRule.earlierPart)
            part.changedAt = now
            try transaction.updateOutgoing(part)
        }
        guard let notice else { return }
        try tell(notice, about: message, in: discussion, at: now, transaction: transaction)
    }

    /// Tells the author of a message. A reaction has none: Connect does not say who likes a post.
    func tell(
        _ notice: AuthorNotice,
        about message: OutgoingMessage,
        in discussion: Discussion,
        at now: Moment,
        transaction: any StoreTransaction
    ) throws {
        guard !message.content.isReaction else { return }
        try notices.tell(message.author, notice, about: message.post, in: discussion, at: now, transaction: transaction)
    }

    /// What the author is told of a message that failed: which part of the post it was, if it was one of several.
    func failed(_ message: OutgoingMessage, because failure: GraphFailure, in transaction: any StoreTransaction) throws -> AuthorNotice {
        if case .file = message.content { return try fileNotSent(message, .refused(failure), in: transaction) }
        return message.parts == 1 ? .failed(failure) : .partFailed(message.part, of: message.parts, excerpt: message.content.excerpt, failure)
    }

    private static func possiblyNotSent(_ message: OutgoingMessage) -> AuthorNotice {
        .possiblyNotSent(excerpt: message.parts == 1 ? nil : message.content.excerpt)
    }

    static func reason(_ error: DeliveryError) -> String {
        let details = error.details.map { ": \($0)" } ?? ""
        return "WhatsApp \(error.code)\(details)"
    }
}
