import Bridge
import BridgeTestSupport
import Testing

@testable import AppService

@Suite("A running instance and its changed settings", .timeLimit(.minutes(5))) struct InstanceMoveTests {
    private static let other = Zone(rawValue: "support")

    private static func settings(zone: Zone? = InstanceBench.zone, isLicensed: Bool = true) -> BridgeSettings {
        var settings = InstanceBench.settings(zone: zone)
        settings.numbers[InstanceBench.number]?.isLicensed = isLicensed
        return settings
    }

    @Test("After a move the old zone is read on: whoever answers there is told, and the next message opens a discussion in the new zone")
    func move() async throws {
        let bench = InstanceBench()
        try await bench.whileRunning {
            try await bench.customerWrites("one")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
            try await bench.instance.apply(Self.settings(zone: Self.other))
            try await bench.comesWithTime { bench.connect.connections.last == [Self.other, InstanceBench.zone] && bench.connect.isConnected }
            bench.connect.show(bench.post("too late", id: 1, in: PostReference(rawValue: "own1")))
            try await bench.comesWithTime { bench.connect.tells("anna") }
            try await bench.customerWrites("two")
            try await bench.comesWithTime { bench.inbound == ["posted", "posted"] }
        }
        #expect(bench.whatsApp.sent.isEmpty)
        #expect(bench.connect.posted.map(\.zone) == [InstanceBench.zone, InstanceBench.zone, Self.other])
    }

    @Test("An instance that was changed while it did not run closes at its start what its numbers have left")
    func moveAtStart() async throws {
        let bench = InstanceBench()
        try await bench.whileRunning {
            try await bench.customerWrites("one")
            try await eventually { bench.inbound == ["posted"] }
        }
        try await bench.instance.apply(Self.settings(zone: Self.other))
        try await bench.whileRunning {
            try await eventually { bench.store.memory.contents.discussions.all.allSatisfy { $0.closedAt != nil } }
        }
    }

    @Test("Held messages come before those that arrive while the licence does, however many there are")
    func order() async throws {
        let bench = InstanceBench()
        try await bench.whileRunning {
            try await bench.instance.apply(Self.settings(isLicensed: false))
            for batch in 0..<10 {
                try await bench.customerWrites((0..<50).map { "held \(batch * 50 + $0)" }.joined(separator: "+"))
            }
            try await bench.comesWithTime { bench.inbound.count == 500 && bench.inbound.allSatisfy { $0 == "held" } }
            async let applied: Void = bench.instance.apply(Self.settings())
            for index in 0..<20 { try await bench.customerWrites("new \(index)") }
            try await applied
            try await bench.comesWithTime { bench.inbound.count == 520 && bench.inbound.allSatisfy { $0 == "posted" } }
        }
        let texts = bench.connect.posted.map { WhatsAppText.text(fromConnect: $0.html) }
        let words = (0..<500).map { "held \($0)" } + (0..<20).map { "new \($0)" }
        #expect(texts.count == words.count)
        for (text, word) in zip(texts, words) { #expect(text.contains(word)) }
    }

    @Test("If new settings cannot be settled, nothing new is placed before what is held; it all is once they are")
    func unsettled() async throws {
        let bench = InstanceBench()
        try await bench.whileRunning {
            try await bench.instance.apply(Self.settings(isLicensed: false))
            try await bench.customerWrites("held")
            try await bench.comesWithTime { bench.inbound == ["held"] }
            bench.store.setBroken(true)
            await #expect(throws: TroubledStore.Trouble.self) { try await bench.instance.apply(Self.settings()) }
            bench.store.setBroken(false)
            try await bench.customerWrites("new")
            for _ in 0..<20 {
                bench.clock.move(by: .seconds(1))
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(bench.inbound == ["held"])
            try await bench.instance.apply(Self.settings())
            try await bench.comesWithTime { bench.inbound == ["posted", "posted"] }
        }
        #expect(bench.connect.posted.map { $0.html.contains("held") } == [true, false])
    }

    @Test("A code text of the check of private posts is never forwarded and gets no hint, whatever its marks say")
    func checkPosts() async throws {
        let clock = MovableClock(standingAt: InstanceBench.start)
        let bench = InstanceBench(privatePosts: { logger in
            PrivatePostVerification(
                PrivatePostCheck(), zones: { [InstanceBench.zone] }, makeCode: { "1a2b" }, save: { _ in }, clock: clock, logger: logger)
        })
        let verification = try #require(bench.privatePosts)
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
            try await verification.start()
            bench.connect.show(bench.post("check-1a2b-b", id: 1, in: PostReference(rawValue: "own1")))
            bench.connect.show(bench.post("check-1a2b-a", id: 2, in: PostReference(rawValue: "foreign")))
            bench.connect.show(bench.post("public", id: 3, in: PostReference(rawValue: "own1")))
            try await eventually { bench.outgoing == ["sent"] }
        }
        #expect(bench.whatsApp.sent == ["public"])
        #expect(bench.connect.posted.count == 1)
        #expect(verification.standing == .failed(.markMissing, at: InstanceBench.start))
    }
}
