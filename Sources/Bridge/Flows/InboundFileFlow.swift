/// The life of a customer's file: loaded, handed over with its post, or later in an answer below it, or given up with a word about it.
public struct InboundFileFlow: Sendable {
    private let settings: BridgeSettings
    private let makeKey: @Sendable () -> String

    /// Creates the flow.
    /// - Parameter makeKey: makes a new, unique key at each call (a UUID).
    public init(settings: BridgeSettings, makeKey: @escaping @Sendable () -> String) {
        self.settings = settings
        self.makeKey = makeKey
    }

    /// What to do with a file.
    public enum Beginning: Equatable, Sendable {
        /// Load it.
        case fetch(FetchRequest)
        /// Not before this moment.
        case wait(until: Moment)
        /// It waits for its post, or is finished.
        case nothing
    }

    /// Begins with a file that is to be seen to.
    public func begin(_ id: InboundFile.ID, at now: Moment, in transaction: any StoreTransaction) throws -> Beginning {
        guard let file = try transaction.inboundFile(id) else { return .nothing }
        switch file.state {
        case .handedOver, .failed: return .nothing
        case .ready where file.placeholder == nil: return .nothing
        case .waiting, .ready: break
        }
        guard now < file.recordedAt + InboundFile.patience else {
            try fail(file, .lost, at: now, in: transaction)
            return .nothing
        }
        guard file.notBefore <= now else { return .wait(until: min(file.notBefore, file.recordedAt + InboundFile.patience)) }
        if case .ready = file.state {
            try follow(file.event, at: now, in: transaction)
            return .nothing
        }
        guard let number = settings.numbers[file.number] else { return .wait(until: now + .seconds(60)) }
        return .fetch(FetchRequest(id: id, file: file.file, number: file.number, account: number.account))
    }

    /// Records what became of loading a file.
    public func finish(_ id: InboundFile.ID, with result: FetchResult, at now: Moment, in transaction: any StoreTransaction) throws {
        guard var file = try transaction.inboundFile(id), file.state == .waiting else { return }
        switch result {
        case .ready(let spooled):
            file.state = .ready(spooled)
            file.attempts = 0
            file.notBefore = now
            try transaction.updateInboundFile(file)
            if file.placeholder != nil { try follow(file.event, at: now, in: transaction) }
        case .failed(let failure):
            try fail(file, failure, at: now, in: transaction)
        case .temporary:
            file.attempts += 1
            file.notBefore = now + Self.pause(afterAttempts: file.attempts)
            try transaction.updateInboundFile(file)
        }
    }

    /// How long to wait after a number of attempts: 1 s, doubling, at most an hour.
    static func pause(afterAttempts attempts: Int) -> Duration {
        .seconds(min(3_600, 1 << min(max(0, attempts - 1), 12)))
    }

    /// How often Connect is offered a file that it does not keep.
    static let handovers = 5

    // MARK: Files and their posts

    /// What a post does about its files.
    enum Attachment: Equatable {
        /// It takes them along.
        case with([SpooledFile])
        /// It goes without them; this is how they are.
        case without(MessagePlaceholder.MediaState)
        /// It waits for them.
        case wait(until: Moment)
    }

    /// Decides what the post of a message does about its files.
    /// - Parameter refusals: how often Connect has refused it.
    func attachment(of event: InboundRecord.ID, refusals: Int, at now: Moment, in transaction: any StoreTransaction) throws -> Attachment {
        let files = try transaction.inboundFiles(of: event)
        let ready = files.compactMap { if case .ready(let file) = $0.state { file } else { nil } }
        for file in files {
            if case .failed(let failure) = file.state { return .without(failure.mediaState) }
        }
        let end = (files.map(\.recordedAt).max() ?? now) + InboundFile.postPatience
        if ready.count == files.count {
            return refusals >= 3 && end <= now ? .without(.loading) : .with(ready)
        }
        return end <= now ? .without(.loading) : .wait(until: end)
    }

    /// Notes that a post went, or goes, without its files: they follow below it.
    func leftBehind(_ event: InboundRecord.ID, by task: PostTask.ID, at now: Moment, in transaction: any StoreTransaction) throws {
        for var file in try transaction.inboundFiles(of: event) {
            file.placeholder = task
            if case .ready = file.state { file.notBefore = now + .seconds(5) }
            try transaction.updateInboundFile(file)
        }
    }

    /// Notes that Connect has the files of a message.
    func handedOver(_ event: InboundRecord.ID, in transaction: any StoreTransaction) throws {
        for var file in try transaction.inboundFiles(of: event) {
            file.state = .handedOver
            try transaction.updateInboundFile(file)
        }
    }

