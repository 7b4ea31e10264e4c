/// The life of a task: begun, confirmed, refused, in doubt. Towards Connect every effect happens exactly once.
public struct PostingFlow: Sendable {
    let settings: BridgeSettings
    let makeKey: @Sendable () -> String

    /// Creates the flow.
    /// - Parameter makeKey: makes a new, unique key at each call (a UUID).
    public init(settings: BridgeSettings, makeKey: @escaping @Sendable () -> String) {
        self.settings = settings
        self.makeKey = makeKey
    }

    /// How often it is tried to say something in a zone that the number has left and that cannot be reached.
    private static let lastWords = 4

    /// How long a task rests whose zone is not followed yet; whoever records the first contact wakes it before.
    private static let untilFollowed: Duration = .seconds(60)

    var files: InboundFileFlow { InboundFileFlow(settings: settings, makeKey: makeKey) }

    /// What to do with the head of a lane.
    public enum Beginning: Equatable, Sendable {
        /// Post this; the intent is durable once the transaction is.
        case post(PostRequest)
        /// Give a post of ours this text; the intent is durable, and repeating it does no harm.
        case update(PostReference, Zone, html: String)
        /// It was begun before and never confirmed: look for it first.
        case lookFor(PostRequest)
        /// Not before this moment: its time has not come, or an unconfirmed root of the zone looks the same.
        case wait(until: Moment)
        /// It is finished, or will never be posted.
        case nothing
    }

    /// Begins the head of a lane.
    public func begin(_ id: PostTask.ID, at now: Moment, in transaction: any StoreTransaction) throws -> Beginning {
        guard var task = try transaction.task(id) else { return .nothing }
        switch task.state {
        case .done, .failed:
            return .nothing
        case .queued where task.isUpdate, .posting where task.isUpdate:
            guard !task.isPutOff(at: now) else { return .wait(until: task.notBefore) }
            return try beginUpdate(&task, at: now, in: transaction)
        case .posting:
            guard let request = try request(for: task, in: transaction) else {
                try place(task, anew: "its discussion is gone", at: now, in: transaction)
                return .nothing
            }
            return .lookFor(request)
        case .queued:
            guard !task.isPutOff(at: now) else { return .wait(until: task.notBefore) }
            guard try isFollowed(task.zone, in: transaction) else { return .wait(until: now + Self.untilFollowed) }
            guard var request = try request(for: task, in: transaction) else {
                try place(task, anew: "its discussion was never opened", at: now, in: transaction)
                return .nothing
            }
            guard try !isAboutDoubt(task, at: now, in: transaction) else { return .wait(until: now + .seconds(1)) }
            if let event = task.filesOf, case .below(_, let placeholder) = task.place {
                request.files = try files.followers(of: placeholder, event, in: transaction)
                guard !request.files.isEmpty else {
                    task.state = .failed
                    try transaction.updateTask(task)
                    return .nothing
                }
            } else if let event = task.filesOf {
                switch try files.attachment(of: event, refusals: task.refusals, at: now, in: transaction) {
                case .with(let spooled):
                    request.files = spooled
                    task.html = try html(of: task, event, .attached, at: now, in: transaction) ?? task.html
                case .wait(let moment): return .wait(until: moment)
                case .without(let state):
                    try withoutFiles(&task, state, at: now, in: transaction)
                }
            } else if let html = try completed(task, at: now, in: transaction) {
                task.html = html
            }
            request.html = task.html
            if request.discussion == nil {
                let twins = try transaction.unconfirmedRoots(in: task.zone).filter { $0.id != id && $0.html == task.html }
                guard twins.isEmpty else { return .wait(until: now + .seconds(1)) }
            }
            task.state = .posting
            try transaction.updateTask(task)
            return .post(request)
        }
    }

    /// What a message without files says by now, if that may be something else than when it was recorded: once a post is begun, its words are
    /// durable and do not change any more.
    private func completed(_ task: PostTask, at now: Moment, in transaction: any StoreTransaction) throws -> String? {
        guard task.shows != nil, let event = task.shownEvent, let message = try transaction.inbound(event)?.event.shownMessage,
            message.quotes != nil || Lateness.isTold(of: message, handedOverAt: now)
        else { return nil }
        return try html(of: task, event, .attached, at: now, in: transaction)
    }

