import Bridge
import GRDB

extension SQLiteTransaction {
    // MARK: Posts

    func knownPost(_ reference: PostReference) throws -> KnownPost? {
        try row(
            "SELECT reference, discussion, replies_to, is_public, origin, is_handled FROM posts WHERE reference = ?",
            [reference.rawValue]
        ) { row in
            guard let origin = KnownPost.Origin(rawValue: try row.text(4)) else {
                throw StoreError(.damagedRow, "The row of a post in \(path) cannot be read; restore the database from a backup.")
            }
            return KnownPost(
                reference: PostReference(rawValue: try row.text(0)),
                discussion: PostReference(rawValue: try row.text(1)),
                repliesTo: try row.optionalText(2).map(PostReference.init(rawValue:)),
                isPublic: try row.decode(Bool.self, atIndex: 3),
                origin: origin,
                isHandled: try row.decode(Bool.self, atIndex: 5)
            )
        }
    }

    func saveKnownPost(_ post: KnownPost) throws {
        try run(
            """
            INSERT INTO posts (reference, discussion, replies_to, is_public, origin, is_handled) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (reference) DO UPDATE SET discussion = excluded.discussion, replies_to = excluded.replies_to,
            is_public = excluded.is_public, origin = excluded.origin, is_handled = excluded.is_handled
            """,
            [
                post.reference.rawValue, post.discussion.rawValue, post.repliesTo?.rawValue, post.isPublic, post.origin.rawValue,
                post.isHandled,
            ]
        )
    }

    func link(_ wamid: Wamid, number: PhoneNumberID, shownBy post: PostReference) throws {
        try run(
            "INSERT INTO links (number, wamid, post) VALUES (?, ?, ?) ON CONFLICT (wamid, number, post) DO NOTHING",
            [number.rawValue, wamid.rawValue, post.rawValue]
        )
    }

    func post(showing wamid: Wamid, number: PhoneNumberID) throws -> PostReference? {
        try row("SELECT post FROM links WHERE wamid = ? AND number = ? ORDER BY id LIMIT 1", [wamid.rawValue, number.rawValue]) { row in
            PostReference(rawValue: try row.text(0))
        }
    }

    func wamid(shownBy post: PostReference) throws -> Wamid? {
        try row("SELECT wamid FROM links WHERE post = ? ORDER BY id LIMIT 1", [post.rawValue]) { Wamid(rawValue: try $0.text(0)) }
    }

    func noteHint(in discussion: PostReference) throws -> Bool {
        try run("INSERT INTO hints (discussion) VALUES (?) ON CONFLICT DO NOTHING", [discussion.rawValue]) == 1
    }

    // MARK: Post tasks

    private static let taskColumns = """
        SELECT id, lane, zone, place_kind, place, key, html, private_to, shown_event, shows, state, refusals, not_before, files_of
        FROM post_tasks
        """

