import Bridge
import Lab

/// The lab's clock as the service's: who moves the one moves the other, because there is only one.
struct LabWallClock: WallClock {
    /// The end of the year 9999: what lies behind it never comes, and would be too far for the clock's arithmetic.
    private static let end: Int64 = 253_402_300_799_999

    let clock: LabClock

    func now() -> Moment { Moment(milliseconds: clock.now()) }

    func sleep(until moment: Moment) async throws { try await clock.sleep(until: min(max(0, moment.milliseconds), Self.end)) }
}