    /// Whether a task shows what a customer did about a message that nobody knows, while a message to that customer has no ID yet: most
    /// probably that one is meant, and its ID decides on place and words.
    private func isAboutDoubt(_ task: PostTask, at now: Moment, in transaction: any StoreTransaction) throws -> Bool {
        guard case .reply(_, let quotes?) = task.place, case .conversation(let id) = task.lane,
            let number = try transaction.conversation(id)?.number, try transaction.post(showing: quotes, number: number) == nil,
            let event = try task.shownEvent.flatMap({ try transaction.inbound($0) }), now < event.recordedAt + SendingFlow.patience,
            try transaction.inbound(key: InboundFlow.key(ofMessage: quotes, to: number)) == nil
        else { return false }
        switch try transaction.headOutgoing(of: id)?.state {
        case .sending, .unknown(authorTold: false): return true
        case .queued, .unknown(authorTold: true), .sent, .delivered, .read, .failed, .held, nil: return false
        }
    }

    /// Whether what colleagues answer in a zone would be seen. Before its first contact is recorded nothing is posted there: what stands
    /// there at first contact was not written for us, and an answer to a post of ours must never be among it.
    private func isFollowed(_ zone: Zone, in transaction: any StoreTransaction) throws -> Bool {
        // A zone that no number has any more was followed when it had one.
        guard settings.zones.contains(zone) else { return true }
        return try transaction.cursor(of: zone) != nil
    }

    /// Records that Connect has the post.
    /// - Parameter hasFiles: Whether it has the post's files, too.
    public func confirm(
        _ id: PostTask.ID,
        as reference: PostReference,
        hasFiles: Bool = true,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        try confirm(id, as: reference, isCertain: true, hasFiles: hasFiles, at: now, in: transaction)
    }

    private func confirm(
        _ id: PostTask.ID,
        as reference: PostReference,
        isCertain: Bool,
        hasFiles: Bool,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        guard var task = try transaction.task(id), task.state == .posting else { return }
        task.state = .done
        try transaction.updateTask(task)
        if task.isUpdate { return try setShown(task, in: transaction) }
        try transaction.setPost(reference, madeBy: id)
        if let event = task.filesOf { try filesAreThere(hasFiles, of: event, task, at: now, in: transaction) }
        let request = try request(for: task, in: transaction)
        if case .root(let discussionID, _, _) = task.place, var discussion = try transaction.discussion(discussionID) {
            discussion.root = reference
            try transaction.updateDiscussion(discussion)
        }
        try transaction.saveKnownPost(
            KnownPost(
                reference: reference,
                discussion: request?.discussion ?? reference,
                repliesTo: request?.repliesTo,
                isPublic: isCertain && task.privateTo == nil,
                origin: .own,
                isHandled: true
            )
        )
        if let wamid = task.shows, let number = try number(of: task, in: transaction) {
            try transaction.link(wamid, number: number, shownBy: reference)
        }
        try setShown(task, in: transaction)
    }

    /// Records that Connect refused the post, and decides how it goes on.
    public func refuse(_ id: PostTask.ID, because refusal: PostRefusal, at now: Moment, in transaction: any StoreTransaction) throws {
        guard var task = try transaction.task(id), task.state == .posting else { return }
        switch refusal {
        case .temporary:
            task.state = .queued
            task.refusals += 1
            task.notBefore = now + Self.pause(afterRefusals: task.refusals)
            try transaction.updateTask(task)
        case .zone:
            if task.shownEvent != nil, let discussion = task.discussion, try hasLeft(task.zone, number(of: task, in: transaction)) {
                // Nobody waits for that zone any more; what is not posted there goes where the number is now.
                try abandon(discussion, in: transaction)
                try place(task, anew: "the number has left its zone", at: now, in: transaction)
                try evacuate(discussion, task.lane, at: now, in: transaction)
                return
            }
            if task.refusals >= Self.lastWords, try hasLeft(task.zone, number(of: task, in: transaction)) {
                // A word of our own; the customer's messages to the new zone do not wait for it any longer.
                return try drop(task, at: now, in: transaction)
            }
            task.state = .queued
            task.refusals += 1
            task.notBefore = now + PostTask.longestPause
            try transaction.updateTask(task)
        case .files(let refusal):
            try refuseFiles(of: task, because: refusal, at: now, in: transaction)
        case .permanent where task.isUpdate:
            try endUpdate(task, at: now, in: transaction)
        case .targetGone where task.isUpdate:
            try endUpdate(task, at: now, in: transaction)
        case .permanent(let text):
            try fail(task, error: "Connect refused the post: \(text)", at: now, in: transaction)
        case .targetGone:
            try relocate(task, at: now, in: transaction)
        }
    }

