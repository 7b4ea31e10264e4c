import Bridge
import Testing

@testable import AppService

@Suite(.timeLimit(.minutes(5))) struct MovableClockTests {
    private let clock = MovableClock(standingAt: Moment(seconds: 100))

    @Test("It stands still until it is moved, forward and back")
    func moves() {
        #expect(clock.now() == Moment(seconds: 100))
        clock.move(by: .seconds(5))
        clock.move(by: .seconds(-7))
        #expect(clock.now() == Moment(seconds: 98))
    }

    @Test("Who sleeps wakes once the clock shows the moment, not before")
    func wakes() async throws {
        try await clock.sleep(until: Moment(seconds: 100))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for seconds in [103, 102, 101] {
                group.addTask {
                    try await clock.sleep(until: Moment(seconds: Int64(seconds)))
                    return seconds
                }
            }
            for expected in [101, 102, 103] {
                while clock.sleepers < 104 - expected { await Task.yield() }
                clock.move(by: .seconds(1))
                let woken = try await group.next()
                #expect(woken == expected)
            }
        }
    }

    @Test("Who is cancelled throws, before and while sleeping")
    func cancelled() async {
        for yields in 0..<20 {
            let task = Task { try await clock.sleep(until: Moment(seconds: 200)) }
            for _ in 0..<yields { await Task.yield() }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test("A clock that runs with the machine's wakes its sleepers when it is moved")
    func running() async throws {
        let clock = MovableClock()
        let end = clock.now() + .seconds(3_600)
        async let sleeping: Void = clock.sleep(until: end)
        clock.move(by: .seconds(3_601))
        try await sleeping
        #expect(clock.now() >= end)
    }
}
