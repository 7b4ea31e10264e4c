import Bridge
import Logging

/// Loads customers' files, a few at a time and fairly between conversations: who sends fifty waits for nobody else's turn.
struct FileLanes: Sendable {
    let store: any Store
    let media: any MediaPort
    let clock: any WallClock
    let desk: InstanceDesk
    let logger: Logger

    /// How many files are loaded at once.
    private static let width = 16

    /// Runs until it is drained, or until the task is cancelled.
    func run() async {
        await LaneRunner<InboundFile.ID>(
            bell: desk.filesBell,
            clock: clock,
            width: Self.width,
            source: { await filesInNeed(besides: $0) },
            isDraining: { desk.isDraining },
            job: { await work(on: $0) }
        ).run()
    }

    private func filesInNeed(besides excluded: Set<InboundFile.ID>) async -> [InboundFile.ID] {
        var found: [InboundFile] = []
        var after: InboundFile.ID?
        do {
            while found.count < Self.width * 16 {
                let start = after
                let files = try await store.read { try $0.inboundFilesInNeed(after: start, limit: 500) }
                guard let last = files.last else { break }
                after = last.id
                found += files.filter { !excluded.contains($0.id) }
            }
        } catch _ where Task.isCancelled {
            return []
        } catch {
            logger.error("The store cannot be read; trying again in a second", metadata: ["error": "\(error)"])
            try? await clock.sleep(for: .seconds(1))
            desk.filesBell.ring()
        }
        return Self.fairly(found)
    }

    /// The first file of every conversation, then the second of every one, and so on.
    static func fairly(_ files: [InboundFile]) -> [InboundFile.ID] {
        var places: [Conversation.ID: Int] = [:]
        let placed = files.map { file in
            let place = places[file.conversation, default: 0]
            places[file.conversation] = place + 1
            return (place: place, id: file.id)
        }
        return placed.sorted { ($0.place, $0.id) < ($1.place, $1.id) }.map(\.id)
    }

    private func work(on id: InboundFile.ID) async -> LaneRunner<InboundFile.ID>.Rest {
        do {
            let flow = desk.inboundFileFlow
            let now = clock.now()
            let beginning = try await store.write { try flow.begin(id, at: now, in: $0) }
            switch beginning {
            case .nothing:
                desk.postingBell.ring()
                return .untilRung
            case .wait(let moment):
                return .until(moment)
            case .fetch(let request):
                let result = await media.fetch(request, progress: TransferReport(.inbound(id), store: store, clock: clock).note)
                if Task.isCancelled, case .temporary = result { return .untilRung }
                if case .temporary(let reason) = result {
                    logger.info("A file could not be loaded; trying again later", metadata: ["file": "\(id.rawValue)", "reason": "\(reason)"])
                }
                let finished = clock.now()
                try await store.write { transaction in
                    try transaction.setProgress(nil, of: .inbound(id))
                    try flow.finish(id, with: result, at: finished, in: transaction)
                }
                // Its post may wait for it until some moment.
                desk.postingBell.ring(everyone: true)
                if case .failed = result { await media.discard(id) }
                return .until(clock.now())
            }
        } catch _ where Task.isCancelled {
            return .untilRung
        } catch {
            logger.warning("A file's way stopped; trying again in a second", metadata: ["file": "\(id.rawValue)", "error": "\(error)"])
            return .until(clock.now() + .seconds(1))
        }
    }
}
