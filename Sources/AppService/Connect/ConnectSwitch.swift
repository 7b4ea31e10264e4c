public import Bridge
import NIOCore

/// The Connect app that an instance is joined to, behind its ports: another one can be chosen while it runs.
///
/// Each app has an adapter of its own. What is under way with the one before fails as if its connection had ended, and is tried again or
/// looked for as always.
public final class ConnectSwitch: ConnectPort, ConnectFileSource {
    private let makeAdapter: @Sendable (_ app: String) -> ConnectAdapter
    private let adapter: Watched<(app: String, adapter: ConnectAdapter)>

    /// - Parameters:
    ///   - app: the SIP name of the Connect app object
    ///   - makeAdapter: makes the adapter of an app
    public init(app: String, makeAdapter: @escaping @Sendable (_ app: String) -> ConnectAdapter) {
        self.makeAdapter = makeAdapter
        adapter = Watched((app, makeAdapter(app)))
    }

    /// The SIP name of the Connect app object.
    public var app: String { adapter.current.value.app }

    private var current: ConnectAdapter { adapter.current.value.adapter }

    /// Joins another app; the same one again changes nothing.
    public func use(_ app: String) {
        guard app != self.app else { return }
        adapter.update { $0 = (app, self.makeAdapter(app)) }
    }

    /// Connects anew.
    public func reconnect() { current.reconnect() }

    /// Keeps the zones subscribed until the task is cancelled, in whatever app is chosen.
    public func run(
        zones: @escaping @Sendable () async throws -> [ZoneSubscription], receive: @escaping @Sendable (ConnectEvent) async throws -> Void
    ) async throws {
        while true {
            let (version, chosen) = adapter.current
            try await withThrowingTaskGroup(of: Void.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await chosen.adapter.run(zones: zones, receive: receive) }
                group.addTask { try await self.adapter.changed(since: version) }
                try await group.next()
            }
            try? await receive(.disconnected("another Connect app was chosen"))
        }
    }

    /// Posts once.
    public func post(_ request: PostRequest) async -> PostResult { await current.post(request) }

    /// The connector's own posts among which a doubtful one must be.
    public func ownPosts(near request: PostRequest) async throws -> [ConnectPost] { try await current.ownPosts(near: request) }

    /// All posts of a discussion.
    public func posts(of discussion: PostReference, in zone: Zone) async throws -> [ConnectPost] {
        try await current.posts(of: discussion, in: zone)
    }

    /// Marks a post as read.
    public func markRead(_ post: PostReference) async { await current.markRead(post) }

    /// Gives a post of the connector another text.
    public func update(_ post: PostReference, in zone: Zone, html: String) async -> PostResult { await current.update(post, in: zone, html: html) }

    /// The files of a post.
    public func files(of post: PostReference, in zone: Zone) async throws -> [ConnectFile] { try await current.files(of: post, in: zone) }

    /// Reads a file of a post.
    public func read(
        _ file: ConnectFile, of post: PostReference, from offset: Int64, limit: Int64, into sink: @escaping FileSink
    ) async throws -> ConnectFileReading {
        try await current.read(file, of: post, from: offset, limit: limit, into: sink)
    }
}
