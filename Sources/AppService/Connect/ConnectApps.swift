public import Bridge
import Synchronization

/// One Connect app behind its port.
public protocol ConnectAppPort: ConnectPort, ConnectFileSource {
    /// Whether the PBX may offer it; false only if it lists services, and this one is not among them.
    var isListed: Bool { get }
}

/// All Connect apps that the numbers of an instance are joined to, behind one port: each has an adapter of its own, and its zones are
/// told apart by ``ConnectPlace``.
public final class ConnectApps: ConnectPort, ConnectFileSource {
    private struct State {
        var adapters: [String: any ConnectAppPort] = [:]
        /// The apps that some number is joined to now.
        var needed: Set<String> = []
        /// The zones that some number has now.
        var zones: Set<Zone> = []
    }

    private let makeAdapter: @Sendable (_ app: String) -> any ConnectAppPort
    private let noteAway: @Sendable (_ reasons: [String: String]) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - noteAway: told which apps are away while others are there, and why
    ///   - makeAdapter: makes the adapter of an app; called once for each
    public init(
        noteAway: @escaping @Sendable (_ reasons: [String: String]) -> Void = { _ in },
        makeAdapter: @escaping @Sendable (_ app: String) -> any ConnectAppPort
    ) {
        self.noteAway = noteAway
        self.makeAdapter = makeAdapter
    }

    private func adapter(of app: String) -> any ConnectAppPort {
        state.withLock { state in
            if let adapter = state.adapters[app] { return adapter }
            let adapter = makeAdapter(app)
            state.adapters[app] = adapter
            return adapter
        }
    }

    private func adapter(at zone: Zone) -> (any ConnectAppPort, ConnectPlace) {
        let place = ConnectPlace(zone)
        return (adapter(of: place.app), place)
    }

    /// Keeps the zones of all apps subscribed until the task is cancelled. Which apps there are is asked for once; without any, the
    /// standard one is joined all the same.
    public func run(
        zones: @escaping @Sendable () async throws -> [ZoneSubscription], receive: @escaping @Sendable (ConnectEvent) async throws -> Void
    ) async throws {
        let subscriptions = try await zones()
        var needed = Set(subscriptions.filter { !$0.isFormer }.map { ConnectPlace($0.zone).app })
        if needed.isEmpty { needed = [ConnectPlace.standardApp] }
        let apps = needed.union(subscriptions.map { ConnectPlace($0.zone).app })
        let present = needed
        state.withLock { state in
            state.needed = present
            state.zones = Set(subscriptions.filter { !$0.isFormer }.map(\.zone))
        }
        let board = ConnectBoard(needed: needed, noteAway: noteAway, receive: receive)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            for app in apps {
                let adapter = adapter(of: app)
                group.addTask {
                    try await adapter.run(
                        zones: { try await zones().compactMap { $0.inside(app) } },
                        receive: { try await board.receive($0.outside(app), from: app) }
                    )
                }
            }
            try await group.waitForAll()
        }
    }

    /// Posts once. An app that nobody is joined to any more and that the PBX does not offer is a zone that is gone.
    public func post(_ request: PostRequest) async -> PostResult {
        let (adapter, place) = adapter(at: request.zone)
        if let refusal = refusal(of: adapter, place) { return refusal }
        var request = request
        request.zone = Zone(rawValue: place.topic)
        return await adapter.post(request)
    }

    /// Gives a post of the connector another text.
    public func update(_ post: PostReference, in zone: Zone, html: String) async -> PostResult {
        let (adapter, place) = adapter(at: zone)
        if let refusal = refusal(of: adapter, place) { return refusal }
        return await adapter.update(post, in: Zone(rawValue: place.topic), html: html)
    }

    private func refusal(of adapter: any ConnectAppPort, _ place: ConnectPlace) -> PostResult? {
        guard !adapter.isListed, !state.withLock({ $0.needed.contains(place.app) }) else { return nil }
        return .refused(.zone("the PBX does not offer the Connect app \(place.app)"))
    }

    /// The connector's own posts among which a doubtful one must be; none if that was in a zone that no number has any more, and that is
    /// not there any more either: it cannot be found out, and must not hold up what comes after it.
    public func ownPosts(near request: PostRequest) async throws -> [ConnectPost] {
        let (adapter, place) = adapter(at: request.zone)
        var request = request
        request.zone = Zone(rawValue: place.topic)
        let isFormer = state.withLock { !$0.zones.contains(place.zone) }
        if isFormer, refusal(of: adapter, place) != nil { return [] }
        do {
            return try await adapter.ownPosts(near: request).map { $0.outside(place.app) }
        } catch is ConnectZoneMissing where isFormer {
            return []
        }
    }

    /// All posts of a discussion.
    public func posts(of discussion: PostReference, in zone: Zone) async throws -> [ConnectPost] {
        let (adapter, place) = adapter(at: zone)
        return try await adapter.posts(of: discussion, in: Zone(rawValue: place.topic)).map { $0.outside(place.app) }
    }

    /// Marks a post as read.
    public func markRead(_ post: PostReference) async {
        guard let app = PostReading.app(of: post) else { return }
        await adapter(of: app).markRead(post)
    }

    /// The files of a post.
    public func files(of post: PostReference, in zone: Zone) async throws -> [ConnectFile] {
        let (adapter, place) = adapter(at: zone)
        return try await adapter.files(of: post, in: Zone(rawValue: place.topic))
    }

    /// Reads a file of a post.
    public func read(
        _ file: ConnectFile, of post: PostReference, from offset: Int64, limit: Int64, into sink: @escaping FileSink
    ) async throws -> ConnectFileReading {
        guard let app = PostReading.app(of: post) else { return .gone }
        return try await adapter(of: app).read(file, of: post, from: offset, limit: limit, into: sink)
    }
}