    /// Notes that Connect did not take the files of a message this time.
    func notTaken(
        _ event: InboundRecord.ID,
        because refusal: PostRefusal.FileRefusal,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        for var file in try transaction.inboundFiles(of: event) {
            guard case .ready = file.state else { continue }
            switch refusal {
            case .tooLarge: try fail(file, .tooLarge, at: now, in: transaction)
            case .permanent: try fail(file, .refused, at: now, in: transaction)
            case .temporary:
                file.attempts += 1
                file.notBefore = now + Self.pause(afterAttempts: file.attempts + 2)
                try transaction.updateInboundFile(file)
            }
        }
    }

    /// Notes that a post is there, but not its files.
    func missing(_ event: InboundRecord.ID, below task: PostTask.ID, at now: Moment, in transaction: any StoreTransaction) throws {
        for var file in try transaction.inboundFiles(of: event) {
            guard case .ready = file.state else { continue }
            file.attempts += 1
            file.placeholder = file.placeholder ?? task
            file.notBefore = now + Self.pause(afterAttempts: file.attempts + 2)
            try transaction.updateInboundFile(file)
            if file.attempts >= Self.handovers { try fail(file, .refused, at: now, in: transaction) }
        }
        let files = try transaction.inboundFiles(of: event)
        if files.contains(where: { if case .ready = $0.state { true } else { false } }) {
            try rewrite(event, as: .loading, at: now, in: transaction)
        }
    }

    private func fail(_ file: InboundFile, _ failure: InboundFile.Failure, at now: Moment, in transaction: any StoreTransaction) throws {
        var failed = file
        failed.state = .failed(failure)
        try transaction.updateInboundFile(failed)
        if file.placeholder != nil { try rewrite(file.event, as: failure.mediaState, at: now, in: transaction) }
    }

    /// Queues the answer that brings a message's files, once all are there.
    private func follow(_ event: InboundRecord.ID, at now: Moment, in transaction: any StoreTransaction) throws {
        let files = try transaction.inboundFiles(of: event)
        let ready = files.compactMap { if case .ready(let file) = $0.state { file } else { nil } }
        guard ready.count == files.count, let placeholder = files.first?.placeholder, let (task, discussion) = try place(of: placeholder, transaction)
        else { return }
        for var file in files {
            // Until the answer's own outcome says otherwise.
            file.notBefore = file.recordedAt + InboundFile.patience
            try transaction.updateInboundFile(file)
        }
        let names = ready.map { ConnectMarkup.escaped(Excerpt.text($0.name, limit: 120)) }
        _ = try transaction.insertTask(
            lane: task.lane,
            zone: task.zone,
            place: .below(discussion.id, placeholder),
            key: makeKey(),
            html: ConnectMarkup.joined(names),
            privateTo: nil,
            shownEvent: nil,
            shows: nil,
            filesOf: event,
            notBefore: now
        )
    }

    /// Queues another text for the post that stands in a file's place.
    func rewrite(
        _ event: InboundRecord.ID,
        as state: MessagePlaceholder.MediaState,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        let files = try transaction.inboundFiles(of: event)
        guard let placeholder = files.first?.placeholder, let (task, discussion) = try place(of: placeholder, transaction),
            let record = try transaction.inbound(event)
        else { return }
        var isRoot = false
        if case .root = task.place { isRoot = true }
        let posting = InboundPosting(texts: Texts(settings.language), makeKey: makeKey)
        guard let html = try posting.html(of: record, files: files, state: state, isRoot: isRoot, in: discussion, transaction) else { return }
        _ = try transaction.insertTask(
            lane: task.lane,
            zone: task.zone,
            place: .update(discussion.id, placeholder),
            key: makeKey(),
            html: html,
            privateTo: nil,
            shownEvent: nil,
            shows: nil,
            filesOf: nil,
            notBefore: now
        )
    }

    private func place(of id: PostTask.ID, _ transaction: any StoreTransaction) throws -> (PostTask, Discussion)? {
        guard let task = try transaction.task(id), let discussion = try task.discussion.flatMap({ try transaction.discussion($0) }) else {
            return nil
        }
        return (task, discussion)
    }
}

extension InboundFile.Failure {
    /// What is said of it in Connect.
    var mediaState: MessagePlaceholder.MediaState {
        switch self {
        case .lost: .lost
        case .tooLarge: .tooLarge
        case .refused: .refused
        }
    }
}
