import Bridge
import Lab

/// The lab's clock as the service's: moving the one moves the other, because there is only one.
struct LabWallClock: WallClock {
    let clock: LabClock

    func now() -> Moment { Moment(milliseconds: clock.now()) }

    func sleep(until moment: Moment) async throws { try await clock.sleep(until: moment.milliseconds) }
}
