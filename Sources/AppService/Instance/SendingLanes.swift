import Bridge
import Logging
import Synchronization

/// Performs the messages for WhatsApp, conversation by conversation.
struct SendingLanes: Sendable {
    let store: any Store
    let whatsApp: any WhatsAppPort
    let connect: any ConnectPort
    let media: any MediaPort
    let clock: any WallClock
    let desk: InstanceDesk
    let jitter: @Sendable () -> Double
    let health: InstanceHealth
    let logger: Logger

    /// How many conversations send at once.
    private static let width = 32

    /// Runs until it is drained, or until the task is cancelled.
    func run() async {
        await LaneRunner<Conversation.ID>(
            bell: desk.sendingBell,
            clock: clock,
            width: Self.width,
            source: { await conversationsWithWork(besides: $0) },
            isDraining: { desk.isDraining },
            job: { await work(on: $0) }
        ).run()
    }

    private func conversationsWithWork(besides excluded: Set<Conversation.ID>) async -> [Conversation.ID] {
        var found: [Conversation.ID] = []
        var after: OutgoingMessage.ID?
        do {
            while found.count < Self.width {
                let start = after
                let heads = try await store.read { try $0.headOutgoing(after: start, limit: 200) }
                guard let last = heads.last else { break }
                after = last.id
                found += heads.map(\.conversation).filter { !excluded.contains($0) }
            }
        } catch _ where Task.isCancelled {
            return []
        } catch {
            logger.error("The store cannot be read; trying again in a second", metadata: ["error": "\(error)"])
            try? await clock.sleep(for: .seconds(1))
            desk.sendingBell.ring()
        }
        return found
    }

    /// Records what has happened already, again and again if need be: a message whose outcome is forgotten is in doubt for no reason.
    private func record(
        _ outcome: @escaping @Sendable (any StoreTransaction) throws -> SendingFlow.Aftermath
    ) async throws -> SendingFlow.Aftermath {
        while true {
            do {
                return try await store.write(outcome)
            } catch {
                logger.error("What became of a message cannot be recorded; trying again in a second", metadata: ["error": "\(error)"])
                try await clock.sleep(for: .seconds(1))
            }
        }
    }

    /// Whether the post of a message is not in its discussion any more, so that nothing more of it is sent.
    private func isDropped(_ message: OutgoingMessage, as identity: ConnectorIdentity) async throws -> Bool {
        guard let discussion = try await store.read({ try $0.discussion(message.discussion) }), let root = discussion.root,
            let posts = try? await connect.posts(of: root, in: discussion.zone)
        else { return false }
        let reading = DiscussionWatch.Reading(discussion: root, zone: discussion.zone, posts: [message.post])
        guard !reading.gone(from: posts).isEmpty else { return false }
        let changes = desk.changeFlow(as: identity)
        let now = clock.now()
        let dropped = try await store.write { transaction in
            try transaction.setProgress(nil, of: .outgoing(message.id))
            return try changes.deleted(message.post, at: now, in: transaction)
        }
        for message in dropped { await media.discard(message) }
        return true
    }

    private func follow(_ aftermath: SendingFlow.Aftermath) async {
        switch aftermath {
        case .nothing: break
        case .accountWorksAgain:
            desk.sendingBell.ring(everyone: true)
            desk.filesBell.ring(everyone: true)
        case .slowDown(let number, let moment, let accountWorksAgain):
            desk.pacer.withLock { $0.rest(number: number, until: moment) }
            if accountWorksAgain { await follow(.accountWorksAgain) }
        case .accountRefused(let account): health.graphRefuses(account)
        case .answered(let receipt): await whatsApp.markRead(receipt)
        }
        desk.postingBell.ring()
    }

    private func work(on conversation: Conversation.ID) async -> LaneRunner<Conversation.ID>.Rest {
        do {
            while !Task.isCancelled, !desk.isDraining {
                guard let head = try await store.read({ try $0.headOutgoing(of: conversation) }) else { return .untilRung }
                let flow = desk.sendingFlow
                let now = clock.now()
                if head.state == .queued, let number = try await store.read({ try $0.conversation(conversation)?.number }) {
                    let turn = desk.pacer.withLock { $0.turn(number: number, conversation: conversation, at: now) }
                    guard turn <= now else { return .until(turn) }
                }
                let beginning = try await store.write { try flow.begin(head.id, at: now, in: $0) }
                // Whatever was decided may have left a word for the author.
                desk.postingBell.ring()
                switch beginning {
                case .nothing:
                    // Whatever was loaded of its file is of no use any more.
                    if case .file = head.content { await media.discard(head.id) }
                case .wait(let moment): return .until(moment)
                case .waitForStatus(let moment): return .until(min(moment, now + .seconds(1)))
                case .readFiles(let post, let zone):
                    guard let identity = desk.identity else { return .until(now + .seconds(1)) }
                    let files = try? await connect.files(of: post, in: zone)
                    if files == nil, head.refusals == 0, try await isDropped(head, as: identity) { continue }
                    let read = clock.now()
                    try await store.write { try flow.filesRead(head.id, files: files, at: read, in: $0) }
                case .prepare(let request, let receipt):
                    guard let identity = desk.identity else { return .until(now + .seconds(1)) }
                    if let receipt { await whatsApp.markRead(receipt) }
                    let result = await media.prepare(request, progress: TransferReport(.outgoing(head.id), store: store, clock: clock).note)
                    if case .impossible(.unreadable) = result, try await isDropped(head, as: identity) { continue }
                    let prepared = clock.now()
                    let jitter = jitter()
                    let aftermath = try await record { transaction in
                        try transaction.setProgress(nil, of: .outgoing(head.id))
                        return try flow.prepared(head.id, with: result, jitter: jitter, at: prepared, in: transaction)
                    }
                    await follow(aftermath)
                case .send(let request):
                    desk.pacer.withLock { $0.sent(number: request.number, conversation: conversation, at: now) }
                    let result = await whatsApp.send(request)
                    if case .accepted = result { health.graphWorks(request.account) }
                    let finished = clock.now()
                    let jitter = jitter()
                    let aftermath = try await record { try flow.finish(head.id, with: result, jitter: jitter, at: finished, in: $0) }
                    await follow(aftermath)
                }
            }
            return .untilRung
        } catch _ where Task.isCancelled {
            return .untilRung
        } catch {
            logger.warning("A conversation's queue stopped; trying again in a second", metadata: ["error": "\(error)"])
            return .until(clock.now() + .seconds(1))
        }
    }
}
