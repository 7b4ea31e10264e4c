import AppService
import Foundation
import Lab
import Testing

/// A disk that fails at the n-th write, for each n: what was acknowledged is durable, and the service recovers by itself.
///
/// `CONNECTOR_LONG_TESTS` tries each n three times as far as one message needs, instead of some of them.
@Suite("A disk that fails", .serialized) struct DiskFaultTests {
    private static let isLong = ProcessInfo.processInfo.environment["CONNECTOR_LONG_TESTS"] != nil

    private static var configuration: LabConfiguration {
        var configuration = LabConfiguration()
        configuration.customers = (0..<3).map { .phoneOnly("c\($0)", name: "Customer \($0)", phone: "4917699\(1_000 + $0)") }
        configuration.pbxOptions.reconnectDelay = 50
        configuration.pbxOptions.longestReconnectDelay = 100
        configuration.metaOptions.retryDelays = [0, 50, 100, 200]
        return configuration
    }

    @Test(
        "Nothing is acknowledged that is not durable, and the service goes on by itself", .timeLimit(.minutes(30)),
        arguments: FailingDisk.Fault.allCases)
    func failing(fault: FailingDisk.Fault) async throws {
        try await CrashBench.open(Self.configuration) { bench in
            let disk = try FailingDisk(folder: bench.dataDirectory, plan: bench.path("disk"))
            let service = try bench.start(environment: disk.environment)
            _ = try await service.ready()
            try bench.lab.meta.send(.text("Text \(CrashLoad.word("in", 0, 0))"), from: "c0")
            try await bench.lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            var failures = 0
            let last = Self.isLong ? 120 : 40
            for number in stride(from: 0, to: last, by: Self.isLong ? 1 : 8) {
                for count in [1, 4, 1_000] {
                    disk.fail(after: number, count: count, with: fault)
                    try await Self.exchange(bench, disk)
                    failures += disk.failures
                    disk.heal()
                }
            }
            #expect(failures > 20, "The disk hardly ever failed")
            // What is only in its memory is gone now.
            await service.kill()
            let next = try bench.start()
            _ = try await next.ready()
            var problems = ["nothing was looked at"]
            let clock = ContinuousClock()
            let end = clock.now + .seconds(60)
            while !problems.isEmpty, clock.now < end {
                try await Task.sleep(for: .milliseconds(100))
                problems = try bench.findings().problems
            }
            await next.terminate()
            #expect(problems.isEmpty, "\(problems.prefix(20).joined(separator: "\n"))\n\(service.log)")
        }
    }

    /// A text of a customer and an answer, while the disk fails; the disk works again at the latest after a second.
    private static func exchange(_ bench: CrashBench, _ disk: FailingDisk) async throws {
        let lab = bench.lab
        let number = lab.meta.accepted.count + lab.connect.posts.count + 1
        let customer = number % lab.configuration.customers.count
        let (text, answer) = (CrashLoad.word("in", customer, number), CrashLoad.word("out", customer, number))
        let wamid = try lab.meta.send(.text("Text \(text)"), from: "c\(customer)")
        let clock = ContinuousClock()
        let start = clock.now
        func wait(_ what: String, _ isThere: () -> Bool) async throws {
            while !isThere() {
                try await Task.sleep(for: .milliseconds(10))
                let waited = start.duration(to: clock.now)
                if waited > .seconds(1) { disk.heal() }
                if waited > .milliseconds(300) {
                    try bench.advance(by: .seconds(1))
                    try await Task.sleep(for: .milliseconds(40))
                }
                guard waited < .seconds(60) else { throw Journey.Stuck(description: "Waited in vain until \(what).") }
            }
        }
        try await wait("\(text) is posted") {
            lab.meta.hasAcknowledged(wamid) && lab.connect.posts.contains { CrashLoad.words("in", in: $0.text) == [text] }
        }
        guard let root = lab.connect.posts.first(where: { $0.isRoot && $0.discussionTitle == "Customer \(customer)" }) else { return }
        let post = try lab.connect.post(ConnectHumanPost(author: "anna", text: "Answer \(answer)", topic: root.topic, repliesTo: root.id))
        try await wait("\(answer) is sent, or anna is told") {
            lab.meta.accepted.contains { CrashLoad.words("out", in: $0.text) == [answer] }
                || lab.connect.posts.contains { $0.isPrivate && $0.author == lab.configuration.objectName && $0.repliesTo == post }
        }
    }
}
