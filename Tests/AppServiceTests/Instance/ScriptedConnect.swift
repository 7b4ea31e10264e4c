import Bridge
import Synchronization

/// Connect as a test tells it to be. Connected from the beginning; every zone is empty.
final class ScriptedConnect: ConnectPort {
    struct Unreachable: Error {}

    private struct State {
        var live: AsyncStream<ConnectEvent>.Continuation?
        var subscriptions: [[ZoneSubscription]] = []
        var posted: [PostRequest] = []
        var updated: [(PostReference, String)] = []
        var looked = 0
    }

    static let identity = ConnectorIdentity(sip: "whatsapp")

    /// What becomes of the n-th post, from 1.
    let answer: @Sendable (PostRequest, Int) async -> PostResult
    /// The connector's own posts near a doubtful one.
    let own: @Sendable (PostRequest) throws -> [ConnectPost]
    /// All posts of a discussion.
    let discussion: @Sendable (PostReference) async throws -> [ConnectPost]
    /// The files of a post.
    let files: @Sendable (PostReference) async throws -> [ConnectFile]
    /// What each zone has at the first connection.
    let waiting: [ConnectPost]
    private let state = Mutex(State())

    init(
        waiting: [ConnectPost] = [],
        answer: @escaping @Sendable (PostRequest, Int) async -> PostResult = { _, number in .accepted(PostReference(rawValue: "own\(number)")) },
        own: @escaping @Sendable (PostRequest) throws -> [ConnectPost] = { _ in [] },
        discussion: @escaping @Sendable (PostReference) async throws -> [ConnectPost] = { _ in [] },
        files: @escaping @Sendable (PostReference) async throws -> [ConnectFile] = { _ in [] }
    ) {
        self.waiting = waiting
        self.files = files
        self.answer = answer
        self.own = own
        self.discussion = discussion
    }

    var posted: [PostRequest] { state.withLock { $0.posted } }
    /// The changes of our own posts, in order.
    var updated: [(PostReference, String)] { state.withLock { $0.updated } }
    /// Whether somebody was told something in private.
    func tells(_ reader: String) -> Bool { posted.contains { $0.privateTo == reader } }
    /// How often a doubtful post was looked for.
    var looked: Int { state.withLock { $0.looked } }
    /// The zones of each connection.
    var connections: [[Zone]] { state.withLock { $0.subscriptions.map { $0.map(\.zone) } } }
    var isConnected: Bool { state.withLock { $0.live != nil } }

    /// Somebody writes.
    func show(_ post: ConnectPost) {
        _ = state.withLock { $0.live?.yield(.posted(post)) }
    }

    func run(
        zones: @escaping @Sendable () async throws -> [ZoneSubscription],
        receive: @escaping @Sendable (ConnectEvent) async throws -> Void
    ) async throws {
        var unhandled = waiting
        while !Task.isCancelled {
            do {
                let subscriptions = try await zones()
                state.withLock { $0.subscriptions.append(subscriptions) }
                try await receive(.connected(Self.identity, moderatorIsMissing: false))
                for subscription in subscriptions {
                    let cursor = unhandled.last?.cursor ?? subscription.cursor ?? ConnectCursor(rawValue: "0")
                    try await receive(.caughtUp(subscription.zone, unhandled, cursor: cursor))
                }
                unhandled = []
                let (stream, continuation) = AsyncStream.makeStream(of: ConnectEvent.self)
                state.withLock { $0.live = continuation }
                for await event in stream {
                    if case .posted(let post) = event { unhandled = [post] }
                    try await receive(event)
                    unhandled = []
                }
            } catch {
                try? await receive(.disconnected("an event could not be handled"))
                await Task.yield()
            }
        }
        state.withLock { $0.live = nil }
    }

    func post(_ request: PostRequest) async -> PostResult {
        let number = state.withLock { state in
            state.posted.append(request)
            return state.posted.count
        }
        return await answer(request, number)
    }

    func ownPosts(near request: PostRequest) async throws -> [ConnectPost] {
        state.withLock { $0.looked += 1 }
        return try own(request)
    }

    func posts(of discussion: PostReference, in zone: Zone) async throws -> [ConnectPost] {
        try await self.discussion(discussion)
    }

    func markRead(_ post: PostReference) async {}

    func update(_ post: PostReference, in zone: Zone, html: String) async -> PostResult {
        state.withLock { $0.updated.append((post, html)) }
        return .accepted(post)
    }

    func files(of post: PostReference, in zone: Zone) async throws -> [ConnectFile] { try await files(post) }
}
