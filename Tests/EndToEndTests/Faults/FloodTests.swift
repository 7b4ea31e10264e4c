import Foundation
import Lab
import Synchronization
import Testing

/// Somebody sends as much as the service answers, valid or not, while customers go on writing.
///
/// With `CONNECTOR_LONG_TESTS` for 60 seconds instead of 4, and alone on the machine, so that it counts how long answers take;
/// `CONNECTOR_FLOOD_SEED` repeats the random choices of another run.
@Suite("Floods", .serialized) struct FloodTests {
    private static let isLong = ProcessInfo.processInfo.environment["CONNECTOR_LONG_TESTS"] != nil
    private static let seconds = isLong ? 60 : 4
    private static let seed = ProcessInfo.processInfo.environment["CONNECTOR_FLOOD_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)
    private static let parallel = 64
    /// Below which 99 of 100 webhooks of customers have to be answered.
    private static let limit: Duration = .seconds(1)
    /// How much memory a flood may cost for good.
    private static let memoryLimit = 64 << 20
    /// How many bytes the service may log about it: nobody fills a disk with refused requests.
    private static let logLimit = 16 << 10

    enum Flood: String, CaseIterable, Sendable {
        case repeated = "the same valid webhook", unsigned = "webhooks without a signature", forged = "webhooks with a wrong signature"
        case elsewhere = "requests for paths that there are not", large = "4 MiB without a signature"
        case garbage = "bytes that are no HTTP", unfinished = "requests that end in the middle"
    }

    @Test("Webhooks of customers are answered, within a second if it lasts, and nothing is lost", .timeLimit(.minutes(5)), arguments: Flood.allCases)
    func flood(_ flood: Flood) async throws {
        try await CrashBench.open(LabConfiguration()) { bench in
            let lab = bench.lab
            let logFile = bench.path("log")
            let service = try bench.start(logFile: logFile)
            let addresses = try await service.ready()
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            let before = try service.memory()
            let clock = ContinuousClock()
            let end = clock.now + .seconds(Self.seconds)
            let (number, account, now) = (lab.configuration.numbers[0], lab.configuration.waba, lab.clock.now() / 1_000)
            let (valid, bad) = try await WebhookLoad.open(for: lab, at: addresses.application, connections: 2 * Self.parallel) { load in
                var random = SeededGenerator(seed: Self.seed)
                let request = Self.request(flood, load, number, account, now, &random)
                async let bad = Self.send(flood, request, load, to: addresses.application, until: end)
                var valid = WebhookLoad.Figures()
                var count = 0
                while clock.now < end {
                    let text = WebhookText(
                        wamid: "wamid.VALID\(count)", from: "4917699000", name: "Ada", text: CrashLoad.word("in", 0, count), timestamp: now)
                    let answer = await load.post(load.signed(WebhookText.body([text], number: number, account: account, &random)))
                    valid.add(answer.status, after: answer.latency)
                    count += 1
                    try await Task.sleep(for: .milliseconds(50))
                }
                return (valid, await bad)
            }
            let count = valid.latencies.count
            let hint = "CONNECTOR_FLOOD_SEED=\(Self.seed)"
            print(
                "\(flood.rawValue): \(bad.latencies.count / Self.seconds)/s, answers \(bad.statuses); \(count) webhooks of customers, "
                    + "p50 \(valid.latency(0.5) / .milliseconds(1)) ms, p99 \(valid.latency(0.99) / .milliseconds(1)) ms; memory before "
                    + "\(before >> 20) MiB, peak \(try service.peakMemory() >> 20) MiB, after \(try service.memory() >> 20) MiB; "
                    + "\(try Self.size(of: logFile)) bytes of log; \(hint)")
            #expect(valid.statuses == [200: count], "\(hint)")
            if Self.isLong { #expect(valid.latency(0.99) < Self.limit, "\(hint)") }
            #expect(try Self.size(of: logFile) < Self.logLimit, "\(hint)")
            #expect(bad.statuses.keys.allSatisfy { flood == .repeated ? [200, 503].contains($0) : (400..<500).contains($0) || $0 == 0 })
            try await eventually(within: .seconds(30)) {
                let words = lab.connect.posts.flatMap { CrashLoad.words("in", in: $0.text) }
                return words.count == count && Set(words).count == count
            }
            #expect(try service.peakMemory() - before < Self.memoryLimit)
            await service.terminate()
        }
    }

    private static func request(
        _ flood: Flood, _ load: WebhookLoad, _ number: MetaNumber, _ account: String, _ now: Int64, _ random: inout SeededGenerator
    ) -> WebhookLoad.Request {
        let text = WebhookText(wamid: "wamid.FLOOD", from: "4917699001", name: "Ben", text: "Again and again", timestamp: now)
        var request = load.signed(WebhookText.body([text], number: number, account: account, &random))
        switch flood {
        case .repeated: break
        case .unsigned: request.signature = nil
        case .forged: request.signature = "sha256=" + String(repeating: "0", count: 64)
        case .elsewhere: request.path = "/nothing"
        case .large: request = WebhookLoad.Request(body: [UInt8](repeating: 0x20, count: 4 << 20))
        case .garbage, .unfinished: break
        }
        return request
    }

    private static func send(
        _ flood: Flood, _ request: WebhookLoad.Request, _ load: WebhookLoad, to application: String, until end: ContinuousClock.Instant
    ) async -> WebhookLoad.Figures {
        switch flood {
        case .garbage, .unfinished:
            guard let raw = RawLoad(application) else { return WebhookLoad.Figures() }
            return await raw.run(workers: parallel, seed: seed, isAnswered: flood == .garbage) { random in
                guard ContinuousClock.now < end else { return nil }
                guard flood == .unfinished else {
                    return (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) } + Array("\r\n\r\n".utf8)
                }
                let head = Array("POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n".utf8)
                return head.dropLast(.random(in: 0...60, using: &random))
            }
        case .repeated, .unsigned, .forged, .elsewhere, .large:
            return await load.run(workers: parallel, seed: seed) { _ in ContinuousClock.now < end ? request : nil }
        }
    }

    private static func size(of file: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
    }
}
