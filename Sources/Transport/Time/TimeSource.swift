/// A clock as the connections use it: the time since the source was made, and sleep.
struct TimeSource: Sendable {
    /// The time since the source was made.
    let now: @Sendable () -> Duration
    /// Sleeps; throws if the task is cancelled.
    let sleep: @Sendable (Duration) async throws -> Void

    init(_ clock: any Clock<Duration>) {
        self = Self.make(clock)
    }

    private init(now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    private static func make<C: Clock>(_ clock: C) -> TimeSource where C.Duration == Duration {
        let origin = clock.now
        return TimeSource(now: { origin.duration(to: clock.now) }, sleep: { try await clock.sleep(for: $0) })
    }
}
