import AppService
import Bridge
import Foundation
import Lab
import Testing

/// SIGKILL at random moments under load in both directions, and then: nothing lost, nothing doubled.
///
/// `CONNECTOR_CRASHES` says how often instead of 50 times, `CONNECTOR_CRASH_SEED` repeats the random choices of another run,
/// `CONNECTOR_CRASH_KEEP` names a folder into which the data of a run with findings are copied.
@Suite("Kill -9 under load") struct CrashTests {
    private static let crashes = ProcessInfo.processInfo.environment["CONNECTOR_CRASHES"].flatMap { Int($0) } ?? 50
    private static let seed =
        ProcessInfo.processInfo.environment["CONNECTOR_CRASH_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)

    @Test("Nothing is lost and nothing doubled, in either direction, however often the service is killed", .timeLimit(.minutes(5 + crashes / 20)))
    func killed() async throws {
        try await CrashBench.open(.crashLoad) { bench in
            let clock = ContinuousClock()
            let start = clock.now
            let load = CrashLoad(lab: bench.lab, seed: Self.seed)
            var random = SeededGenerator(seed: Self.seed)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await load.run() }
                for _ in 0..<Self.crashes {
                    let service = try bench.start()
                    try await Self.wait(for: .random(using: &random), of: service, bench.lab)
                    await service.kill()
                }
                let service = try bench.start()
                _ = try await service.ready()
                load.end()
                try await group.waitForAll()
                var findings = try bench.findings()
                let end = clock.now + .seconds(180)
                while !findings.problems.isEmpty || !bench.lab.meta.isIdle, clock.now < end {
                    try await Task.sleep(for: .milliseconds(250))
                    findings = try bench.findings()
                }
                // Whatever it still has to do it does before it ends.
                await service.terminate()
                findings = try bench.findings()
                if !findings.problems.isEmpty { try bench.keep() }
                let problems = findings.problems.prefix(20).joined(separator: "\n")
                #expect(findings.problems.isEmpty, "CONNECTOR_CRASH_SEED=\(Self.seed):\n\(problems)\n\n\(service.log)")
                #expect(findings.texts > Self.crashes && findings.answers > Self.crashes, "There was hardly any load")
                let seconds = (clock.now - start).components.seconds
                print(
                    "\(Self.crashes) kills, \(findings.texts) messages in, \(findings.answers) posts out, \(findings.privatePosts) private posts, "
                        + "\(findings.doubts) doubts told, \(findings.refusals) refusals told, \(seconds) s, seed \(Self.seed)")
            }
        }
    }

    private static func wait(for moment: CrashMoment, of service: ServeProcess, _ lab: Lab) async throws {
        switch moment {
        case .starting(let delay):
            try await Task.sleep(for: delay)
        case .ready(let delay):
            _ = try await service.ready()
            try await Task.sleep(for: delay)
        case .connected(let delay):
            _ = try await service.ready()
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            try await Task.sleep(for: delay)
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

extension CrashBench {
    /// Copies the service's data to where somebody wants to look at them.
    fileprivate func keep() throws {
        guard let folder = ProcessInfo.processInfo.environment["CONNECTOR_CRASH_KEEP"] else { return }
        try FileManager.default.copyItem(atPath: dataDirectory, toPath: "\(folder)/\(UUID().uuidString)")
    }
}