/// What several adapters say of their connections, as one: the connector is the same object in all of them.
private final class ConnectBoard: Sendable {
    private struct State {
        /// Whether the moderator is missing, by the app that is there.
        var there: [String: Bool] = [:]
        var away: [String: String] = [:]
    }

    private let needed: Set<String>
    private let noteAway: @Sendable ([String: String]) -> Void
    private let next: @Sendable (ConnectEvent) async throws -> Void
    private let state = Mutex(State())
    private let turns = Turns()

    init(
        needed: Set<String>, noteAway: @escaping @Sendable ([String: String]) -> Void,
        receive: @escaping @Sendable (ConnectEvent) async throws -> Void
    ) {
        self.needed = needed
        self.noteAway = noteAway
        next = receive
    }

    func receive(_ event: ConnectEvent, from app: String) async throws {
        switch event {
        case .connected(let identity, let isMissing):
            // In one order for all, so that the last word is the truth.
            try await turns.take {
                let (isModeratorMissing, away) = state.withLock { state in
                    state.there[app] = isMissing
                    state.away[app] = nil
                    return (state.there.contains { $0.value && needed.contains($0.key) }, state.away)
                }
                noteAway(away)
                try await next(.connected(identity, moderatorIsMissing: isModeratorMissing))
            }
        case .disconnected(let reason):
            try await turns.take {
                let (wasThere, isAnyThere, away) = state.withLock { state in
                    let wasThere = state.there.removeValue(forKey: app) != nil
                    if needed.contains(app) { state.away[app] = reason }
                    return (wasThere, !state.there.isEmpty, state.away)
                }
                if isAnyThere {
                    noteAway(away)
                } else if wasThere || needed.contains(app) {
                    try await next(.disconnected(reason))
                }
            }
        case .zoneMissing, .caughtUp, .posted, .changed:
            try await next(event)
        }
    }
}

extension ZoneSubscription {
    /// The subscription as the adapter of an app knows it; nil if it is for another one.
    fileprivate func inside(_ app: String) -> ZoneSubscription? {
        let place = ConnectPlace(zone)
        return place.app == app ? ZoneSubscription(zone: Zone(rawValue: place.topic), cursor: cursor, isFormer: isFormer) : nil
    }
}

extension ConnectPost {
    fileprivate func outside(_ app: String) -> ConnectPost {
        var post = self
        post.zone = zone.outside(app)
        return post
    }
}

extension Zone {
    fileprivate func outside(_ app: String) -> Zone { ConnectPlace(app: app, topic: rawValue).zone }
}

extension ConnectEvent {
    fileprivate func outside(_ app: String) -> ConnectEvent {
        switch self {
        case .connected, .disconnected: self
        case .zoneMissing(let zone): .zoneMissing(zone.outside(app))
        case .caughtUp(let zone, let posts, let cursor): .caughtUp(zone.outside(app), posts.map { $0.outside(app) }, cursor: cursor)
        case .posted(let post): .posted(post.outside(app))
        case .changed(let post): .changed(post.outside(app))
        }
    }
}
