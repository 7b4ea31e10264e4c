import Bridge

extension MemoryTransaction {
    // MARK: Post tasks

    func insertTask(
        lane: Lane,
        zone: Zone,
        place: PostTask.Place,
        key: String,
        html: String,
        privateTo: String?,
        shownEvent: InboundRecord.ID?,
        shows: Wamid?,
        filesOf: InboundRecord.ID?,
        notBefore: Moment
    ) throws -> PostTask.ID {
        try change { contents in
            let id = contents.tasks.append { id in
                PostTask(
                    id: id,
                    lane: lane,
                    zone: zone,
                    place: place,
                    key: key,
                    html: html,
                    privateTo: privateTo,
                    shownEvent: shownEvent,
                    shows: shows,
                    filesOf: filesOf,
                    notBefore: notBefore
                )
            }
            contents.unfinishedTasks[lane, default: MemoryIDs()].insert(id)
            return id
        }
    }

    func task(_ id: PostTask.ID) -> PostTask? {
        contents.tasks.find(id)
    }

    func updateTask(_ task: PostTask) throws {
        try change { contents in
            let row = try contents.tasks.change(task.id) { row in
                row.place = task.place
                row.html = task.html
                row.filesOf = task.filesOf
                row.state = task.state
                row.refusals = task.refusals
                row.notBefore = task.notBefore
                return row
            }
            let isUnfinished = row.state == .queued || row.state == .posting
            contents.unfinishedTasks[row.lane, default: MemoryIDs()].set(row.id, isMember: isUnfinished)
            if contents.unfinishedTasks[row.lane]?.isEmpty == true { contents.unfinishedTasks[row.lane] = nil }
            if case .root = row.place {
                contents.postingRoots.set(row.id, isMember: row.state == .posting)
            } else {
                contents.postingRoots.remove(row.id)
            }
        }
    }

    func laneHeads(after: PostTask.ID?, limit: Int) -> [LaneHead] {
        let heads = contents.unfinishedTasks.values.compactMap(\.first).filter { id in after.map { id > $0 } ?? true }
        return heads.sorted().prefix(max(0, limit)).compactMap(contents.tasks.find).map { LaneHead(task: $0.id, lane: $0.lane) }
    }

    func headTask(of lane: Lane) -> PostTask? {
        (contents.unfinishedTasks[lane]?.first).flatMap(contents.tasks.find)
    }

    func unfinishedTasks(in lane: Lane) -> [PostTask] {
        (contents.unfinishedTasks[lane]?.all ?? []).compactMap(contents.tasks.find)
    }

    func isPosting(in lane: Lane) -> Bool { unfinishedTasks(in: lane).contains { $0.state == .posting } }

    func unfinishedTasks(showing event: InboundRecord.ID) -> [PostTask] {
        let tasks = contents.unfinishedTasks.values.flatMap { $0.all.compactMap(contents.tasks.find) }
        return tasks.filter { $0.shownEvent == event }.sorted { $0.id < $1.id }
    }

    func unconfirmedRoots(in zone: Zone) -> [PostTask] {
        contents.postingRoots.all.compactMap(contents.tasks.find).filter { $0.zone == zone }
    }

    // MARK: Outgoing messages

    func insertOutgoing(
        messageID: String,
        conversation: Conversation.ID,
        discussion: Discussion.ID,
        post: PostReference,
        author: String,
        part: Int,
        parts: Int,
        content: OutgoingContent,
        quotes: Wamid?,
        state: OutgoingState,
        at: Moment
    ) throws -> OutgoingMessage.ID {
        try change { contents in
            guard contents.outgoingByMessageID[messageID] == nil else { throw MemoryStoreError.notUnique(messageID) }
            guard contents.conversations.find(conversation) != nil else { throw MemoryStoreError.noRow(conversation.rawValue) }
            guard contents.discussions.find(discussion) != nil else { throw MemoryStoreError.noRow(discussion.rawValue) }
            let id = contents.outgoing.append { id in
                OutgoingMessage(
                    id: id,
                    messageID: messageID,
                    conversation: conversation,
                    discussion: discussion,
                    post: post,
                    author: author,
                    part: part,
                    parts: parts,
                    content: content,
                    quotes: quotes,
                    state: state,
                    notBefore: at,
                    changedAt: at
                )
            }
            contents.outgoingByMessageID[messageID] = id
            contents.outgoingByPost[post, default: []].append(id)
            contents.noteStanding(of: id, conversation: conversation, state: state)
            return id
        }
    }