    /// Records that nothing was sent: the task is begun again, as if it had never been.
    public func release(_ id: PostTask.ID, in transaction: any StoreTransaction) throws {
        guard var task = try transaction.task(id), task.state == .posting else { return }
        task.state = .queued
        try transaction.updateTask(task)
    }

    /// After a doubt: the connector's own post that the ledger does not know, if there is one among the posts that were read.
    public func find(
        _ id: PostTask.ID,
        among posts: [ConnectPost],
        identity: ConnectorIdentity,
        in transaction: any StoreTransaction
    ) throws -> ConnectPost? {
        guard let task = try transaction.task(id), task.state == .posting else { return nil }
        let request = try request(for: task, in: transaction)
        let candidates = try posts.filter { post in
            guard identity.isNamed(post.author), try transaction.knownPost(post.reference)?.origin != .own else { return false }
            if let discussion = request?.discussion { return post.discussion == discussion && !post.isRoot }
            return post.isRoot && post.zone == task.zone
        }
        if let restoration = try transaction.restoration() {
            return try restoredMatch(task, request, among: candidates, after: restoration, in: transaction)
        }
        return Self.match(task, request, among: candidates)
    }

    /// After a doubt: takes over the connector's own post that the ledger does not know, or begins again with the same key if there is none.
    /// - Parameter hasFiles: Whether the post that is found has the task's files, too.
    public func settle(
        _ id: PostTask.ID,
        among posts: [ConnectPost],
        identity: ConnectorIdentity,
        hasFiles: Bool = true,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        guard let task = try transaction.task(id), task.state == .posting else { return }
        if let found = try find(id, among: posts, identity: identity, in: transaction) {
            // Whatever is taken over without saying the same may be one of our private notices: answers to it stay here.
            let isCertain = found.discussionKey == task.key || Self.sameText(found.html, task.html)
            try confirm(id, as: found.reference, isCertain: isCertain, hasFiles: hasFiles, at: now, in: transaction)
        } else {
            try release(id, in: transaction)
        }
    }

    /// How long to wait after a number of refusals: 1 s, doubling, at most 60 s.
    static func pause(afterRefusals refusals: Int) -> Duration {
        .seconds(min(60, 1 << min(max(0, refusals - 1), 6)))
    }

    /// A discussion has at most one unconfirmed post, so an unknown own post in it is that one; where there are several, the one with the
    /// same text. A private one is never a public task's: the customer's words would be lost. Roots are told apart by key where Connect
    /// shows it, else by their text, of which a zone has at most one unconfirmed.
    private static func match(_ task: PostTask, _ request: PostRequest?, among candidates: [ConnectPost]) -> ConnectPost? {
        if request?.discussion != nil {
            let candidates = candidates.filter { task.privateTo != nil || !$0.isPrivate }
            return candidates.count == 1 ? candidates.first : candidates.first { sameText($0.html, task.html) }
        }
        if let sameKey = candidates.first(where: { $0.discussionKey == task.key }) { return sameKey }
        return candidates.first { $0.discussionKey == nil && sameText($0.html, task.html) }
    }

    static func sameText(_ left: String, _ right: String) -> Bool {
        left == right || WhatsAppText.text(fromConnect: left) == WhatsAppText.text(fromConnect: right)
    }

    func request(for task: PostTask, in transaction: any StoreTransaction) throws -> PostRequest? {
        var request = PostRequest(
            zone: task.zone,
            discussion: nil,
            repliesTo: nil,
            key: task.key,
            title: nil,
            html: task.html,
            tags: [],
            privateTo: task.privateTo
        )
        switch task.place {
        case .root(_, let title, let tags):
            request.title = title
            request.tags = tags
        case .reply(let id, let quotes):
            guard let root = try transaction.discussion(id)?.root else { return nil }
            request.discussion = root
            request.repliesTo = root
            if let quotes, let number = try number(of: task, in: transaction),
                let quoted = try transaction.post(showing: quotes, number: number),
                try transaction.knownPost(quoted)?.discussion == root
            {
                request.repliesTo = quoted
            }
        case .answer(let id, let target):
            guard let root = try transaction.discussion(id)?.root else { return nil }
            request.discussion = root
            request.repliesTo = target
        case .below(let id, let task):
            guard let root = try transaction.discussion(id)?.root else { return nil }
            request.discussion = root
            request.repliesTo = try transaction.post(madeBy: task) ?? root
        case .foreign(let discussion, let target):
            request.discussion = discussion
            request.repliesTo = target
        case .update:
            return nil
        }
        return request
    }

