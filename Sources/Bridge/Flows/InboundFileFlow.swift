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
            // What is on our disk by then is what Connect never took.
            guard file.state == .waiting else {
                try fail(file, .refused, at: now, in: transaction)
                return .nothing
            }
            try fail(file, .lost, at: now, in: transaction)
            try follow(file.event, at: now, in: transaction)
            return .nothing
        }
        guard file.notBefore <= now else { return .wait(until: min(file.notBefore, file.recordedAt + InboundFile.patience)) }
        if case .ready = file.state {
            // It goes with the others of its message; the last one of them that comes takes it along.
            return try follow(file.event, at: now, in: transaction) ? .nothing : .wait(until: now + Self.look)
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
            try follow(file.event, at: now, in: transaction)
        case .failed(let failure):
            try fail(file, failure, at: now, in: transaction)
            try follow(file.event, at: now, in: transaction)
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

    /// How often a file that is there is looked at again while others of its message are still awaited.
    static let look: Duration = .seconds(60)

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
        // What Connect has is not brought again, e.g. when somebody has the message replayed.
        let files = try transaction.inboundFiles(of: event).filter { $0.state != .handedOver }
        let ready = files.compactMap(\.spooled)
        for file in files {
            if case .failed(let failure) = file.state { return .without(failure.mediaState) }
        }
        let end = (files.map(\.recordedAt).max() ?? now) + InboundFile.postPatience
        if ready.count == files.count {
            return refusals >= 3 && end <= now ? .without(.loading) : .with(ready)
        }
        return end <= now ? .without(.loading) : .wait(until: end)
    }

    /// The files that an answer below the post of `placeholder` brings; none if they have gone another way meanwhile.
    func followers(of placeholder: PostTask.ID, _ event: InboundRecord.ID, in transaction: any StoreTransaction) throws -> [SpooledFile] {
        try transaction.inboundFiles(of: event).filter { $0.placeholder == placeholder }.compactMap(\.spooled)
    }

    /// Notes that the answer below the post of `placeholder` will never be made.
    func stranded(_ event: InboundRecord.ID, below placeholder: PostTask.ID, at now: Moment, in transaction: any StoreTransaction) throws {
        for file in try transaction.inboundFiles(of: event) where file.placeholder == placeholder && file.isReady {
            try fail(file, .refused, at: now, in: transaction)
        }
    }

    /// Notes that a message is placed anew: its files wait for the new post.
    static func placedAnew(_ event: InboundRecord.ID, in transaction: any StoreTransaction) throws {
        for var file in try transaction.inboundFiles(of: event) where file.placeholder != nil && file.state != .handedOver {
            file.placeholder = nil
            try transaction.updateInboundFile(file)
        }
    }

    /// Notes that a post went, or goes, without its files: they follow below it.
    func leftBehind(_ event: InboundRecord.ID, by task: PostTask.ID, at now: Moment, in transaction: any StoreTransaction) throws {
        for var file in try transaction.inboundFiles(of: event) where file.state != .handedOver {
            file.placeholder = task
            if case .ready = file.state { file.notBefore = now + .seconds(5) }
            try transaction.updateInboundFile(file)
        }
    }

    /// Notes that Connect has those files of a message that were there.
    func handedOver(_ event: InboundRecord.ID, in transaction: any StoreTransaction) throws {
        // A file of a backup may have been on the disk when its post was made, and not be there now.
        let isFromBackup = try transaction.isFromBackup(event)
        for var file in try transaction.inboundFiles(of: event) where file.isReady || isFromBackup && file.state == .waiting {
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
            guard file.isReady else { continue }
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
        let isFromBackup = try transaction.isFromBackup(event)
        for var file in try transaction.inboundFiles(of: event) {
            if isFromBackup, file.state == .waiting, file.placeholder == nil {
                file.placeholder = task
                try transaction.updateInboundFile(file)
            }
            guard file.isReady else { continue }
            file.attempts += 1
            file.placeholder = file.placeholder ?? task
            // Mostly a connection was lost on the way: all five times take 39 minutes, which few bad networks last.
            file.notBefore = now + Self.pause(afterAttempts: 3 * file.attempts)
            try transaction.updateInboundFile(file)
            if file.attempts >= Self.handovers { try fail(file, .refused, at: now, in: transaction) }
        }
        if try transaction.inboundFiles(of: event).contains(where: \.isReady) {
            try rewrite(event, as: .loading, at: now, in: transaction)
        }
    }

    private func fail(_ file: InboundFile, _ failure: InboundFile.Failure, at now: Moment, in transaction: any StoreTransaction) throws {
        var failed = file
        failed.state = .failed(failure)
        try transaction.updateInboundFile(failed)
        if file.placeholder != nil { try rewrite(file.event, as: failure.mediaState, at: now, in: transaction) }
    }

    /// Queues the answer that brings a message's files, once no more of them can come. Returns whether it did.
    @discardableResult
    private func follow(_ event: InboundRecord.ID, at now: Moment, in transaction: any StoreTransaction) throws -> Bool {
        let files = try transaction.inboundFiles(of: event)
        let ready = files.filter(\.isReady)
        guard !files.contains(where: { $0.state == .waiting }), let placeholder = ready.first?.placeholder,
            let (task, discussion) = try place(of: placeholder, transaction)
        else { return false }
        for var file in ready {
            // Until the answer's own outcome says otherwise.
            file.notBefore = file.recordedAt + InboundFile.patience
            try transaction.updateInboundFile(file)
        }
        let names = ready.compactMap(\.spooled).map { ConnectMarkup.escaped(Excerpt.text($0.name, limit: 120)) }
        let answer = try transaction.insertTask(
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
        if try transaction.isFromBackup(event) { try transaction.beginInDoubt(answer) }
        return true
    }

    /// Queues another text for the post that stands in a file's place.
    func rewrite(
        _ event: InboundRecord.ID,
        as state: MessagePlaceholder.MediaState,
        at now: Moment,
        in transaction: any StoreTransaction
    ) throws {
        let files = try transaction.inboundFiles(of: event)
        guard let placeholder = files.lazy.compactMap(\.placeholder).first, let (task, discussion) = try place(of: placeholder, transaction),
            let record = try transaction.inbound(event), let message = record.event.shownMessage
        else { return }
        var isRoot = false
        if case .root = task.place { isRoot = true }
        let posting = InboundPosting(texts: Texts(settings.language), makeKey: makeKey)
        // The post stands; whether its message came late was said when it was handed over.
        let tellsTime = Lateness.isTold(of: message, in: task.html)
        let words = try posting.html(of: record, files: files, state: state, isRoot: isRoot, tellsTime: tellsTime, in: discussion, transaction)
        guard let html = words else { return }
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
