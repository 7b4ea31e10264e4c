import Bridge
import Logging
import Protocol

/// What an adapter and its rounds share.
struct ConnectWiring: Sendable {
    let app: String
    let services: any ConnectServices
    let clock: any WallClock
    let logger: Logger
    let jitter: @Sendable () -> Double
    let reading: PostReading
    /// What the PBX's list of services says.
    let offers = Watched(ConnectOffer.noLink)

    /// Logs in anew, runs `body`, and closes the connection. Ends early when the PBX no longer lists the entry.
    func withFreshLine<Result: Sendable>(
        to entry: ConnectServiceEntry, _ body: @escaping @Sendable (ConnectLine) async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try await services.withConnection(to: entry) { connection in
                    let line = ConnectLine(connection, clock: clock, logger: logger)
                    return try await withThrowingTaskGroup(of: Result?.self) { inner in
                        defer { inner.cancelAll() }
                        // When the connection ends, the body's requests fail.
                        inner.addTask {
                            _ = await line.pump()
                            return nil
                        }
                        inner.addTask { try await body(line) }
                        while let result = try await inner.next() {
                            if let result { return result }
                        }
                        throw ConnectUnavailable()
                    }
                }
            }
            group.addTask {
                _ = try await offers.first { $0.plain != entry && $0.moderator != entry }
                throw ConnectUnavailable()
            }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw ConnectUnavailable()
        }
    }
}

/// There is no connection to Connect, or it was lost.
struct ConnectUnavailable: Error, CustomStringConvertible {
    var description: String { "there is no connection to Connect" }
}

/// The login has no access to a zone.
struct ConnectZoneMissing: Error, CustomStringConvertible {
    var description: String { "Connect has no access to the zone" }
}

extension ConnectOffer {
    var plain: ConnectServiceEntry? {
        if case .listed(let plain, _) = self { return plain }
        return nil
    }

    var moderator: ConnectServiceEntry? {
        if case .listed(_, let moderator) = self { return moderator }
        return nil
    }
}

extension ConnectLine {
    /// The zones that the login may use.
    func readTopics() async throws -> [Connect.Topic] {
        let reply = try await ask(.readTopics(Connect.ReadTopics()))
        if let failure = reply.result.failure { throw failure }
        return reply.topics
    }

    /// All posts of a discussion that the login may see, in order; empty if there is no such discussion.
    /// - Throws: if there is no answer, or one that says to try again later.
    func readDiscussion(_ discussion: Connect.ID) async throws -> [Connect.Add] {
        var count: UInt64 = 1_000
        while true {
            let reply = try await ask(.discussion(Connect.Discussion(discussion: discussion, count: count)))
            if let failure = reply.result.failure {
                if case .temporary = PostRefusal(failure) { throw failure }
                return []
            }
            let posts = Dictionary(reply.adds.compactMap { add in add.id.map { ($0, add) } }) { _, newer in newer }
            if posts.count < count || count >= 100_000 { return posts.values.inOrder }
            count *= 10
        }
    }
}
