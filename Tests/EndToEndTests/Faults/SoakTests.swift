import Foundation
import Lab
import Testing

/// Much work for a long time: weeks of it on a clock that is moved, or an hour of real time; and nothing of the service grows.
///
/// `CONNECTOR_SOAK_MESSAGES` says how many messages instead of 1,600, `CONNECTOR_SOAK_SECONDS` for how many real seconds instead of 5.
@Suite("A long time", .serialized) struct SoakTests {
    private static let messages = number("CONNECTOR_SOAK_MESSAGES") ?? 1_600
    private static let seconds = number("CONNECTOR_SOAK_SECONDS") ?? 5
    /// How many texts are written in a round, and how many of them by the same customer, one after the other.
    private static let perRound = messages >= 100_000 ? 2_000 : 200
    private static let perCustomer = 5
    /// So many that each writes again after 30 hours on the moved clock, which is a new discussion.
    private static let customers = 10 * perRound / perCustomer
    private static let roundLength: Duration = .seconds(3 * 3_600)

    @Test("On a moved clock memory, descriptors and the database's log stay as they are", .timeLimit(.minutes(3 + messages / 5_000)))
    func movedClock() async throws {
        try await Self.soak { bench, round in
            try bench.advance(by: Self.roundLength)
            return (round + 1) * Self.perRound < Self.messages
        }
    }

    @Test("In real time memory, descriptors and the database's log stay as they are", .timeLimit(.minutes(3 + seconds / 30)))
    func realTime() async throws {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(Self.seconds)
        try await Self.soak { _, _ in
            try await Task.sleep(for: .seconds(1))
            return clock.now < end
        }
    }

    /// Rounds of texts and answers until `goesOn`, which is asked after each, says no.
    private static func soak(_ goesOn: @escaping @Sendable (CrashBench, Int) async throws -> Bool) async throws {
        try await CrashBench.open(configuration) { bench in
            let service = try bench.start()
            _ = try await service.ready()
            try await bench.lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            let start = ContinuousClock.now
            var samples: [Sample] = []
            var round = 0
            repeat {
                try await run(round, in: bench)
                round += 1
                samples.append(try Sample(of: service, bench))
            } while try await goesOn(bench, round - 1)
            let counts = try bench.states()
            #expect(counts["posted"] == round * perRound)
            #expect(Set(counts.keys).isSubset(of: ["posted", "merged", "sent", "delivered", "read"]), "\(counts)")
            let growth = Sample.growth(samples)
            print(
                "\(round * perRound) messages in, \(round * answers) out, \(start.duration(to: .now).components.seconds) s; from the second quarter to "
                    + "the last memory \(growth.memory >> 10) KiB, descriptors \(growth.descriptors), log \(growth.log >> 10) KiB; at the end "
                    + "\(samples[samples.count - 1]); database \(try bench.size(of: "whatsapp.sqlite") >> 20) MiB")
            #expect(growth.memory < 16 << 20)
            #expect(growth.descriptors < 8)
            #expect(growth.log < 16 << 20)
            await service.terminate()
            // Neither the work nor its end is trouble.
            for level in ["warning", "error", "critical"] { #expect(!service.log.contains(#""level":"\(level)""#), "\(service.log)") }
        }
    }

    /// How many answers are written in a round.
    private static let answers = perRound / 10

    /// Texts of customers, each of which has to be posted once, and some answers, each of which has to be sent once.
    private static func run(_ round: Int, in bench: CrashBench) async throws {
        let lab = bench.lab
        // Whatever is older than two days nobody asks for any more.
        let limit = lab.clock.now() - 2 * 24 * 3_600_000
        lab.connect.forget(before: limit)
        lab.meta.forget(before: limit)
        let (knownPosts, knownAnswers) = (lab.connect.postCount, lab.meta.accepted.count)
        var expected: Set<String> = []
        for index in 0..<perRound {
            let customer = (round * perRound + index) / perCustomer % customers
            let word = CrashLoad.word("in", round, index)
            expected.insert(word)
            try lab.meta.send(.text(word), from: "c\(customer)")
        }
        let words = expected
        try await lab.meta.wait(until: "the texts are taken", timeout: .seconds(120)) { $0.isIdle }
        var posts: [ConnectStoredPost] = []
        try await eventually(within: .seconds(120)) {
            // There may be closing texts, too.
            guard lab.connect.postCount >= knownPosts + words.count else { return false }
            posts = lab.connect.posts(after: knownPosts).filter { post in
                CrashLoad.words("in", in: post.text).contains { $0.hasPrefix("in\(round)x") }
            }
            return posts.count >= words.count
        }
        #expect(posts.count == words.count && Set(posts.flatMap { CrashLoad.words("in", in: $0.text) }) == words)
        for (index, post) in posts.prefix(answers).enumerated() {
            try lab.connect.post(
                ConnectHumanPost(
                    author: "colleague\(index % 4)", text: CrashLoad.word("out", round, index), topic: post.topic, repliesTo: post.discussion))
        }
        try await eventually(within: .seconds(60)) {
            guard lab.meta.isIdle else { return false }
            return lab.meta.accepted.dropFirst(knownAnswers).count { $0.text.hasPrefix("out\(round)x") } == answers
        }
    }

    private static var configuration: LabConfiguration {
        var configuration = LabConfiguration.crashLoad(customers: customers)
        configuration.connectOptions.answerDelay = 0
        configuration.metaOptions.answerDelay = 0
        configuration.metaOptions.maximumInFlight = 64
        return configuration
    }

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }
}

/// What a service needs at one moment.
private struct Sample: CustomStringConvertible {
    /// Bytes in memory.
    var memory: Int
    /// Open files and sockets.
    var descriptors: Int
    /// Bytes of the database's write-ahead log.
    var log: Int

    init(of service: ServeProcess, _ bench: CrashBench) throws {
        memory = try service.memory()
        descriptors = try service.descriptors()
        log = try bench.size(of: "whatsapp.sqlite-wal")
    }

    private init(memory: Int, descriptors: Int, log: Int) {
        self.memory = memory
        self.descriptors = descriptors
        self.log = log
    }

    var description: String { "\(memory >> 20) MiB of memory, \(descriptors) descriptors, \(log >> 20) MiB of log" }

    /// By how much the median of the last quarter is above that of the second; in the first it warms up.
    static func growth(_ samples: [Sample]) -> Sample {
        let quarter = max(1, samples.count / 4)
        func growth(_ figure: KeyPath<Sample, Int>) -> Int {
            let (early, late) = (samples.dropFirst(quarter).prefix(quarter), samples.suffix(quarter))
            func median(_ part: some Collection<Sample>) -> Int { part.map { $0[keyPath: figure] }.sorted()[part.count / 2] }
            return samples.count < 2 ? 0 : median(late) - median(early)
        }
        return Sample(memory: growth(\.memory), descriptors: growth(\.descriptors), log: growth(\.log))
    }
}

extension CrashBench {
    /// The bytes of a file in the instance's folder; 0 if it is not there.
    fileprivate func size(of file: String) throws -> Int {
        let path = "\(dataDirectory)/\(lab.configuration.domain)/\(file)"
        return (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}
