import Testing

@testable import Lab

@Suite(.timeLimit(.minutes(5))) struct LabClockTests {
    @Test("A still clock moves only when it is moved, and wakes whose time has come")
    func stillClock() async throws {
        let clock = LabClock.still(at: 1_000)
        async let early: Void = clock.sleep(until: 61_000)
        async let late: Void = clock.sleep(until: 3_601_000)
        #expect(clock.now() == 1_000)
        clock.advance(by: .seconds(60))
        try await early
        clock.advance(by: .seconds(3_540))
        try await late
        #expect(clock.now() == 3_601_000)
    }

    @Test("A running clock can be moved by a day while somebody sleeps")
    func runningClock() async throws {
        let clock = LabClock.running(from: 1_790_000_000_000)
        async let sleeping: Void = clock.sleep(until: 1_790_000_000_000 + 86_400_000)
        clock.advance(by: .seconds(86_401))
        try await sleeping
        #expect(clock.now() >= 1_790_000_000_000 + 86_401_000)
    }

    @Test("A sleep ends when it is cancelled")
    func cancellation() async {
        let clock = LabClock.still()
        let result = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await clock.sleep(for: .seconds(1))
                    return false
                } catch {
                    return true
                }
            }
            group.cancelAll()
            return await group.next() ?? false
        }
        #expect(result)
    }

    @Test("A signal between looking and waiting is not lost, and a deadline ends the wait too")
    func signals() async {
        let clock = LabClock.still()
        let changes = ChangeSignal()
        let version = changes.version
        changes.signal()
        await changes.wait(after: version)
        async let waiting: Void = changes.wait(after: changes.version, until: 1_790_000_005_000, on: clock)
        clock.advance(by: .seconds(5))
        await waiting
        #expect(clock.now() == 1_790_000_005_000)
    }

    @Test("Waiting for a condition that never holds ends with an error")
    func timeOut() async {
        await #expect(throws: LabError.self) { try await ChangeSignal().wait(until: "never", timeout: .milliseconds(20)) { false } }
    }
}
