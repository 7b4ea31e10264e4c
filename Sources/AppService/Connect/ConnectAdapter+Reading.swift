public import Bridge
import Protocol

extension ConnectAdapter {
    /// How long a post may take until it can be read (design: Effects).
    private static let settling = Duration.seconds(2)
    /// How far before its first attempt a doubtful root is looked for: the two clocks may differ.
    private static let skew = Duration.seconds(600)
    /// How far back it is looked for if nobody knows when it was tried.
    private static let longestDoubt = Duration.seconds(7 * 86_400)

    /// After a doubt: the connector's own posts among which the doubtful one must be.
    ///
    /// Roots are looked for from 10 minutes before the first attempt that this process knows of, else 7 days back, or until one with the
    /// request's key is found.
    public func ownPosts(near request: PostRequest) async throws -> [ConnectPost] {
        let clock = wiring.clock
        let reading = wiring.reading
        let now = clock.now()
        let horizon = firstAttempt(request.key).map { $0 - Self.skew } ?? now - Self.longestDoubt
        return try await wiring.withFreshLine(to: plainEntry()) { line in
            try await clock.sleep(for: Self.settling)
            let own = ConnectorIdentity(sip: line.sip)
            let adds: [Connect.Add]
            if let discussion = request.discussion {
                guard let root = reading.id(discussion) else { return [] }
                adds = try await line.readDiscussion(root)
            } else {
                adds = try await Self.readRoots(of: request.zone, backTo: horizon, key: request.key, on: line)
            }
            return adds.compactMap { reading.post($0, in: request.zone) }
                .filter { own.isNamed($0.author) && (request.discussion != nil || $0.isRoot) }
        }
    }

    /// All posts of a discussion that the plain login may see.
    public func posts(of discussion: PostReference, in zone: Zone) async throws -> [ConnectPost] {
        guard let root = wiring.reading.id(discussion) else { return [] }
        guard let reader = round?.reader else { throw ConnectUnavailable() }
        return try await reader.readDiscussion(root).filter { $0.isIn(zone.rawValue) }.compactMap { wiring.reading.post($0, in: zone) }
    }

    /// Marks a post as read by the connector. Best effort.
    public func markRead(_ post: PostReference) async {
        guard let id = wiring.reading.id(post), let reader = round?.reader else { return }
        await reader.tell(.setRead(Connect.Named(id: id)))
    }

    private static func readRoots(of zone: Zone, backTo horizon: Moment, key: String, on line: ConnectLine) async throws -> [Connect.Add] {
        let topics = try await line.readTopics()
        guard let topic = topics.first(where: { $0.sip.lowercased() == zone.rawValue.lowercased() })?.sip else { throw ConnectZoneMissing() }
        var catchUp = ZoneCatchUp(topic: topic, depth: .back(to: UInt64(clamping: horizon.milliseconds)), pageSize: 200, postLimit: 50_000)
        let source = line.makeSource()
        var reply = try await line.ask(.setFilter(catchUp.subscription), as: source)
        while true {
            if let failure = reply.result.failure { throw failure }
            let step = catchUp.pageReceived(reply.adds)
            if let found = reply.adds.first(where: { $0.discussionGuid == key && ZonePosition($0) != nil }), found.isRoot { return [found] }
            switch step {
            case .finished(let outcome): return outcome.posts
            case .getMore(let next): reply = try await line.ask(.getMore(next), as: source)
            }
        }
    }
}

extension Connect.Add {
    fileprivate var isRoot: Bool { addsTo == nil && repliesTo == nil || addsTo == id }
}
