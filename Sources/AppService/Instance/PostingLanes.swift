import Bridge
import Logging

/// Performs the tasks for Connect, lane by lane.
struct PostingLanes: Sendable {
    let store: any Store
    let connect: any ConnectPort
    let media: any MediaPort
    let clock: any WallClock
    let desk: InstanceDesk
    let logger: Logger

    /// How many lanes post at once.
    private static let width = 32

    /// Runs until it is drained, or until the task is cancelled.
    func run() async {
        await LaneRunner<Lane>(
            bell: desk.postingBell,
            clock: clock,
            width: Self.width,
            source: { await lanesWithWork(besides: $0) },
            isDraining: { desk.isDraining },
            job: { await work(on: $0) }
        ).run()
    }

    private func lanesWithWork(besides excluded: Set<Lane>) async -> [Lane] {
        guard desk.identity != nil else { return [] }
        var lanes: [Lane] = []
        var after: PostTask.ID?
        do {
            while lanes.count < Self.width {
                let start = after
                let heads = try await store.read { try $0.laneHeads(after: start, limit: 200) }
                guard let last = heads.last else { break }
                after = last.task
                lanes += heads.map(\.lane).filter { !excluded.contains($0) }
            }
        } catch _ where Task.isCancelled {
            return []
        } catch {
            logger.error("The store cannot be read; trying again in a second", metadata: ["error": "\(error)"])
            try? await clock.sleep(for: .seconds(1))
            desk.postingBell.ring()
        }
        return lanes
    }

    private func work(on lane: Lane) async -> LaneRunner<Lane>.Rest {
        do {
            while !Task.isCancelled, !desk.isDraining, let identity = desk.identity {
                let desk = desk
                let now = clock.now()
                let begun = try await store.write { transaction -> (PostTask, PostingFlow.Beginning)? in
                    guard let head = try transaction.headTask(of: lane) else { return nil }
                    return (head, try desk.postingFlow.begin(head.id, at: now, in: transaction))
                }
                guard let (head, beginning) = begun else { return .untilRung }
                switch beginning {
                case .nothing:
                    continue
                case .wait(let moment):
                    return .until(moment)
                case .post(let request):
                    guard try await post(request, for: head) else { return .until(clock.now() + .seconds(1)) }
                case .update(let post, let zone, let html):
                    guard try await update(post, in: zone, html: html, for: head.id) else { return .until(clock.now() + .seconds(1)) }
                case .lookFor(let request):
                    let posts = try await connect.ownPosts(near: request)
                    var hasFiles = true
                    if let event = head.filesOf,
                        let found = try await store.read({ try desk.postingFlow.find(head.id, among: posts, identity: identity, in: $0) })
                    {
                        let expected = try await store.read { try desk.postingFlow.expectedFiles(of: event, in: $0) }
                        hasFiles = try await connect.files(of: found.reference, in: found.zone).count >= expected
                    }
                    let now = clock.now()
                    let areThere = hasFiles
                    try await store.write {
                        try desk.postingFlow.settle(head.id, among: posts, identity: identity, hasFiles: areThere, at: now, in: $0)
                    }
                    desk.confirmationBell.ring()
                    await cleanUp(after: head)
                }
            }
            return .untilRung
        } catch _ where Task.isCancelled {
            return .untilRung
        } catch {
            logger.warning("A lane stopped; trying again in a second", metadata: ["lane": "\(lane)", "error": "\(error)"])
            return .until(clock.now() + .seconds(1))
        }
    }

    /// Posts once and records what became of it. Returns false if there is no point in going on at once.
    private func post(_ request: PostRequest, for head: PostTask) async throws -> Bool {
        let desk = desk
        let id = head.id
        let result = await connect.post(request)
        let now = clock.now()
        switch result {
        case .accepted(let reference):
            // Connect is asked whether it has them: some ways to give files do not say.
            let count = request.files.isEmpty ? nil : try? await connect.files(of: reference, in: request.zone).count
            let hasFiles = count.map { $0 >= request.files.count } ?? true
            if !hasFiles { logger.warning("Connect has a post without its files; they are tried again", metadata: ["post": "\(reference)"]) }
            try await store.write { try desk.postingFlow.confirm(id, as: reference, hasFiles: hasFiles, at: now, in: $0) }
            desk.confirmationBell.ring()
            // Which files are meant may have changed meanwhile.
            if head.filesOf != nil, let task = try await store.read({ try $0.task(id) }) { await cleanUp(after: task) }
            return true
        case .refused(let refusal):
            logger.warning("Connect refused a post", metadata: ["reason": "\(refusal)"])
            try await store.write { try desk.postingFlow.refuse(id, because: refusal, at: now, in: $0) }
            // Which files are meant may have changed meanwhile.
            if head.filesOf != nil, let task = try await store.read({ try $0.task(id) }) { await cleanUp(after: task) }
            return true
        case .notSent:
            try await store.write { try desk.postingFlow.release(id, in: $0) }
            return false
        case .doubtful:
            // The task stays begun; the next turn looks for the post before it is made again.
            return true
        }
    }

    /// Changes a post of ours. Returns false if there is no point in going on at once.
    private func update(_ post: PostReference, in zone: Zone, html: String, for id: PostTask.ID) async throws -> Bool {
        let desk = desk
        let result = await connect.update(post, in: zone, html: html)
        let now = clock.now()
        switch result {
        case .accepted:
            try await store.write { try desk.postingFlow.confirm(id, as: post, at: now, in: $0) }
            return true
        case .refused(let refusal):
            logger.warning("Connect refused to change a post", metadata: ["reason": "\(refusal)"])
            try await store.write { try desk.postingFlow.refuse(id, because: refusal, at: now, in: $0) }
            return true
        case .notSent, .doubtful:
            return false
        }
    }

    /// Forgets the files that Connect has now, and wakes those that wait for what became of the others.
    private func cleanUp(after task: PostTask) async {
        guard let event = task.filesOf else { return }
        desk.filesBell.ring(everyone: true)
        let files = try? await store.read { try $0.inboundFiles(of: event) }
        for file in files ?? [] {
            switch file.state {
            case .handedOver, .failed: await media.discard(file.id)
            case .waiting, .ready: break
            }
        }
    }
}