    private func number(of task: PostTask, in transaction: any StoreTransaction) throws -> PhoneNumberID? {
        guard case .conversation(let id) = task.lane else { return nil }
        return try transaction.conversation(id)?.number
    }

    private func fail(_ task: PostTask, error: String, at now: Moment, in transaction: any StoreTransaction) throws {
        try drop(task, at: now, in: transaction)
        if let event = task.shownEvent { try transaction.setInboundState(event, .quarantined(error: error)) }
        if case .root(let id, _, _) = task.place {
            try abandon(id, in: transaction)
            try evacuate(id, task.lane, at: now, in: transaction)
        }
    }

    /// The post to be answered is gone: first under the root instead; if the root is what is gone, in a new discussion.
    private func relocate(_ task: PostTask, at now: Moment, in transaction: any StoreTransaction) throws {
        let request = try request(for: task, in: transaction)
        if let id = task.discussion, let request, request.repliesTo != request.discussion {
            var moved = task
            moved.place = .reply(id, quotes: nil)
            moved.state = .queued
            try transaction.updateTask(moved)
            return
        }
        if let id = task.discussion { try abandon(id, in: transaction) }
        try place(task, anew: "what it answers is gone", at: now, in: transaction)
        if let id = task.discussion { try evacuate(id, task.lane, at: now, in: transaction) }
    }

    /// Places whatever still waits for an abandoned discussion anew, in order and before anything that comes later.
    private func evacuate(_ id: Discussion.ID, _ lane: Lane, at now: Moment, in transaction: any StoreTransaction) throws {
        for task in try transaction.unfinishedTasks(in: lane) where task.discussion == id && task.state == .queued {
            // The other parts of an event are dropped with its first.
            guard try transaction.task(task.id)?.state == .queued else { continue }
            try place(task, anew: "its discussion is gone", at: now, in: transaction)
        }
    }

    /// Ends a task whose place is gone for good. The customer's message that it shows is placed anew, at the end of its lane; a word of
    /// our own has nowhere to go.
    func place(_ task: PostTask, anew reason: String, at now: Moment, in transaction: any StoreTransaction) throws {
        try drop(task, at: now, in: transaction)
        guard let event = task.shownEvent, let record = try transaction.inbound(event) else { return }
        switch record.event {
        case .message, .echo: try InboundFlow(settings: settings, makeKey: makeKey).release(record, at: now, in: transaction)
        case .status, .notice, .unreadable: try transaction.setInboundState(event, .quarantined(error: reason))
        }
    }

    /// Does without a discussion that Connect does not have: what waits for it is placed anew.
    func giveUp(_ id: Discussion.ID, _ lane: Lane, at now: Moment, in transaction: any StoreTransaction) throws {
        try abandon(id, in: transaction)
        try evacuate(id, lane, at: now, in: transaction)
    }

    /// Whether a number's new discussions are opened in another zone now.
    private func hasLeft(_ zone: Zone, _ number: PhoneNumberID?) -> Bool {
        guard let number, let present = settings.numbers[number]?.zone else { return false }
        return present != zone
    }

    /// Ends a task and the other unfinished parts of the same event.
    private func drop(_ task: PostTask, at now: Moment, in transaction: any StoreTransaction) throws {
        if case .below(_, let placeholder) = task.place, let event = task.filesOf {
            try files.stranded(event, below: placeholder, at: now, in: transaction)
        }
        let parts = try task.shownEvent.map { try transaction.unfinishedTasks(showing: $0) } ?? []
        for var part in [task] + parts.filter({ $0.id != task.id }) {
            part.state = .failed
            try transaction.updateTask(part)
        }
    }

    /// A discussion that Connect does not have (any more) is closed without a word; the next message opens another.
    private func abandon(_ id: Discussion.ID, in transaction: any StoreTransaction) throws {
        guard var discussion = try transaction.discussion(id) else { return }
        if discussion.closedAt == nil {
            discussion.closedAt = discussion.newestMessageAt
            try transaction.updateDiscussion(discussion)
        }
        if var conversation = try transaction.conversation(discussion.conversation), conversation.openDiscussion == id {
            conversation.openDiscussion = nil
            try transaction.updateConversation(conversation)
        }
    }
}
