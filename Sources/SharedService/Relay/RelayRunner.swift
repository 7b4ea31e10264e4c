import AppService
import Bridge
import Logging
import ServiceLifecycle
import Synchronization

/// Forwards what waits: for each binding in order, one at a time; many bindings side by side, so that none waits for another.
struct RelayRunner: Service {
    /// How many bindings are served at once.
    static let width = 64
    /// How many notifications one binding gets before it is another one's turn.
    static let turn = 64

    let store: SharedStore
    let client: RelayClient
    let clock: any WallClock
    let logger: Logger
    /// Rung when something new waits.
    let bell: Bell
    /// Rung when a binding came to its end.
    let endings: Bell
    private let failures = Failures()
    private let draining = Flag()

    init(store: SharedStore, client: RelayClient, clock: any WallClock, logger: Logger, bell: Bell, endings: Bell) {
        self.store = store
        self.client = client
        self.clock = clock
        self.logger = logger
        self.bell = bell
        self.endings = endings
    }

    func run() async throws {
        let runner = LaneRunner<String>(
            bell: bell,
            clock: clock,
            width: Self.width,
            source: { excluded in
                do {
                    return try await store.waitingBindings(excluding: excluded)
                } catch {
                    logger.error("What waits for instances cannot be read", metadata: ["error": "\(error)"])
                    return []
                }
            },
            isDraining: { draining.isSet },
            job: { await work(on: $0) }
        )
        await withGracefulShutdownHandler {
            await runner.run()
        } onGracefulShutdown: {
            draining.set()
            bell.ring()
        }
    }

    private func work(on id: String) async -> LaneRunner<String>.Rest {
        do {
            for _ in 0..<Self.turn {
                guard !draining.isSet, let waiting = try await store.oldest(of: id) else { return .untilRung }
                guard let binding = try await store.binding(id), binding.state != .ended, let key = try await store.relayKey(of: id) else {
                    try await store.finish(id, at: clock.now())
                    return .untilRung
                }
                let now = clock.now()
                if RelaySchedule.isOver(receivedAt: waiting.receivedAt, now: now) {
                    logger.error(
                        "A notification was given up: its instance did not take it for seven days",
                        metadata: ["instance": "\(binding.instance)", "binding": "\(id)"])
                    try await done(waiting, binding, at: now)
                    continue
                }
                switch await client.deliver(waiting.body, to: binding, key: key, at: now) {
                case .taken:
                    if failures.end(id) > 0 {
                        logger.notice("An instance takes notifications again", metadata: ["instance": "\(binding.instance)", "binding": "\(id)"])
                    }
                    try await done(waiting, binding, at: clock.now())
                case .refused(let phrase):
                    let count = failures.add(id)
                    // The first time, and from then on now and then: an instance may be down for days.
                    if count == 1 || count % 10 == 0 {
                        logger.warning(
                            "An instance does not take its notifications; they are kept and offered again",
                            metadata: ["instance": "\(binding.instance)", "binding": "\(id)", "reason": "\(phrase)", "attempts": "\(count)"])
                    }
                    return .until(clock.now() + RelaySchedule.pause(afterFailures: count))
                }
            }
            return .until(clock.now())
        } catch {
            logger.error("What waits for an instance cannot be read or marked", metadata: ["binding": "\(id)", "error": "\(error)"])
            return .until(clock.now() + .seconds(5))
        }
    }

    private func done(_ waiting: SharedStore.Waiting, _ binding: RelayBinding, at now: Moment) async throws {
        try await store.remove(waiting, of: binding.id, at: now)
        if waiting.isFarewell || binding.state == .ending { endings.ring() }
    }

    /// Failures in a row, by binding.
    private final class Failures: Sendable {
        private let counts = Mutex<[String: Int]>([:])

        func add(_ id: String) -> Int {
            counts.withLock { counts in
                counts[id, default: 0] += 1
                return counts[id] ?? 1
            }
        }

        func end(_ id: String) -> Int { counts.withLock { $0.removeValue(forKey: id) ?? 0 } }
    }

    /// Something that happens once.
    private final class Flag: Sendable {
        private let value = Mutex(false)

        var isSet: Bool { value.withLock { $0 } }

        func set() { value.withLock { $0 = true } }
    }
}