    private func readTask(_ row: Row) throws -> PostTask {
        let id = try row.id(0, of: PostTask.self)
        let details = try decode(StoredPlace.Details.self, try row.text(4), row: id.rawValue, of: "post_tasks")
        guard
            let lane = Lane(try row.text(1)),
            let place = StoredPlace(kind: try row.text(3), details: details).place,
            let state = PostTask.State(rawValue: try row.text(10))
        else { throw damaged(id.rawValue, of: "post_tasks") }
        return PostTask(
            id: id,
            lane: lane,
            zone: Zone(rawValue: try row.text(2)),
            place: place,
            key: try row.text(5),
            html: try row.text(6),
            privateTo: try row.optionalText(7),
            shownEvent: try row.decode(Int64?.self, atIndex: 8).map(InboundRecord.ID.init(rawValue:)),
            shows: try row.optionalText(9).map(Wamid.init(rawValue:)),
            filesOf: try row.decode(Int64?.self, atIndex: 13).map(InboundRecord.ID.init(rawValue:)),
            state: state,
            refusals: try row.decode(Int.self, atIndex: 11),
            notBefore: try row.moment(12)
        )
    }

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
        let stored = StoredPlace(place)
        try run(
            """
            INSERT INTO post_tasks (lane, zone, place_kind, place, key, html, private_to, shown_event, shows, state, refusals, not_before,
            is_unfinished, is_head, files_of)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'queued', 0, ?10, 1,
            NOT EXISTS (SELECT 1 FROM post_tasks WHERE lane = ?1 AND is_unfinished = 1), ?11)
            """,
            [
                lane.description, zone.rawValue, stored.kind, try Self.json(stored.details), key, html, privateTo, shownEvent?.rawValue,
                shows?.rawValue, notBefore.milliseconds, filesOf?.rawValue,
            ]
        )
        return PostTask.ID(rawValue: insertedRow)
    }

    func task(_ id: PostTask.ID) throws -> PostTask? {
        try row("\(Self.taskColumns) WHERE id = ?", [id.rawValue], readTask)
    }

    func updateTask(_ task: PostTask) throws {
        let stored = StoredPlace(task.place)
        let isUnfinished = task.state == .queued || task.state == .posting
        let before = try row("SELECT lane, is_unfinished FROM post_tasks WHERE id = ?", [task.id.rawValue]) { row in
            (lane: try row.text(0), isUnfinished: try row.decode(Bool.self, atIndex: 1))
        }
        try change(
            task.id.rawValue,
            of: "post_tasks",
            """
            UPDATE post_tasks SET place_kind = ?, place = ?, html = ?, state = ?, refusals = ?, not_before = ?, is_unfinished = ?, files_of = ?
            WHERE id = ?
            """,
            [
                stored.kind, try Self.json(stored.details), task.html, task.state.rawValue, task.refusals, task.notBefore.milliseconds,
                isUnfinished, task.filesOf?.rawValue, task.id.rawValue,
            ]
        )
        if let before, before.isUnfinished != isUnfinished { try keepTaskHead(of: before.lane, since: task.id, isUnfinished) }
    }

    /// Makes the first unfinished task of a lane its head, and no other, after one of its tasks was finished or became unfinished again.
    private func keepTaskHead(of lane: String, since id: PostTask.ID, _ isUnfinished: Bool) throws {
        if !isUnfinished { try run("UPDATE post_tasks SET is_head = 0 WHERE id = ? AND is_head = 1", [id.rawValue]) }
        let head = try row(
            "SELECT id, is_head FROM post_tasks INDEXED BY post_tasks_lane WHERE lane = ? AND is_unfinished = 1 ORDER BY id LIMIT 1",
            [lane]
        ) { (id: try $0.decode(Int64.self, atIndex: 0), isMarked: try $0.decode(Bool.self, atIndex: 1)) }
        guard let head, !head.isMarked else { return }
        // A task that is unfinished again may stand before the one that was the head meanwhile.
        if isUnfinished { try run("UPDATE post_tasks SET is_head = 0 WHERE lane = ? AND is_unfinished = 1 AND is_head = 1", [lane]) }
        try run("UPDATE post_tasks SET is_head = 1 WHERE id = ?", [head.id])
    }

    func laneHeads(after: PostTask.ID?, limit: Int) throws -> [LaneHead] {
        try rows(
            "SELECT id, lane FROM post_tasks INDEXED BY post_tasks_head WHERE is_head = 1 AND id > ? ORDER BY id LIMIT ?",
            [after?.rawValue ?? 0, max(0, limit)]
        ) { row in
            let id = try row.id(0, of: PostTask.self)
            guard let lane = Lane(try row.text(1)) else { throw damaged(id.rawValue, of: "post_tasks") }
            return LaneHead(task: id, lane: lane)
        }
    }

    func headTask(of lane: Lane) throws -> PostTask? {
        try row(
            "\(Self.taskColumns) INDEXED BY post_tasks_lane WHERE lane = ? AND is_unfinished = 1 ORDER BY id LIMIT 1", [lane.description], readTask)
    }

    func unfinishedTasks(in lane: Lane) throws -> [PostTask] {
        try rows(
            "\(Self.taskColumns) INDEXED BY post_tasks_lane WHERE lane = ? AND is_unfinished = 1 ORDER BY id",
            [lane.description],
            readTask
        )
    }

    func isPosting(in lane: Lane) throws -> Bool {
        // Nearly always it is the first one.
        try row(
            "SELECT 1 FROM post_tasks INDEXED BY post_tasks_lane WHERE lane = ? AND is_unfinished = 1 AND state = ? ORDER BY id LIMIT 1",
            [lane.description, PostTask.State.posting.rawValue]
        ) { _ in true } ?? false
    }

    func unfinishedTasks(showing event: InboundRecord.ID) throws -> [PostTask] {
        try rows(
            "\(Self.taskColumns) INDEXED BY post_tasks_event WHERE shown_event = ? AND is_unfinished = 1 ORDER BY id", [event.rawValue], readTask)
    }

    func unconfirmedRoots(in zone: Zone) throws -> [PostTask] {
        try rows(
            """
            \(Self.taskColumns) INDEXED BY post_tasks_unconfirmed_roots
            WHERE zone = ? AND state = 'posting' AND place_kind = 'root' ORDER BY id
            """,
            [zone.rawValue],
            readTask
        )
    }

    func setPost(_ post: PostReference, madeBy task: PostTask.ID) throws {
        try change(task.rawValue, of: "post_tasks", "UPDATE post_tasks SET made = ? WHERE id = ?", [post.rawValue, task.rawValue])
    }

    func post(madeBy task: PostTask.ID) throws -> PostReference? {
        try row("SELECT made FROM post_tasks WHERE id = ?", [task.rawValue]) { try $0.optionalText(0).map(PostReference.init(rawValue:)) } ?? nil
    }

    func reactionTask(in conversation: Conversation.ID, to wamid: Wamid) throws -> PostTask.ID? {
        try row("SELECT task FROM reactions WHERE conversation = ? AND wamid = ?", [conversation.rawValue, wamid.rawValue]) { try $0.id(0) }
    }

    func setReactionTask(_ task: PostTask.ID, in conversation: Conversation.ID, to wamid: Wamid) throws {
        try run(
            """
            INSERT INTO reactions (conversation, wamid, task) VALUES (?, ?, ?)
            ON CONFLICT (conversation, wamid) DO UPDATE SET task = excluded.task
            """,
            [conversation.rawValue, wamid.rawValue, task.rawValue]
        )
    }
}
