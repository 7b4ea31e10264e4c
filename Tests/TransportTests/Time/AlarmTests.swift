import Testing
import Transport

@Suite("Sleep that leaves nothing behind", .timeLimit(.minutes(1))) struct AlarmTests {
    @Test("It takes its time, and no time at all if there is none to take")
    func sleeps() async throws {
        let start = ContinuousClock.now
        try await Alarm.sleep(for: .milliseconds(20))
        #expect(start.duration(to: .now) >= .milliseconds(20))
        try await Alarm.sleep(for: .zero)
        try await Alarm.sleep(for: .seconds(-5))
    }

    @Test("Who is cancelled, before or while sleeping, does not sleep on")
    func cancelled() async {
        let task = Task { try await Alarm.sleep(for: .seconds(3_600)) }
        await Task.yield()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { try await Alarm.sleep(for: .zero) }
                try await group.next()
            }
        }
    }
}
