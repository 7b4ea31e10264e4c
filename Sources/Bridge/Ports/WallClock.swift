/// The one clock of the product.
public protocol WallClock: Sendable {
    /// The present moment.
    func now() -> Moment
    /// Returns once the clock shows `moment` or later; at once if it does already.
    /// - Throws: `CancellationError` when the task is cancelled.
    func sleep(until moment: Moment) async throws
}

extension WallClock {
    /// Returns once `duration` has passed on this clock.
    /// - Throws: `CancellationError` when the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: now() + duration)
    }
}
