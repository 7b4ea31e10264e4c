import Bridge
import Protocol

/// One logged-in connection to Connect as a value: which requests wait for an answer, and which subscriptions there are.
///
/// Requests and answers belong together by `src`, which is made here. Whoever runs it sends what `request` returns, and feeds every
/// message that arrives.
struct ConnectSession: Sendable {
    /// The tag of a request; a subscription's lives on.
    typealias Source = String

    /// An answer with everything that came before it.
    struct Reply: Equatable, Sendable {
        /// The result.
        var result: Connect.Indication
        /// The posts of the run that the result closes, as they arrived.
        var adds: [Connect.Add] = []
        /// The zones of the run that the result closes, as they arrived.
        var topics: [Connect.Topic] = []
    }

    /// What a message means.
    enum Event: Equatable, Sendable {
        /// It is part of a run that is not closed yet.
        case collected
        /// The request is answered.
        case answered(Source, Reply)
        /// A subscription has a new post.
        case live(Source, Connect.Add)
        /// A subscription shows a post again that it has shown: it was changed.
        case changed(Source, Connect.Add)
        /// A run does not end: the request counts as failed, and so does the connection.
        case overrun(Source)
        /// It belongs to nothing that is known here.
        case ignored(mt: String)
    }

    /// How long an answer may take (Connect, Errors).
    static let patience = Duration.seconds(30)

    private struct Pending {
        var request: Connect.Request
        var deadline: Moment
        var adds: [Connect.Add] = []
        var topics: [Connect.Topic] = []
    }

    private let runLimit: Int
    private var pending: [Source: Pending] = [:]
    private var subscriptions: [Source: RecentIDs] = [:]
    private var lastNumber = 0

    /// - Parameter runLimit: How many posts or zones a run may have beyond those that its request asks for.
    init(runLimit: Int = 10_000) { self.runLimit = runLimit }

    /// A tag that no request has had.
    mutating func makeSource() -> Source {
        lastNumber += 1
        return "c\(lastNumber)"
    }

    /// Notes a request, and makes the message that asks it.
    /// - Parameter source: For `GetMore` the subscription's tag, else one of `makeSource`. At most one request of a tag waits at a time.
    mutating func request(_ request: Connect.Request, as source: Source, now: Moment) -> Connect.ClientMessage {
        precondition(pending[source] == nil, "two requests wait with the same src")
        pending[source] = Pending(request: request, deadline: now + Self.patience)
        if case .setFilter = request { subscriptions[source] = RecentIDs(limit: 20_000) }
        return Connect.ClientMessage(source: source, request: request)
    }

    /// Takes a message that arrived.
    mutating func received(_ message: Connect.ServerMessage) -> Event {
        guard let source = message.source else { return .ignored(mt: message.indication.mt) }
        switch message.indication {
        case .add(let add): return received(add, of: source)
        case .topic(let topic):
            guard pending[source] != nil else { return .ignored(mt: "Topic") }
            pending[source]?.topics.append(topic)
            return overrun(of: source) ?? .collected
        default:
            guard let waiting = pending[source], answers(message.indication, waiting.request) else {
                return .ignored(mt: message.indication.mt)
            }
            pending[source] = nil
            return .answered(source, Reply(result: message.indication, adds: waiting.adds, topics: waiting.topics))
        }
    }

    /// Waits for a request's answer no more; one that comes later is ignored.
    mutating func forget(_ source: Source) { pending[source] = nil }

    /// When the first request that still waits has waited too long.
    var nextDeadline: Moment? { pending.values.lazy.map(\.deadline).min() }

    /// The requests that have waited too long. The connection counts as failed then.
    func expired(at now: Moment) -> [Source] {
        pending.filter { $0.value.deadline <= now }.keys.sorted()
    }

    private mutating func received(_ add: Connect.Add, of source: Source) -> Event {
        let isNew = add.id.flatMap { subscriptions[source]?.insert($0) }
        guard pending[source] == nil else {
            pending[source]?.adds.append(add)
            return overrun(of: source) ?? .collected
        }
        switch isNew {
        case true?: return .live(source, add)
        case false?: return .changed(source, add)
        case nil: return .ignored(mt: "Add")
        }
    }

    private func overrun(of source: Source) -> Event? {
        guard let waiting = pending[source] else { return nil }
        let excess = waiting.adds.count + waiting.topics.count - Int(clamping: waiting.request.count ?? 0)
        return excess > runLimit ? .overrun(source) : nil
    }

    /// The result of the request by its name, or any other answer that tells of a failure.
    private func answers(_ indication: Connect.Indication, _ request: Connect.Request) -> Bool {
        if indication.mt == "\(request.mt)Result" { return true }
        if case .other = indication { return indication.failure != nil }
        return false
    }
}

extension Connect.Request {
    /// How many posts it asks for, if it says.
    fileprivate var count: UInt64? {
        switch self {
        case .setFilter(let request): request.count
        case .getMore(let request): request.count
        case .discussion(let request): request.count
        default: nil
        }
    }
}
