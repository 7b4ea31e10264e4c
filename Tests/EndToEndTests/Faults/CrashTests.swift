import AppService
import Bridge
import Foundation
import Lab
import Testing

/// SIGKILL at random moments under load in both directions, and then: nothing lost, nothing doubled.
///
/// `CONNECTOR_CRASHES` says how often instead of 50 times, which begin anew after every 50; `CONNECTOR_CRASH_RATE` how much load there is: as
/// many people as make so many events a second while everything answers, instead of 70; `CONNECTOR_CRASH_SEED` repeats the random choices of
/// another run, with `CONNECTOR_CRASHES=50` of one that failed.
@Suite("Kill -9 under load", .serialized) struct CrashTests {
    private static let crashes = ProcessInfo.processInfo.environment["CONNECTOR_CRASHES"].flatMap { Int($0) } ?? 50
    private static let rate = ProcessInfo.processInfo.environment["CONNECTOR_CRASH_RATE"].flatMap { Int($0) } ?? 70
    private static let crashesOfARound = 50
    private static let firstSeed =
        ProcessInfo.processInfo.environment["CONNECTOR_CRASH_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)

    @Test(
        "Nothing is lost and nothing doubled, in either direction, however often the service is killed", .timeLimit(.minutes(10)),
        arguments: 0..<max(1, (crashes + crashesOfARound - 1) / crashesOfARound))
    func killed(round: Int) async throws {
        let crashes = min(Self.crashes, Self.crashesOfARound)
        let seed = Self.firstSeed &+ UInt64(round)
        // A customer gives about three events a second: texts, and statuses of what is answered.
        try await CrashBench.open(.crashLoad(customers: max(6, Self.rate / 3), colleagues: max(4, Self.rate / 18))) { bench in
            let clock = ContinuousClock()
            let start = clock.now
            let load = CrashLoad(lab: bench.lab, seed: seed)
            var random = SeededGenerator(seed: seed)
            var up: Duration = .zero
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await load.run() }
                for _ in 0..<crashes {
                    let service = try bench.start()
                    let ready = try await Self.wait(for: .random(using: &random), of: service, bench.lab)
                    await service.kill()
                    if let ready { up += ready.duration(to: clock.now) }
                }
                let service = try bench.start()
                _ = try await service.ready()
                let webhooks = bench.lab.meta.webhookCounts.answered
                load.end()
                try await group.waitForAll()
                _ = try await bench.settled()
                // Whatever it still has to do it does before it ends.
                await service.terminate()
                let findings = try bench.findings()
                if !findings.problems.isEmpty { try bench.keep() }
                let problems = findings.problems.prefix(20).joined(separator: "\n")
                #expect(findings.problems.isEmpty, "CONNECTOR_CRASH_SEED=\(seed):\n\(problems)\n\n\(service.log)")
                #expect(findings.texts > crashes && findings.answers > crashes, "There was hardly any load")
                let seconds = max(1, (clock.now - start).components.seconds)
                print(
                    "\(crashes) kills, \(findings.texts) messages in, \(findings.answers) posts out, \(findings.privatePosts) private posts, "
                        + "\(findings.doubts) doubts told, \(findings.refusals) refusals told, "
                        + "\(webhooks) webhooks answered while it was up for \(up.components.seconds) s of \(seconds) s, seed \(seed)")
            }
        }
    }

    /// - Returns: since when it answers, if it does.
    private static func wait(for moment: CrashMoment, of service: ServeProcess, _ lab: Lab) async throws -> ContinuousClock.Instant? {
        switch moment {
        case .starting(let delay):
            try await Task.sleep(for: delay)
            return nil
        case .ready(let delay):
            _ = try await service.ready()
            let ready = ContinuousClock.now
            try await Task.sleep(for: delay)
            return ready
        case .connected(let delay):
            _ = try await service.ready()
            let ready = ContinuousClock.now
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            try await Task.sleep(for: delay)
            return ready
        }
    }
}

/// When the service is killed.
private enum CrashMoment {
    /// So long after it was started.
    case starting(Duration)
    /// So long after it was ready.
    case ready(Duration)
    /// So long after it was connected to Connect.
    case connected(Duration)

    static func random(using random: inout SeededGenerator) -> CrashMoment {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: .starting(.milliseconds(.random(in: 0...100, using: &random)))
        case 1..<6: .ready(.milliseconds(.random(in: 0...200, using: &random)))
        case 6..<17: .connected(.milliseconds(.random(in: 0...500, using: &random)))
        // What was in doubt is settled after two seconds, and then there is much to do.
        default: .connected(.milliseconds(.random(in: 2_000...2_600, using: &random)))
        }
    }
}
