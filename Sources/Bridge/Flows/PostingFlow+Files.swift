/// Posts with files, and posts whose text is changed afterwards.
extension PostingFlow {
    // MARK: Files

    /// Lets a post go without its files: says how they are, and notes that they follow.
    func withoutFiles(
        _ task: inout PostTask,
        _ state: MessagePlaceholder.MediaState,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        guard let event = task.filesOf else { return }
        task.filesOf = nil
        task.html = try html(of: task, event, state, at: now, in: transaction) ?? task.html
        try transaction.updateTask(task)
        try files.leftBehind(event, by: task.id, at: now, in: transaction)
    }

    /// What the post of a message says if it is handed to Connect now, its files in a given state; nil for what shows no message.
    func html(
        of task: PostTask,
        _ event: InboundRecord.ID,
        _ state: MessagePlaceholder.MediaState,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws -> String? {
        var isRoot = false
        switch task.place {
        case .root: isRoot = true
        case .reply: break
        case .answer, .below, .foreign, .update: return nil
        }
        guard let record = try transaction.inbound(event), let message = record.event.shownMessage,
            let discussion = try task.discussion.flatMap({ try transaction.discussion($0) })
        else { return nil }
        let posting = InboundPosting(texts: Texts(settings.language), makeKey: makeKey)
        let files = try transaction.inboundFiles(of: event)
        let tellsTime = Lateness.isTold(of: message, handedOverAt: now)
        return try posting.html(of: record, files: files, state: state, isRoot: isRoot, tellsTime: tellsTime, in: discussion, transaction)
    }

    /// Records whether a post that Connect has brought its files along.
    func filesAreThere(
        _ areThere: Bool,
        of event: InboundRecord.ID,
        _ task: PostTask,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        guard areThere else { return try files.missing(event, below: task.id, at: now, in: transaction) }
        if case .below = task.place { try files.rewrite(event, as: .below, at: now, in: transaction) }
        try files.handedOver(event, in: transaction)
    }

    /// Connect did not take the files, and so there is no post yet. One that is nothing but its files comes again later.
    func refuseFiles(
        of task: PostTask,
        because refusal: PostRefusal.FileRefusal,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        var task = task
        if let event = task.filesOf { try files.notTaken(event, because: refusal, at: now, in: transaction) }
        task.refusals += 1
        if case .below = task.place {
            task.state = .failed
        } else {
            task.state = .queued
            if case .temporary = refusal { task.notBefore = now + Self.pause(afterRefusals: task.refusals) }
        }
        try transaction.updateTask(task)
    }

    // MARK: Changed texts

    func beginUpdate(_ task: inout PostTask, at now: Moment, in transaction: any StoreTransaction) throws -> Beginning {
        guard case .update(let discussion, let earlier) = task.place else { return .nothing }
        guard let post = try transaction.post(madeBy: earlier) else {
            // There is nothing to change: what it shows is posted by itself.
            guard task.shownEvent != nil else {
                task.state = .failed
                try transaction.updateTask(task)
                return .nothing
            }
            try postByItself(&task, in: discussion, transaction)
            return .wait(until: now)
        }
        task.html = try html(ofChange: task, of: earlier, at: now, in: transaction) ?? task.html
        task.state = .posting
        try transaction.updateTask(task)
        return .update(post, task.zone, html: task.html)
    }

    /// What the post of a reaction says after a change of it: the message that it is about may not have been known before. Nil for any other
    /// change.
    private func html(ofChange task: PostTask, of earlier: PostTask.ID, at now: Moment, in transaction: any StoreTransaction) throws -> String? {
        guard let event = task.shownEvent, let changed = try transaction.task(earlier) else { return nil }
        return try html(of: changed, event, .attached, at: now, in: transaction)
    }

    /// The post cannot be changed. What a customer did is posted by itself then; a word of our own is not.
    func endUpdate(_ task: PostTask, at now: Moment, in transaction: any StoreTransaction) throws {
        var task = task
        if let discussion = task.discussion, task.shownEvent != nil { return try postByItself(&task, in: discussion, transaction) }
        task.state = .failed
        try transaction.updateTask(task)
    }

    /// Makes a post of what was to change one. If it is a reaction, the next change of it changes the new post.
    private func postByItself(_ task: inout PostTask, in discussion: Discussion.ID, _ transaction: any StoreTransaction) throws {
        var quotes: Wamid?
        if let event = task.shownEvent, case .message(let message)? = try transaction.inbound(event)?.event, message.isReaction,
            let target = message.quotes, case .conversation(let conversation) = task.lane
        {
            quotes = target
            try transaction.setReactionTask(task.id, in: conversation, to: target)
        }
        task.place = .reply(discussion, quotes: quotes)
        task.state = .queued
        try transaction.updateTask(task)
    }

    /// The event is posted once all its tasks are done.
    func setShown(_ task: PostTask, in transaction: any StoreTransaction) throws {
        guard let event = task.shownEvent else { return }
        if try transaction.unfinishedTasks(showing: event).isEmpty { try transaction.setInboundState(event, .posted) }
    }
}

extension PostTask {
    /// Whether it changes an earlier post instead of making one.
    var isUpdate: Bool {
        changedTask != nil
    }

    /// The task whose post it changes, if it changes one.
    var changedTask: PostTask.ID? {
        if case .update(_, let task) = place { return task }
        return nil
    }
}
