import Bridge
import Logging

/// Performs the tasks for Connect, lane by lane.
struct PostingLanes: Sendable {
    let store: any Store
    let connect: any ConnectPort
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
                let heads = try await store.read { try $0.headTasks(after: start, limit: 200) }
                guard let last = heads.last else { break }
                after = last.id
                lanes += heads.map(\.lane).filter { !excluded.contains($0) }
            }
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
                guard let head = try await store.read({ try $0.unfinishedTasks(in: lane).first }) else { return .untilRung }
                let flow = desk.postingFlow
                let now = clock.now()
                switch try await store.write({ try flow.begin(head.id, at: now, in: $0) }) {
                case .nothing:
                    continue
                case .wait(let moment):
                    return .until(moment)
                case .post(let request):
                    guard try await post(request, for: head.id, flow: flow) else { return .until(clock.now() + .seconds(1)) }
                case .lookFor(let request):
                    let posts = try await connect.ownPosts(near: request)
                    let now = clock.now()
                    try await store.write { try flow.settle(head.id, among: posts, identity: identity, at: now, in: $0) }
                    desk.confirmationBell.ring()
                }
            }
            return .untilRung
        } catch {
            logger.warning("A lane stopped; trying again in a second", metadata: ["lane": "\(lane)", "error": "\(error)"])
            return .until(clock.now() + .seconds(1))
        }
    }

    /// Posts once and records what became of it. Returns false if there is no point in going on at once.
    private func post(_ request: PostRequest, for id: PostTask.ID, flow: PostingFlow) async throws -> Bool {
        let result = await connect.post(request)
        let now = clock.now()
        switch result {
        case .accepted(let reference):
            try await store.write { try flow.confirm(id, as: reference, at: now, in: $0) }
            desk.confirmationBell.ring()
            return true
        case .refused(let refusal):
            logger.warning("Connect refused a post", metadata: ["reason": "\(refusal)"])
            try await store.write { try flow.refuse(id, because: refusal, at: now, in: $0) }
            return true
        case .notSent:
            try await store.write { try flow.release(id, in: $0) }
            return false
        case .doubtful:
            // The task stays begun; the next turn looks for the post before it is made again.
            return true
        }
    }
}
