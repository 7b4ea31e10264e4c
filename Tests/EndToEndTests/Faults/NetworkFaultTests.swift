import Foundation
import Lab
import Testing

/// The networks around the service are bad: between it and Connect and the Graph API, and between the PBX and Meta and it.
///
/// `CONNECTOR_JOURNEYS` says how many journeys instead of one; `CONNECTOR_TEST_SEED` repeats the random choices of another run.
@Suite("Bad networks", .serialized) struct NetworkFaultTests {
    private static let journeys = ProcessInfo.processInfo.environment["CONNECTOR_JOURNEYS"].flatMap { Int($0) } ?? 1
    private static let seed = ProcessInfo.processInfo.environment["CONNECTOR_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)
    /// How much memory bad networks may cost for good.
    private static let memoryLimit = 64 << 20
    /// Connections to the database that are opened when they are needed first, each with three files.
    private static let laterDescriptors = 6

    @Test("Whatever they do, everything arrives once or its author is told, and nothing stays open", .timeLimit(.minutes(60)))
    func journeys() async throws {
        for seed in (0..<UInt64(Self.journeys)).map({ Self.seed &+ $0 }) { try await Self.travel(seed) }
    }

    private static func travel(_ seed: UInt64) async throws {
        let hint = "CONNECTOR_TEST_SEED=\(seed)"
        try await NetworkProxy.open(seed: seed) { outward in
            try await NetworkProxy.open(seed: seed &+ 1) { inward in
                try await CrashBench.open(configuration, over: .init(outward: outward, inward: inward)) { bench in
                    let service = try bench.start()
                    _ = try await service.ready()
                    try await bench.lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
                    let before = (memory: try service.memory(), descriptors: try service.descriptors())
                    await withThrowingTaskGroup(of: Void.self) { group in
                        for (index, proxy) in [outward, inward].enumerated() {
                            group.addTask { try await storm(over: proxy, seed: seed &+ UInt64(index) &* 104_729) }
                        }
                        do {
                            try await Journey(bench: bench).run()
                        } catch {
                            Issue.record("\(hint): \(error)\n\(service.log)")
                        }
                        group.cancelAll()
                    }
                    // From here on the networks are good ones.
                    for proxy in [outward, inward] { proxy.weather = .init() }
                    let problems = try await problems(after: bench)
                    #expect(problems.isEmpty, "\(hint):\n\(problems.joined(separator: "\n"))\n\(service.log)")
                    // Whatever is open still belongs to connections that nobody misses.
                    for proxy in [outward, inward] { proxy.end(.closed) }
                    try await bench.lab.connect.wait(until: "the connector reads again") { $0.filterCount == 1 }
                    try await eventually { try service.descriptors() <= before.descriptors + laterDescriptors }
                    #expect(outward.figures.ended + outward.figures.refused + inward.figures.ended + inward.figures.refused > 0, "There was no fault")
                    #expect(try service.peakMemory() - before.memory < memoryLimit, "\(hint)")
                    print(
                        "out \(outward.figures), in \(inward.figures); descriptors before \(before.descriptors), after "
                            + "\(try service.descriptors()); memory before \(before.memory >> 20) MiB, peak \(try service.peakMemory() >> 20) MiB; "
                            + "\(hint)")
                    await service.terminate()
                }
            }
        }
    }

    /// What is wrong when there is time enough to get over it.
    private static func problems(after bench: CrashBench) async throws -> [String] {
        let end = ContinuousClock.now + .seconds(60)
        var problems = try JourneyFindings(bench: bench).problems
        while !problems.isEmpty, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(200))
            try bench.advance(by: .seconds(1))
            problems = try JourneyFindings(bench: bench).problems
        }
        return problems
    }

    /// One fault after the other, with a little good weather in between, until cancelled.
    private static func storm(over proxy: NetworkProxy, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        while !Task.isCancelled {
            try await Task.sleep(for: .milliseconds(.random(in: 100...1_000, using: &random)))
            let ending: NetworkProxy.Ending = Bool.random(using: &random) ? .closed : .reset
            switch Int.random(in: 0..<6, using: &random) {
            case 0: proxy.end(ending)
            case 1: proxy.weather = .init(latency: 20...200)
            case 2: proxy.weather = .init(bytesPerSecond: 50_000)
            case 3: proxy.weather = .init(refusal: ending)
            case 4:
                proxy.weather = .init(refusal: ending)
                proxy.end(ending)
            default: proxy.weather = .init(isSilent: true)
            }
            try await Task.sleep(for: .milliseconds(.random(in: 50...500, using: &random)))
            // What was sent into the silence is lost with its connection, or arrives late.
            if proxy.weather.isSilent, Bool.random(using: &random) { proxy.end(.reset) }
            proxy.weather = .init()
        }
    }

    private static var configuration: LabConfiguration {
        var configuration = LabConfiguration()
        configuration.pbxOptions.reconnectDelay = 50
        configuration.pbxOptions.longestReconnectDelay = 100
        // Slow enough that faults hit what is under way.
        configuration.connectOptions.answerDelay = 60
        configuration.metaOptions.answerDelay = 250
        configuration.metaOptions.retryDelays = [0, 50, 100, 200]
        return configuration
    }
}
