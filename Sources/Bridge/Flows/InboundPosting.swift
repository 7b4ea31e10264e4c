/// Makes the tasks that show a customer's message in a discussion.
struct InboundPosting: Sendable {
    let texts: Texts
    let makeKey: @Sendable () -> String
    /// Whether the message came in before the backup from which the store was put back, although its event is recorded only now.
    var isFromBackup = false

    /// Queues what shows a message, and notes the files that belong to it.
    /// - Parameter customer: Who wrote it; nil for what the business wrote itself.
    func post(
        _ message: CustomerMessage,
        as id: InboundRecord.ID,
        from customer: Customer?,
        in discussion: Discussion,
        isRoot: Bool,
        tags: [String],
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        let hasFiles = try insertFiles(of: message, as: id, in: discussion, at: now, transaction)
        let frame = InboundFormat.Frame(
            sender: sender(of: message, customer),
            isRoot: isRoot,
            tellsTime: Lateness.isTold(of: message, handedOverAt: now),
            quote: try quote(in: message, in: discussion, transaction)
        )
        let bodies = InboundFormat(texts: texts).posts(for: try described(message, transaction), in: frame)
        // In a group, another voice's reaction is another reaction.
        let reactsTo = message.isReaction && !message.isInGroup ? message.quotes : nil
        if !isRoot, let target = reactsTo, let newest = try newestReaction(to: target, in: discussion, transaction) {
            if newest.state != .failed, let shown = try newest.shownEvent.flatMap({ try transaction.inbound($0) })?.event.shownMessage,
                message.writtenAt < shown.writtenAt
            {
                // It came too late to be seen: the customer has thought again since.
                return try transaction.setInbound(
                    id, state: .ignored(reason: "the reaction was changed since"), conversation: discussion.conversation)
            }
            let changed = newest.changedTask ?? newest.id
            let task = try insert(
                bodies[0], at: .update(discussion.id, changed), in: discussion, shows: nil, of: id, files: nil, now, transaction)
            try transaction.setReactionTask(task, in: discussion.conversation, to: target)
            return
        }
        for (index, html) in bodies.enumerated() {
            let isFirst = index == 0
            let place: PostTask.Place =
                isRoot && isFirst
                ? .root(discussion.id, title: title(of: message, customer), tags: tags)
                : .reply(discussion.id, quotes: isFirst ? message.quotes : nil)
            let task = try insert(
                html, at: place, in: discussion, shows: isFirst ? message.wamid : nil, of: id, files: isFirst && hasFiles ? id : nil, now,
                transaction)
            if isFirst, let target = reactsTo {
                try transaction.setReactionTask(task, in: discussion.conversation, to: target)
            }
        }
    }

    /// The first post of a message again, as it is to be read by now: its files in another state, the time when it was written, what it is
    /// about.
    func html(
        of record: InboundRecord,
        files: [InboundFile],
        state: MessagePlaceholder.MediaState,
        isRoot: Bool,
        tellsTime: Bool,
        in discussion: Discussion,
        _ transaction: any StoreTransaction
    ) throws -> String? {
        guard let message = record.event.shownMessage else { return nil }
        var customer: Customer?
        if case .message = record.event {
            customer = try transaction.conversation(discussion.conversation).flatMap { try transaction.customer($0.customer) }
        }
        var duration: Int64?
        var isDamaged = false
        if case .ready(let file)? = files.first?.state {
            duration = file.duration
            isDamaged = file.isDamaged
        }
        let frame = InboundFormat.Frame(
            sender: sender(of: message, customer),
            isRoot: isRoot,
            tellsTime: tellsTime,
            files: state,
            duration: duration,
            isDamaged: isDamaged,
            quote: try quote(in: message, in: discussion, transaction)
        )
        return InboundFormat(texts: texts).posts(for: try described(message, transaction), in: frame).first
    }

    /// The task that shows the customer's newest reaction to a message, or changes the post of an earlier one.
    private func newestReaction(to target: Wamid, in discussion: Discussion, _ transaction: any StoreTransaction) throws -> PostTask? {
        try transaction.reactionTask(in: discussion.conversation, to: target).flatMap { try transaction.task($0) }
    }

