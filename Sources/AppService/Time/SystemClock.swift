public import Bridge
import FoundationEssentials
import Transport

/// The machine's clock.
public struct SystemClock: WallClock {
    /// No sleep is longer than this without a look at the clock, so that a clock that was set is noticed.
    private static let longestNap: Duration = .seconds(30)

    /// Creates the clock.
    public init() {}

    /// The present moment by the machine's clock.
    public func now() -> Moment {
        Moment(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1_000))
    }

    /// Returns once the machine's clock shows `moment` or later.
    public func sleep(until moment: Moment) async throws {
        while case let rest = moment.since(now()), rest > .zero {
            try await Alarm.sleep(for: min(rest, Self.longestNap))
        }
        try Task.checkCancellation()
    }
}
