/// Tells a colleague something in private, under the post that it is about.
struct Notices: Sendable {
    let language: Language
    let makeKey: @Sendable () -> String

    /// Queues a private reply in one of our discussions; the author is its only other reader.
    func tell(
        _ author: String,
        _ notice: AuthorNotice,
        about post: PostReference,
        in discussion: Discussion,
        at now: Moment,
        transaction: any StoreTransaction
    ) throws {
        try insert(
            notice,
            to: author,
            lane: .conversation(discussion.conversation),
            zone: discussion.zone,
            place: .answer(discussion.id, to: post),
            at: now,
            transaction: transaction
        )
    }

    /// Queues a private reply in a discussion that is not ours.
    func hint(at post: ConnectPost, at now: Moment, transaction: any StoreTransaction) throws {
        try insert(
            .foreignDiscussion,
            to: post.author,
            lane: .foreign(post.discussion),
            zone: post.zone,
            place: .foreign(discussion: post.discussion, to: post.reference),
            at: now,
            transaction: transaction
        )
    }

    private func insert(
        _ notice: AuthorNotice,
        to author: String,
        lane: Lane,
        zone: Zone,
        place: PostTask.Place,
        at now: Moment,
        transaction: any StoreTransaction
    ) throws {
        _ = try transaction.insertTask(
            lane: lane,
            zone: zone,
            place: place,
            key: makeKey(),
            html: ConnectMarkup.linked(notice.text(in: language)),
            privateTo: author,
            shownEvent: nil,
            shows: nil,
            filesOf: nil,
            notBefore: now
        )
    }
}
