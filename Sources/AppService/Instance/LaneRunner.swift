package import Bridge

/// Runs one job for each key at a time, many keys side by side.
///
/// The source names the keys that have work; the job works on one key until that has nothing more to do now, and says when to look at it
/// again. Keys never wait for each other.
package struct LaneRunner<Key: Hashable & Sendable>: Sendable {
    /// When to look at a key again.
    package enum Rest: Sendable {
        /// Not before somebody rings.
        case untilRung
        /// At this moment, or when somebody rings for everyone.
        case until(Moment)
    }

    /// Rung whenever there may be new work.
    let bell: Bell
    let clock: any WallClock
    /// How many keys are worked on at once.
    let width: Int
    /// The keys that have work, first come first served, without those given.
    let source: @Sendable (_ excluded: Set<Key>) async -> [Key]
    /// Whether to begin nothing new and return once what is under way has ended.
    let isDraining: @Sendable () -> Bool
    /// Works on one key. Must not throw: what fails is logged and tried again later by the job itself.
    let job: @Sendable (Key) async -> Rest

    package init(
        bell: Bell, clock: any WallClock, width: Int, source: @escaping @Sendable (Set<Key>) async -> [Key],
        isDraining: @escaping @Sendable () -> Bool, job: @escaping @Sendable (Key) async -> Rest
    ) {
        self.bell = bell
        self.clock = clock
        self.width = width
        self.source = source
        self.isDraining = isDraining
        self.job = job
    }

    /// Runs until it is drained, or until the task is cancelled; jobs under way see the cancellation too.
    package func run() async {
        await withTaskGroup(of: Event.self) { group in
            var running: Set<Key> = []
            var resting: [Key: Moment] = [:]
            // Keys that were being worked on when everyone was called: what they found out before may not hold any more.
            var called: Set<Key> = []
            var isListening = false
            while !Task.isCancelled {
                if isDraining() {
                    guard !running.isEmpty else { break }
                } else {
                    for key in await keysToBegin(running: running, resting: &resting, called: &called) {
                        running.insert(key)
                        group.addTask { .finished(key, await job(key)) }
                    }
                }
                if !isListening {
                    let next = resting.values.min()
                    isListening = true
                    group.addTask {
                        await bell.wait(until: next, clock: clock)
                        return .rung
                    }
                }
                switch await group.next() {
                case .finished(let key, let rest):
                    running.remove(key)
                    if called.remove(key) == nil, case .until(let moment) = rest {
                        resting[key] = moment
                        // The listener may sleep for longer than this key wants to rest.
                        bell.ring()
                    }
                case .rung:
                    isListening = false
                case nil:
                    return
                }
            }
            group.cancelAll()
        }
    }

    private func keysToBegin(running: Set<Key>, resting: inout [Key: Moment], called: inout Set<Key>) async -> [Key] {
        let now = clock.now()
        if bell.takeEveryone() {
            resting = [:]
            called.formUnion(running)
        } else {
            resting = resting.filter { $0.value > now }
        }
        guard running.count < width else { return [] }
        return Array(await source(running.union(resting.keys)).prefix(width - running.count))
    }

    private enum Event: Sendable {
        case finished(Key, Rest)
        case rung
    }
}
