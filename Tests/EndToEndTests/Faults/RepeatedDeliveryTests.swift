import Foundation
import Lab
import Synchronization
import Testing

/// Meta delivers what it delivered before, at the same time over many connections, and never in the same bytes.
///
/// With `CONNECTOR_LONG_TESTS` 10,000 messages are delivered a million times instead of 100 messages 2,000 times; `CONNECTOR_DELIVERY_SEED`
/// repeats the random choices of another run.
@Suite("Repeated deliveries") struct RepeatedDeliveryTests {
    private static let isLong = ProcessInfo.processInfo.environment["CONNECTOR_LONG_TESTS"] != nil
    private static let seed = ProcessInfo.processInfo.environment["CONNECTOR_DELIVERY_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...9_999_999)
    private static let messages = isLong ? 10_000 : 100
    private static let deliveries = isLong ? 1_000_000 : 2_000
    private static let parallel = 64

    @Test("However often, in however many bytes and orders: each message is posted once", .timeLimit(.minutes(isLong ? 120 : 3)))
    func repeated() async throws {
        var configuration = LabConfiguration()
        configuration.customers = (0..<50).map { .phoneOnly("c\($0)", name: "Customer \($0)", phone: "4917699\(1_000 + $0)") }
        try await CrashBench.open(configuration) { bench in
            let lab = bench.lab
            let service = try bench.start()
            let addresses = try await service.ready()
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            let texts = Self.texts(of: lab)
            let start = ContinuousClock.now
            let figures = try await WebhookLoad.open(for: lab, at: addresses.application, connections: Self.parallel) { load in
                let (number, account) = (lab.configuration.numbers[0], lab.configuration.waba)
                let given = Atomic(0)
                return await load.run(workers: Self.parallel, seed: Self.seed) { random in
                    let index = given.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < Self.deliveries else { return nil }
                    // Each at least once; others beside it, and it twice now and then.
                    var batch = [texts[index % texts.count]]
                    for _ in 0..<Int.random(in: 0...3, using: &random) where !Bool.random(using: &random) {
                        batch.append(Bool.random(using: &random) ? batch[0] : texts[Int.random(in: 0..<texts.count, using: &random)])
                    }
                    return load.signed(WebhookText.body(batch.shuffled(using: &random), number: number, account: account, &random))
                }
            }
            let seconds = Double((start.duration(to: .now) / .milliseconds(1))) / 1_000
            #expect(Set(figures.statuses.keys).isSubset(of: [200, 503]), "\(figures.statuses)")
            try await eventually(within: .seconds(Self.isLong ? 600 : 60)) {
                try lab.connect.postCount >= Self.messages && bench.states() == ["posted": Self.messages]
            }
            let words = lab.connect.posts.flatMap { CrashLoad.words("in", in: $0.text) }
            #expect(words.count == Self.messages && Set(words).count == Self.messages, "CONNECTOR_DELIVERY_SEED=\(Self.seed)")
            print(
                "\(Self.messages) messages in \(Self.deliveries) deliveries over \(Self.parallel) connections in \(Int(seconds)) s "
                    + "(\(Int(Double(Self.deliveries) / max(0.001, seconds)))/s), answers \(figures.statuses), p99 "
                    + "\(figures.latency(0.99) / .milliseconds(1)) ms, \(words.count) posts, peak memory \(try service.peakMemory() >> 20) MiB, "
                    + "seed \(Self.seed)")
            await service.terminate()
        }
    }

    private static func texts(of lab: Lab) -> [WebhookText] {
        let now = lab.clock.now() / 1_000
        return (0..<messages).map { index in
            let customer = index % 50
            return WebhookText(
                wamid: "wamid.REPEATED\(index)", from: "4917699\(1_000 + customer)", name: "Customer \(customer)",
                text: CrashLoad.word("in", customer, index), timestamp: now)
        }
    }
}