    @discardableResult
    private func insert(
        _ html: String,
        at place: PostTask.Place,
        in discussion: Discussion,
        shows: Wamid?,
        of event: InboundRecord.ID,
        files: InboundRecord.ID?,
        _ now: Moment,
        _ transaction: any StoreTransaction
    ) throws -> PostTask.ID {
        var key = makeKey()
        if case .root = place { key = discussion.key }
        let task = try transaction.insertTask(
            lane: .conversation(discussion.conversation),
            zone: discussion.zone,
            place: place,
            key: key,
            html: html,
            privateTo: nil,
            shownEvent: event,
            shows: shows,
            filesOf: files,
            notBefore: now
        )
        if try isFromBackup || transaction.isFromBackup(event) { try transaction.beginInDoubt(task) }
        return task
    }

    /// A message that is placed anew brings its files along: they are known already.
    private func insertFiles(
        of message: CustomerMessage,
        as id: InboundRecord.ID,
        in discussion: Discussion,
        at now: Moment,
        _ transaction: any StoreTransaction
    ) throws -> Bool {
        let files = message.files ?? []
        guard !files.isEmpty, try transaction.inboundFiles(of: id).isEmpty else {
            try InboundFileFlow.placedAnew(id, in: transaction)
            return !files.isEmpty
        }
        for file in files {
            _ = try transaction.insertInboundFile(
                event: id, conversation: discussion.conversation, number: message.number, file: file, at: now)
        }
        return true
    }

    // MARK: Words

    private func sender(of message: CustomerMessage, _ customer: Customer?) -> String {
        guard let customer else { return texts.business }
        return name(of: message, known: message.isInGroup ? nil : customer.name)
    }

    private func title(of message: CustomerMessage, _ customer: Customer?) -> String {
        message.isInGroup ? texts.group : name(of: message, known: customer?.name)
    }

    private func name(of message: CustomerMessage, known name: String?) -> String {
        texts.customerName(profile: message.senderName ?? name, phone: message.sender.first { $0.kind == .phone }?.value)
    }

    /// A reaction with a piece of what it is about.
    private func described(_ message: CustomerMessage, _ transaction: any StoreTransaction) throws -> CustomerMessage {
        guard message.isReaction, let target = message.quotes, case .placeholder(let placeholder) = message.content else { return message }
        var message = message
        message.content = .placeholder(placeholder.quoting(try excerpt(of: target, to: message.number, transaction)))
        return message
    }

    /// What a message answers, in words, where the post that shows it is not in the same discussion. Nil if it answers nothing.
    private func quote(in message: CustomerMessage, in discussion: Discussion, _ transaction: any StoreTransaction) throws -> String? {
        guard let target = message.quotes, !message.isReaction else { return nil }
        if let post = try transaction.post(showing: target, number: message.number) {
            if let root = discussion.root, try transaction.knownPost(post)?.discussion == root { return nil }
        } else if let event = try event(of: target, to: message.number, transaction)?.id,
            try transaction.unfinishedTasks(showing: event).contains(where: { $0.shows == target && $0.discussion == discussion.id })
        {
            return nil
        }
        return try excerpt(of: target, to: message.number, transaction) ?? ""
    }

    /// The message of the customer, or of the business itself, with a wamid.
    private func event(of wamid: Wamid, to number: PhoneNumberID, _ transaction: any StoreTransaction) throws -> InboundRecord? {
        try transaction.inbound(key: InboundFlow.key(ofMessage: wamid, to: number))
            ?? transaction.inbound(key: InboundFlow.key(ofEcho: wamid, to: number))
    }

    private func excerpt(of wamid: Wamid, to number: PhoneNumberID, _ transaction: any StoreTransaction) throws -> String? {
        if let record = try transaction.inbound(key: InboundFlow.key(ofMessage: wamid, to: number)), case .message(let message) = record.event {
            switch message.content {
            case .text(let text): return text
            case .placeholder(let placeholder): return placeholder.words ?? texts.text(placeholder)
            case .identityChange: return nil
            }
        }
        return try transaction.outgoing(wamid: wamid, number: number)?.content.excerpt
    }
}

extension CustomerMessage {
    /// Whether it sets, changes or takes back a reaction.
    var isReaction: Bool {
        switch content {
        case .placeholder(.reaction), .placeholder(.reactionRemoved): true
        default: false
        }
    }
}
