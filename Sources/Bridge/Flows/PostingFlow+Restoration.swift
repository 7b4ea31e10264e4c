/// Finding a post of ours after the store was put back from a backup. Then a discussion may hold many posts of ours that the ledger does not
/// know, so that "the only unknown one" says nothing.
extension PostingFlow {
    /// The post that a task made, among posts of ours that the ledger does not know. What only looks like it is left alone, and posted again.
    func restoredMatch(
        _ task: PostTask,
        _ request: PostRequest?,
        among candidates: [ConnectPost],
        after restoration: Restoration,
        in transaction: any StoreTransaction
    ) throws -> ConnectPost? {
        let words = try possibleWords(of: task, in: transaction)
        func saysTheSame(_ post: ConnectPost) -> Bool { words.contains { Self.sameText(post.html, $0) } }
        guard let request, request.discussion != nil else {
            return try restoredRoot(task, request, among: candidates, after: restoration, saysTheSame: saysTheSame, in: transaction)
        }
        let candidates = candidates.filter { post in
            task.privateTo == nil ? !post.isPrivate : post.repliesTo == nil || post.repliesTo == request.repliesTo
        }
        if let found = candidates.first(where: saysTheSame) { return found }
        guard try mayReadDifferently(task, in: transaction) else { return nil }
        // In a lane the posts follow each other as their tasks do: what the later ones say is theirs.
        let others = try transaction.unfinishedTasks(in: task.lane).filter { $0.id != task.id }
        let rest = candidates.filter { post in !others.contains { Self.sameText($0.html, post.html) } }
        return rest.count == 1 ? rest.first : nil
    }

    /// A root of the backup has the key that it always had. One that was made from a webhook of the backup has a new one; it is known by
    /// its title and text, if they fit one root only.
    private func restoredRoot(
        _ task: PostTask,
        _ request: PostRequest?,
        among candidates: [ConnectPost],
        after restoration: Restoration,
        saysTheSame: (ConnectPost) -> Bool,
        in transaction: any StoreTransaction
    ) throws -> ConnectPost? {
        if let sameKey = candidates.first(where: { $0.discussionKey == task.key }) { return sameKey }
        let isRecordedSince = task.id > restoration.tasks
        let alike = candidates.filter { post in
            guard post.discussionKey == nil || isRecordedSince else { return false }
            return saysTheSame(post) && post.title.map { $0 == request?.title } ?? true
        }
        let twins = try transaction.unconfirmedRoots(in: task.zone).filter { $0.id != task.id && Self.sameText($0.html, task.html) }
        return alike.count == 1 && twins.isEmpty ? alike.first : nil
    }

    /// What a task's post may say: its words are put together when it is begun, which may have happened after the backup.
    private func possibleWords(of task: PostTask, in transaction: any StoreTransaction) throws -> [String] {
        guard task.shows != nil, let event = task.shownEvent, let record = try transaction.inbound(event),
            let discussion = try task.discussion.flatMap({ try transaction.discussion($0) })
        else { return [task.html] }
        var isRoot = false
        if case .root = task.place { isRoot = true }
        let posting = InboundPosting(texts: Texts(settings.language), makeKey: makeKey)
        let files = try transaction.inboundFiles(of: event)
        let states: [MessagePlaceholder.MediaState] = files.isEmpty ? [.attached] : [.attached, .loading, .lost, .tooLarge, .refused]
        var words = [task.html]
        for state in states {
            for tellsTime in [false, true] {
                words += [
                    try posting.html(
                        of: record, files: files, state: state, isRoot: isRoot, tellsTime: tellsTime, in: discussion, transaction)
                ].compactMap(\.self)
            }
        }
        return words
    }

    /// How many files a post of ours must have to be whole.
    public func expectedFiles(of event: InboundRecord.ID, in transaction: any StoreTransaction) throws -> Int {
        let isFromBackup = try transaction.isFromBackup(event)
        return try transaction.inboundFiles(of: event).count { $0.isReady || isFromBackup && $0.state == .waiting }
    }

    /// Whether a task's post may say something that cannot be told by now, because of a file or of what the message is about.
    private func mayReadDifferently(_ task: PostTask, in transaction: any StoreTransaction) throws -> Bool {
        if task.filesOf != nil { return true }
        guard let event = task.shownEvent else { return false }
        return try transaction.inbound(event)?.event.shownMessage?.quotes != nil
    }
}
