/// Files of posts: which there are, and what became of making one ready. Nothing of it is a message to the customer yet, so all of it may be
/// repeated.
extension SendingFlow {
    /// Records which files belong to a post, and makes its messages of them.
    ///
    /// - Parameter files: What Connect said; nil if it could not be asked.
    public func filesRead(
        _ id: OutgoingMessage.ID,
        files: [ConnectFile]?,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        guard var message = try transaction.outgoing(id), message.state == .queued, case .undecided(let html, let asked) = message.content else {
            return
        }
        guard let files else {
            message.refusals += 1
            message.notBefore = now + PostingFlow.pause(afterRefusals: message.refusals)
            try transaction.updateOutgoing(message)
            return try tellOfDelay(message, at: now, in: transaction)
        }
        let contents = OutgoingPlan.contents(ofHTML: html, files: files)
        guard let first = contents.first else {
            if asked < OutgoingPlan.waits.count {
                message.content = .undecided(html: html, asked: asked + 1)
                message.notBefore = now + OutgoingPlan.waits[asked]
                return try transaction.updateOutgoing(message)
            }
            guard let discussion = try transaction.discussion(message.discussion) else { return }
            message.content = .text("")
            return try end(message, in: discussion, reason: "nothing to send", notice: .emptyPost, at: now, transaction: transaction)
        }
        message.content = first
        message.parts = contents.count
        message.refusals = 0
        try transaction.updateOutgoing(message)
        for (index, content) in contents.enumerated().dropFirst() {
            try insert(content, after: message, part: index + 1, parts: contents.count, at: now, in: transaction)
        }
    }

    /// Records what became of making a message's file ready.
    /// - Parameter jitter: a random number from 0 to 1, for pauses.
    public func prepared(
        _ id: OutgoingMessage.ID,
        with result: PreparationResult,
        jitter: Double,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws -> Aftermath {
        guard var message = try transaction.outgoing(id), message.state == .queued, case .file(let file, let caption) = message.content,
            let conversation = try transaction.conversation(message.conversation)
        else { return .nothing }
        switch result {
        case .uploaded(let upload):
            message.refusals = 0
            let content = OutgoingContent.file(OutgoingFile(source: file.source, upload: upload), caption: caption)
            try replace(message, with: content, caption: upload.kind.carriesCaption ? nil : caption, at: now, in: transaction)
        case .cards(let cards):
            try replace(message, with: .contacts(cards), caption: caption, at: now, in: transaction)
        case .temporary:
            message.refusals += 1
            message.notBefore = now + PostingFlow.pause(afterRefusals: message.refusals)
            try transaction.updateOutgoing(message)
            try tellOfDelay(message, at: now, in: transaction)
        case .impossible(let problem):
            guard let discussion = try transaction.discussion(message.discussion) else { return .nothing }
            let notice = try fileNotSent(message, problem, in: transaction)
            try end(message, in: discussion, reason: "file not sent", notice: notice, at: now, transaction: transaction)
        case .refused(let error):
            let aftermath = try refuse(message, of: conversation.number, because: error, jitter: jitter, at: now, in: transaction)
            let account = settings.numbers[conversation.number]?.account
            if let again = try transaction.outgoing(id), again.state == .queued, try account.flatMap({ try transaction.accountStop($0) }) == nil {
                try tellOfDelay(again, at: now, in: transaction)
            }
            return aftermath
        }
        return .nothing
    }

    // MARK: What the author is told

    /// How long a post may wait for its files before its author is told.
    public static let fileDelay: Duration = .seconds(15 * 60)

    /// Tells the author once for each post that a file is late, and that it is tried on.
    private func tellOfDelay(_ message: OutgoingMessage, at now: Moment, in transaction: any StoreTransaction) throws {
        guard message.changedAt + Self.fileDelay <= now, let discussion = try transaction.discussion(message.discussion),
            try transaction.noteHint(in: message.post)
        else { return }
        var name: String?
        if case .file(let file, _) = message.content { name = file.name }
        try tell(.fileDelayed(name: name), about: message, in: discussion, at: now, transaction: transaction)
    }

    /// What the author is told of a file that will not be sent, and of what is not sent with it.
    func fileNotSent(
        _ message: OutgoingMessage,
        _ problem: AuthorNotice.FileProblem,
        in transaction: any StoreTransaction
    ) throws -> AuthorNotice {
        guard case .file(let file, let caption) = message.content else { return .fileNotSent(name: nil, problem) }
        let rest = try transaction.outgoing(of: message.post).contains { $0.part > message.part && $0.state == .queued }
        return .fileNotSent(name: file.name, problem, andRest: rest || caption != nil)
    }

    /// What Meta did not take is uploaded anew when it is sent again: the fault may be with the copy that Meta has.
    func forgetUpload(of message: OutgoingMessage, of number: PhoneNumberID, in transaction: any StoreTransaction) throws {
        guard case .file(let file, _) = message.content, let upload = file.upload else { return }
        try transaction.forgetUpload(mediaID: upload.mediaID, number: number)
    }

    // MARK: Messages of a post

    /// Meta may lose a file before its time: an upload that is not quite new is forgotten, and the file uploaded anew. If the new one is
    /// refused too, that is the end.
    ///
    /// - Returns: whether the message waits for that; false if the refusal has another reason.
    func uploadAgain(
        _ message: OutgoingMessage,
        to number: PhoneNumberID,
        because error: DeliveryError,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws -> Bool {
        guard case .file(let file, let caption) = message.content, let upload = file.upload, upload.at + Self.newUpload <= now,
            Self.unknownFileCodes.contains(error.code)
        else { return false }
        try transaction.forgetUpload(mediaID: upload.mediaID, number: number)
        var message = message
        message.content = .file(OutgoingFile(source: file.source), caption: caption)
        message.state = .queued
        message.changedAt = now
        try transaction.updateOutgoing(message)
        return true
    }

    /// How old an upload is at most of which Meta must still know.
    private static let newUpload: Duration = .seconds(60)

    /// What Meta answers if a message names a file that it does not have (Cloud API, 3.5): a parameter is wrong.
    private static let unknownFileCodes: Set<Int> = [100, 131_009]

    /// Gives a message another content. A caption that it cannot carry goes before it as a text of its own, with the quote.
    private func replace(
        _ message: OutgoingMessage,
        with content: OutgoingContent,
        caption: String?,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        var message = message
        guard let caption else {
            message.content = content
            return try transaction.updateOutgoing(message)
        }
        for var part in try transaction.outgoing(of: message.post) {
            part.parts += 1
            if part.part > message.part { part.part += 1 }
            try transaction.updateOutgoing(part)
        }
        message.parts += 1
        message.content = .text(caption)
        try transaction.updateOutgoing(message)
        var bare = content
        if case .file(let file, _) = content { bare = .file(file, caption: nil) }
        try insert(bare, after: message, part: message.part + 1, parts: message.parts, at: now, in: transaction)
    }

    private func insert(
        _ content: OutgoingContent,
        after message: OutgoingMessage,
        part: Int,
        parts: Int,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        _ = try transaction.insertOutgoing(
            messageID: makeKey(),
            conversation: message.conversation,
            discussion: message.discussion,
            post: message.post,
            author: message.author,
            part: part,
            parts: parts,
            content: content,
            quotes: nil,
            state: .queued,
            at: now
        )
    }
}
