import Foundation
import Lab
import Synchronization
import Testing

/// The end of the process at every fault point of every path: nothing lost, nothing doubled.
///
/// `CONNECTOR_LONG_TESTS` tries each point each time that it is reached (some minutes), instead of some of them.
@Suite("Kill -9 at every fault point", .serialized) struct FaultPointTests {
    private static let isLong = ProcessInfo.processInfo.environment["CONNECTOR_LONG_TESTS"] != nil
    private static let seed = ProcessInfo.processInfo.environment["CONNECTOR_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)

    private static var configuration: LabConfiguration {
        var configuration = LabConfiguration()
        configuration.pbxOptions.reconnectDelay = 50
        configuration.pbxOptions.longestReconnectDelay = 100
        configuration.metaOptions.retryDelays = [0, 50, 100, 200]
        return configuration
    }

    /// Steps that no journey may miss.
    private static let needed = [
        "store.webhooks.commit", "store.webhooks.committed", "store.inbound_events.commit", "store.post_tasks.committed",
        "store.outgoing_messages.commit", "store.outgoing_messages.committed", "connect.event.begin", "connect.event.end", "connect.post.begin",
        "connect.post.end", "connect.update.begin", "connect.update.end", "connect.files.begin", "whatsApp.send.begin", "whatsApp.send.end",
        "media.fetch.begin", "media.fetch.end", "media.prepare.begin", "media.prepare.end", "media.discardFile.end",
    ]

    @Test("Wherever the process ends, everything arrives once, or its author is told", .timeLimit(.minutes(60)))
    func everywhere() async throws {
        let points = try await Self.points()
        let missing = Set(Self.needed).subtracting(points.map(\.name))
        #expect(missing.isEmpty, "The journey does not pass \(missing.sorted())")
        var random = SeededGenerator(seed: Self.seed)
        let chosen = Self.isLong ? points : Array(points.shuffled(using: &random).prefix(10))
        var reached = 0
        for point in chosen where try await Self.isReached(point, seed: Self.seed) { reached += 1 }
        print("\(chosen.count) of \(points.count) fault points tried, \(reached) reached; seed \(Self.seed)")
        // Two runs are never quite the same: what shared a commit once may not do so again.
        #expect(reached * 10 >= chosen.count * 7)
    }

    /// The points of an undisturbed journey.
    private static func points() async throws -> [FaultPoint] {
        let points = Kept<[FaultPoint]>([])
        try await CrashBench.open(configuration) { bench in
            let log = FaultLog(path: bench.path("points"))
            let endings = try await travel(bench, environment: log.environment)
            #expect(endings == [.exited(0)])
            points.value = try log.points()
        }
        return points.value
    }

    /// A journey with the end of the process at that point; says whether it got there.
    private static func isReached(_ point: FaultPoint, seed: UInt64) async throws -> Bool {
        let endings = Kept<[ChildProcess.Ending]>([])
        try await CrashBench.open(configuration) { bench in
            endings.value = try await travel(bench, environment: point.environment, note: "\(point), CONNECTOR_TEST_SEED=\(seed)")
        }
        #expect(endings.value == [.exited(0)] || endings.value == [.killed(by: 9), .exited(0)], "\(point): \(endings.value)")
        return endings.value.first == .killed(by: 9)
    }

    private static func travel(_ bench: CrashBench, environment: [String: String], note: String = "") async throws -> [ChildProcess.Ending] {
        let keeper = ServeKeeper(bench: bench)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await keeper.run(environment: environment) }
            do {
                try await Journey(bench: bench).run()
            } catch {
                Issue.record("\(note): \(error)\n\(keeper.log)")
            }
            keeper.stop()
            try await group.waitForAll()
        }
        let problems = try JourneyFindings(bench: bench).problems
        #expect(problems.isEmpty, "\(note):\n\(problems.joined(separator: "\n"))\n\(keeper.log)")
        return keeper.endings
    }
}

/// A value that a closure hands out.
private final class Kept<Value: Sendable>: Sendable {
    private let present: Mutex<Value>

    init(_ value: Value) { present = Mutex(value) }

    var value: Value {
        get { present.withLock { $0 } }
        set { present.withLock { $0 = newValue } }
    }
}
