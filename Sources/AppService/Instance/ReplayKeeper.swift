import Bridge
import Logging

/// Takes what an operator wants done again, within a second, and decides on it anew: a batch after the other, so that neither memory nor the
/// queues of others suffer from a request for a whole ledger.
struct ReplayKeeper: Sendable {
    /// How often requests are looked for.
    static let interval: Duration = .seconds(1)
    /// How long a message waits whose discussion cannot be read.
    static let patience: Duration = .seconds(10)

    let store: any Store
    let connect: any ConnectPort
    let clock: any WallClock
    let desk: InstanceDesk
    /// Reads a webhook's body; never fails: what cannot be read is an event, too.
    let read: @Sendable (StoredWebhook) -> [InboundEvent]
    let logger: Logger

    /// How many requests share a transaction.
    private static let batch = 100

    /// Runs until the task is cancelled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            // Inbound events need no Connect to be decided on, so they do not wait for it.
            group.addTask { await repeatedly("events") { try await takeInbound() } }
            group.addTask { await repeatedly("messages") { try await takeOutgoing() } }
        }
    }

    private func repeatedly(_ what: String, _ take: () async throws -> Duration) async {
        var complaint: String?
        while !Task.isCancelled {
            var pause = Self.interval
            do {
                pause = try await take()
                complaint = nil
            } catch {
                if !Task.isCancelled, complaint != "\(error)" {
                    complaint = "\(error)"
                    logger.error("A replay of \(what) waits; trying again in a second", metadata: ["error": "\(error)"])
                }
            }
            if pause > .zero { try? await clock.sleep(for: pause) }
        }
    }

    private func note(_ count: Int, of asked: Int, _ what: String) {
        guard asked > 0 else { return }
        logger.notice("A replay was decided", metadata: ["of": "\(what)", "replayed": "\(count)", "left alone": "\(asked - count)"])
        desk.postingBell.ring()
        desk.sendingBell.ring()
        desk.filesBell.ring()
        desk.closingBell.ring()
    }

    // MARK: Inbound

    /// New settings have to be settled first: what was held for want of them comes first.
    private struct Settling: Error {}

    /// Decides on the next batch.
    /// - Returns: how long to wait before the next one.
    private func takeInbound() async throws -> Duration {
        guard !desk.isSettling else { return Self.interval }
        let (requests, webhook) = try await store.read { transaction in
            let requests = try transaction.replayRequests(for: .inbound, after: nil, limit: Self.batch)
            // One body at a time: it may be large.
            let source = requests.first?.webhook
            return (Array(requests.prefix { $0.webhook == source }), try source.flatMap { try transaction.webhook($0) })
        }
        guard !requests.isEmpty else { return Self.interval }
        let events = webhook.map(read)
        do {
            note(try await decide(requests, events), of: requests.count, "events")
        } catch is Settling {
            return Self.interval
        } catch  where !StoreError.concernsWholeStore(error) {
            logger.error("Events could not be replayed together; trying one by one", metadata: ["error": "\(error)"])
            for request in requests { try await decideAlone(request, events) }
        }
        return .zero
    }

    private func decide(_ requests: [ReplayRequest], _ events: [InboundEvent]?) async throws -> Int {
        let desk = desk
        let now = clock.now()
        return try await store.write { transaction in
            if desk.isSettling { throw Settling() }
            let flow = desk.replayFlow
            return try requests.count { try flow.replayInbound($0, rereading: events, at: now, in: transaction) }
        }
    }

    /// What fails again stays as it was, and is not tried for ever; but a store in trouble says nothing against it.
    private func decideAlone(_ request: ReplayRequest, _ events: [InboundEvent]?) async throws {
        do {
            note(try await decide([request], events), of: 1, "events")
        } catch let error as Settling {
            throw error
        } catch  where !StoreError.concernsWholeStore(error) {
            try await store.write { try $0.finishReplayRequest(request.id) }
            logger.error("An event could not be replayed and stays as it was", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Outgoing

    /// Decides on the messages of the next discussion after another, as Connect shows them now: a post that was deleted or changed
    /// meanwhile is not sent.
    private func takeOutgoing() async throws -> Duration {
        let first = try await store.read { try $0.replayRequests(for: .outgoing, after: nil, limit: 1) }
        guard !first.isEmpty else { return Self.interval }
        // Only with a login to Connect it is known whose posts are whose.
        guard let identity = desk.identity else { return Self.interval }
        var after: ReplayRequest.ID?
        var isWaiting = false
        while !Task.isCancelled {
            let start = after
            let flow = desk.replayFlow
            let requests = try await store.read { transaction in
                let requests = try transaction.replayRequests(for: .outgoing, after: start, limit: Self.batch)
                return try requests.map { ($0, try flow.discussion(of: $0, in: transaction)) }
            }
            guard let last = requests.last else { break }
            after = last.0.id
            var rest = requests[...]
            while let (_, discussion) = rest.first {
                let together = rest.prefix { $0.1?.id == discussion?.id }
                rest = rest.dropFirst(together.count)
                if try await !decide(together.map(\.0), in: discussion, as: identity) { isWaiting = true }
            }
        }
        return isWaiting ? Self.patience : .zero
    }

    /// - Returns: whether the discussion could be read.
    private func decide(_ requests: [ReplayRequest], in discussion: Discussion?, as identity: ConnectorIdentity) async throws -> Bool {
        guard let discussion, let root = discussion.root else {
            try await decide(requests, posts: nil, as: identity)
            return true
        }
        let posts: [ConnectPost]
        do {
            posts = try await connect.posts(of: root, in: discussion.zone)
        } catch {
            logger.info("A replay waits for a discussion that cannot be read", metadata: ["error": "\(error)"])
            return false
        }
        try await decide(requests, posts: posts, as: identity)
        return true
    }

    private func decide(_ requests: [ReplayRequest], posts: [ConnectPost]?, as identity: ConnectorIdentity) async throws {
        let desk = desk
        let now = clock.now()
        do {
            let count = try await store.write { transaction in
                if let posts { try desk.forwardingFlow(as: identity).note(posts, in: transaction) }
                let flow = desk.replayFlow
                return try requests.count { try flow.replayOutgoing($0, posts: posts, at: now, in: transaction) }
            }
            note(count, of: requests.count, "messages")
        } catch  where StoreError.concernsWholeStore(error) {
            throw error
        } catch  where requests.count > 1 {
            logger.error("Messages could not be replayed together; trying one by one", metadata: ["error": "\(error)"])
            for request in requests { try await decide([request], posts: posts, as: identity) }
        } catch {
            for request in requests { try await store.write { try $0.finishReplayRequest(request.id) } }
            logger.error("A message could not be replayed and stays as it was", metadata: ["error": "\(error)"])
        }
    }
}
