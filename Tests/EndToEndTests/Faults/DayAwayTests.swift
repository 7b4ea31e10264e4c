import Foundation
import Lab
import Testing

/// The PBX, and Connect with it, is away for more than a day, while customers go on writing.
///
/// With `CONNECTOR_LONG_TESTS` 100,000 messages wait instead of 1,000.
@Suite("A day without Connect") struct DayAwayTests {
    private static let isLong = ProcessInfo.processInfo.environment["CONNECTOR_LONG_TESTS"] != nil
    private static let hours = 25
    private static let perHour = isLong ? 4_000 : 40
    /// How much more memory the service may need than before anything waited.
    private static let memoryLimit = 64 << 20

    /// Who writes every hour.
    private static let steady = 20
    /// Who writes in the first hour only, and in the first and the last, whose windows end meanwhile.
    private static let early = "early", returning = "returning"

    @Test(
        "What waited is posted in order, in the discussions it belongs to, and memory does not grow with it", .timeLimit(.minutes(isLong ? 60 : 3)))
    func away() async throws {
        try await CrashBench.open(Self.configuration) { bench in
            let lab = bench.lab
            let service = try bench.start()
            _ = try await service.ready()
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            let targets = lab.pbx.targets
            lab.pbx.targets = []
            try await lab.connect.wait(until: "the connector is gone") { $0.logins.isEmpty }
            let before = try service.memory()

            var number = 0
            for hour in 0..<Self.hours {
                for index in 0..<Self.perHour {
                    number += 1
                    try lab.meta.send(.text(CrashLoad.word("in", index % Self.steady, number)), from: "c\(index % Self.steady)")
                }
                if hour == 0 { try lab.meta.send(.text(CrashLoad.word("in", 1_000, hour)), from: Self.early) }
                if hour == 0 || hour == Self.hours - 1 { try lab.meta.send(.text(CrashLoad.word("in", 1_001, hour)), from: Self.returning) }
                try await lab.meta.wait(until: "the hour's webhooks are answered", timeout: .seconds(300)) { $0.isIdle }
                if hour < Self.hours - 1 { try bench.advance(by: .seconds(3_600)) }
            }
            #expect(lab.connect.posts.isEmpty)
            let count = number + 3
            try await eventually(within: .seconds(Self.isLong ? 600 : 30)) {
                try bench.states()["held: no Connect"] == count
            }
            let waiting = try service.memory()

            lab.pbx.targets = targets
            let clock = ContinuousClock()
            let start = clock.now
            try await eventually(within: .seconds(Self.isLong ? 2_400 : 60)) { lab.connect.postCount >= count + 2 }
            let drained = start.duration(to: clock.now)
            try await eventually { try bench.states() == ["posted": count] }
            let after = try service.memory()
            try Self.check(lab, count)
            print(
                "\(count) messages waited, posted in \(drained.components.seconds) s; memory before \(before >> 20) MiB, while waiting "
                    + "\(waiting >> 20) MiB, after \(after >> 20) MiB, peak \(try service.peakMemory() >> 20) MiB")
            #expect(try service.peakMemory() - before < Self.memoryLimit)
            await service.terminate()
        }
    }

    private static func check(_ lab: Lab, _ count: Int) throws {
        let posts = lab.connect.posts.sorted { ($0.timestamp, $0.id) < ($1.timestamp, $1.id) }
        let titles = Dictionary(posts.filter(\.isRoot).map { ($0.id, $0.discussionTitle ?? "") }) { first, _ in first }
        let closing = "The answer timeframe of this discussion is over."
        let discussions = Dictionary(grouping: posts) { titles[$0.discussion] ?? "" }
        #expect(discussions.count == steady + 2)
        for (title, posts) in discussions {
            // Between the hours there is never more than a day but for one customer.
            #expect(posts.count(where: \.isRoot) == (title == returning ? 2 : 1), "\(title)")
            let closings = posts.count { $0.text.contains(closing) }
            #expect(closings == ([early, returning].contains(title) ? 1 : 0), "\(title) has \(closings) closing texts")
            let words = posts.flatMap { CrashLoad.words("in", in: $0.text) }
            let numbers = words.compactMap { $0.split(separator: "x").last.flatMap { Int($0) } }
            #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count, "\(title)")
        }
        let words = posts.flatMap { CrashLoad.words("in", in: $0.text) }
        #expect(words.count == count && Set(words).count == count)
        // Whatever is older than the last hour says when it was written.
        for post in posts where !post.text.contains("arrived late") {
            for word in CrashLoad.words("in", in: post.text) where isOfEarlierHour(word) { Issue.record("\(word) does not say that it is late") }
        }
    }

    private static func isOfEarlierHour(_ word: String) -> Bool {
        let numbers = word.dropFirst(2).split(separator: "x").compactMap { Int($0) }
        return numbers[0] < steady ? numbers[1] <= (hours - 1) * perHour : numbers[1] == 0
    }

    private static var configuration: LabConfiguration {
        var configuration = LabConfiguration()
        let names = (0..<steady).map { "c\($0)" } + [early, returning]
        configuration.customers = names.enumerated().map { .phoneOnly($1, name: $1, phone: "4917699\(1_000 + $0)") }
        configuration.pbxOptions.longestReconnectDelay = 500
        // One notification after the other: of two that are under way at once, nobody knows which is there first.
        configuration.metaOptions.maximumInFlight = 1
        return configuration
    }
}