    func outgoing(_ id: OutgoingMessage.ID) -> OutgoingMessage? {
        contents.outgoing.find(id)
    }

    func outgoing(messageID: String) -> OutgoingMessage? {
        contents.outgoingByMessageID[messageID].flatMap(contents.outgoing.find)
    }

    func outgoing(wamid: Wamid, number: PhoneNumberID) -> OutgoingMessage? {
        contents.outgoingByWamid[wamid]?.all.lazy.compactMap(contents.outgoing.find)
            .first { contents.conversations.find($0.conversation)?.number == number }
    }

    func outgoing(of post: PostReference) -> [OutgoingMessage] {
        (contents.outgoingByPost[post] ?? []).compactMap(contents.outgoing.find).sorted { ($0.part, $0.id) < ($1.part, $1.id) }
    }

    func updateOutgoing(_ message: OutgoingMessage) throws {
        try change { contents in
            guard let old = contents.outgoing.find(message.id) else { throw MemoryStoreError.noRow(message.id.rawValue) }
            if let other = contents.outgoingByMessageID[message.messageID], other != message.id {
                throw MemoryStoreError.notUnique(message.messageID)
            }
            let row = try contents.outgoing.change(message.id) { row in
                row.messageID = message.messageID
                row.part = message.part
                row.parts = message.parts
                row.content = message.content
                row.quotes = message.quotes
                row.state = message.state
                row.wamid = message.wamid
                row.refusals = message.refusals
                row.notBefore = message.notBefore
                row.changedAt = message.changedAt
                return row
            }
            if old.messageID != row.messageID {
                contents.outgoingByMessageID[old.messageID] = nil
                contents.outgoingByMessageID[row.messageID] = row.id
            }
            if old.wamid != row.wamid {
                if let wamid = old.wamid { contents.outgoingByWamid[wamid]?.remove(row.id) }
                if let wamid = row.wamid { contents.outgoingByWamid[wamid, default: MemoryIDs()].insert(row.id) }
            }
            contents.noteStanding(of: row.id, conversation: row.conversation, state: row.state)
        }
    }

    func headOutgoing(after: OutgoingMessage.ID?, limit: Int) -> [OutgoingMessage] {
        let heads = contents.holdingOutgoing.keys.compactMap(head(of:)).map(\.id).filter { id in after.map { id > $0 } ?? true }
        return heads.sorted().prefix(max(0, limit)).compactMap(contents.outgoing.find)
    }

    func headOutgoing(of conversation: Conversation.ID) -> OutgoingMessage? {
        head(of: conversation)
    }

    /// The first by the place of its post, then by its part.
    private func head(of conversation: Conversation.ID) -> OutgoingMessage? {
        func slot(_ message: OutgoingMessage) -> OutgoingMessage.ID { contents.outgoingByPost[message.post]?.first ?? message.id }
        return (contents.holdingOutgoing[conversation]?.all ?? []).compactMap(contents.outgoing.find).min {
            (slot($0), $0.part, $0.id) < (slot($1), $1.part, $1.id)
        }
    }

    func doubtfulOutgoing() -> [OutgoingMessage] {
        contents.doubtfulOutgoing.all.compactMap(contents.outgoing.find)
    }

    // MARK: Zones and accounts

    func cursor(of zone: Zone) -> ConnectCursor? {
        contents.cursors[zone]
    }

    func setCursor(_ cursor: ConnectCursor, of zone: Zone) throws {
        try change { $0.cursors[zone] = cursor }
    }

    func accountStop(_ account: String) -> AccountStop? {
        contents.accountStops[account]
    }

    func setAccountStop(_ stop: AccountStop?, of account: String) throws {
        try change { $0.accountStops[account] = stop }
    }
}

extension MemoryContents {
    /// Keeps the sets of messages that hold their conversation, and of those in doubt.
    fileprivate mutating func noteStanding(of id: OutgoingMessage.ID, conversation: Conversation.ID, state: OutgoingState) {
        holdingOutgoing[conversation, default: MemoryIDs()].set(id, isMember: state.holdsConversation)
        if holdingOutgoing[conversation]?.isEmpty == true { holdingOutgoing[conversation] = nil }
        doubtfulOutgoing.set(id, isMember: state == .sending || state == .unknown(authorTold: false))
    }
}
