import Foundation
import Lab
import Testing

/// A disk below the service that is full, read-only or fails, from any write or flush on, for one of them or for a while.
///
/// `CONNECTOR_DISK_FAULTS` says how often instead of 5 times for each failure, `CONNECTOR_DISK_SEED` repeats the random choices of another
/// run.
@Suite("A disk that fails", .serialized) struct DiskFaultTests {
    private static let faults = ProcessInfo.processInfo.environment["CONNECTOR_DISK_FAULTS"].flatMap { Int($0) } ?? 5
    private static let seed = ProcessInfo.processInfo.environment["CONNECTOR_DISK_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)

    @Test(
        "Meta is told 200 only of what is durable, and the same process goes on by itself when the disk is well again",
        .timeLimit(.minutes(5 + faults / 10)), arguments: FailingDisk.Failure.allCases)
    func failing(_ failure: FailingDisk.Failure) async throws {
        try await CrashBench.open(.crashLoad(customers: 24)) { bench in
            let disk = try FailingDisk(of: bench.dataDirectory, plan: bench.path("plan"))
            let load = CrashLoad(lab: bench.lab, seed: Self.seed)
            var random = SeededGenerator(seed: Self.seed)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await load.run() }
                var service = try bench.start(environment: disk.environment)
                _ = try await service.ready()
                for _ in 0..<Self.faults {
                    try await Task.sleep(for: .milliseconds(.random(in: 100...600, using: &random)))
                    let failedBefore = disk.failed
                    let isShort = Bool.random(using: &random)
                    disk.fail(
                        with: failure, next: .random(in: 1...40, using: &random),
                        count: isShort ? .random(in: 1...3, using: &random) : nil)
                    try await eventually(within: .seconds(60)) { disk.failed > failedBefore }
                    try await Task.sleep(for: .milliseconds(.random(in: 0...500, using: &random)))
                    // What was acknowledged before and while it failed has to be there after a power failure, too.
                    if Int.random(in: 0..<4, using: &random) == 0 {
                        await service.kill()
                        disk.heal()
                        service = try bench.start(environment: disk.environment)
                        _ = try await service.ready()
                    }
                    disk.heal()
                }
                load.end()
                try await group.waitForAll()
                let findings = try await bench.settled()
                if !findings.problems.isEmpty { try bench.keep() }
                let problems = findings.problems.prefix(20).joined(separator: "\n")
                #expect(findings.problems.isEmpty, "CONNECTOR_DISK_SEED=\(Self.seed):\n\(problems)\n\n\(service.log)")
                #expect(findings.texts > Self.faults && findings.answers > Self.faults, "There was hardly any load")
                await service.terminate()
                print("\(failure): \(Self.faults) faults, \(disk.failed) of \(disk.seen) writes and flushes failed, seed \(Self.seed)")
            }
        }
    }
}
