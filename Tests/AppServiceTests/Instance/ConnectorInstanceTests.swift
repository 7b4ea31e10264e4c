import Bridge
import BridgeTestSupport
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import AppService

@Suite(.timeLimit(.minutes(5))) struct ConnectorInstanceTests {
    private static let root = PostReference(rawValue: "own1")

    @Test("A conversation goes both ways")
    func conversation() async throws {
        let bench = InstanceBench()
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
            bench.connect.show(bench.post("Hi", id: 1, in: Self.root))
            try await eventually { bench.outgoing == ["sent"] }
        }
        #expect(bench.whatsApp.sent == ["Hi"])
    }

    @Test("A doubtful post that Connect has is adopted and not made again")
    func adopted() async throws {
        let connect = ScriptedConnect(
            answer: { _, number in number == 1 ? .doubtful : .accepted(PostReference(rawValue: "own\(number)")) },
            own: { request in [InstanceBench.post(request.html, id: 1, by: "whatsapp", in: PostReference(rawValue: "found"), isRoot: true)] }
        )
        let bench = InstanceBench(connect: connect)
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] }
        }
        #expect(connect.posted.count == 1)
        #expect(connect.looked == 1)
        #expect(bench.store.memory.contents.discussions.all.map(\.root?.rawValue) == ["found"])
    }

    @Test("A doubtful post that Connect does not have is made again with the same key, before anything else of its lane")
    func again() async throws {
        let connect = ScriptedConnect(answer: { _, number in number == 1 ? .doubtful : .accepted(PostReference(rawValue: "own\(number)")) })
        let bench = InstanceBench(connect: connect)
        try await bench.whileRunning {
            try await bench.customerWrites("one+two")
            try await eventually { bench.inbound == ["posted", "posted"] }
        }
        #expect(connect.posted.count == 3)
        #expect(connect.posted[0] == connect.posted[1])
        #expect(connect.posted[2].html.contains("two"))
    }

    @Test("While nobody can look for a doubtful post, it is neither made again nor overtaken")
    func unreachable() async throws {
        let reachable = Mutex(false)
        let connect = ScriptedConnect(
            answer: { _, number in number == 1 ? .doubtful : .accepted(PostReference(rawValue: "own\(number)")) },
            own: { _ in if reachable.withLock({ $0 }) { [] } else { throw ScriptedConnect.Unreachable() } }
        )
        let bench = InstanceBench(connect: connect)
        try await bench.whileRunning {
            try await bench.customerWrites("one+two")
            try await bench.comesWithTime { connect.looked >= 3 }
            #expect(connect.posted.count == 1)
            reachable.withLock { $0 = true }
            try await bench.comesWithTime { bench.inbound == ["posted", "posted"] }
        }
        #expect(connect.posted.count == 3)
    }

    @Test("A graceful shutdown brings what is under way to its end and begins nothing more")
    func drain() async throws {
        let gate = TestGate()
        let bench = InstanceBench(
            whatsApp: ScriptedWhatsApp { request in
                await gate.pass()
                return .accepted(Wamid(rawValue: "wamid.\(request.messageID)"))
            })
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let service = ServiceGroup(configuration: .init(services: [.init(service: Runner(bench: bench, gate: gate))], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
            bench.connect.show(bench.post("first", id: 1, in: Self.root))
            bench.connect.show(bench.post("second", id: 2, in: Self.root))
            try await eventually { bench.outgoing == ["sending", "queued"] }
            await service.triggerGracefulShutdown()
            try await group.waitForAll()
        }
        #expect(bench.outgoing == ["sent", "queued"])
        #expect(bench.whatsApp.sent == ["first"])
    }

    /// Opens the gate once the instance knows of the shutdown.
    private struct Runner: Service {
        let bench: InstanceBench
        let gate: TestGate

        func run() async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await bench.instance.run() }
                group.addTask {
                    // Handlers are called in the order of registration: the instance's comes first.
                    try await eventually { bench.outgoing == ["sending", "queued"] }
                    try await gracefulShutdown()
                    gate.open()
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("A cancelled instance returns at once; what was being sent is in doubt at the next start and not sent again")
    func cancellation() async throws {
        let gate = TestGate()
        let bench = InstanceBench(
            whatsApp: ScriptedWhatsApp { _ in
                await gate.pass()
                return .ambiguous("given up")
            })
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
            bench.connect.show(bench.post("first", id: 1, in: Self.root))
            try await eventually { bench.outgoing == ["sending"] }
        }
        #expect(bench.outgoing == ["unknown"])
        try await bench.whileRunning {
            try await bench.comesWithTime { bench.connect.tells("anna") }
        }
        #expect(bench.whatsApp.sent == ["first"])
    }

    @Test("An instance whose store fails for a while goes on by itself")
    func storeFails() async throws {
        let bench = InstanceBench()
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] }
            bench.store.memory.append(webhookNow: Array("again".utf8), receivedAt: bench.clock.now())
            bench.store.setBroken(true)
            await #expect(throws: TroubledStore.Trouble.self) { try await bench.customerWrites("refused") }
            for _ in 0..<20 {
                bench.clock.move(by: .seconds(1))
                await Task.yield()
            }
            bench.store.setBroken(false)
            try await bench.customerWrites("more")
            try await bench.comesWithTime { bench.inbound == ["posted", "posted", "posted"] }
        }
        #expect(bench.connect.posted.map { $0.html.contains("again") } == [false, true, false])
    }

    @Test("A result that could not be recorded at once is recorded later; nothing is sent twice and nobody is told of a doubt")
    func resultIsKept() async throws {
        let gate = TestGate()
        let bench = InstanceBench(
            whatsApp: ScriptedWhatsApp { request in
                await gate.pass()
                return .accepted(Wamid(rawValue: "wamid.\(request.messageID)"))
            })
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
            bench.connect.show(bench.post("first", id: 1, in: Self.root))
            try await eventually { bench.outgoing == ["sending"] }
            bench.store.setBroken(true)
            gate.open()
            for _ in 0..<20 {
                bench.clock.move(by: .seconds(1))
                try await Task.sleep(for: .milliseconds(1))
            }
            bench.store.setBroken(false)
            try await bench.comesWithTime { bench.outgoing == ["sent"] }
        }
        #expect(bench.whatsApp.sent == ["first"])
        #expect(bench.connect.posted.count == 1)
    }

    @Test("One element that cannot be recorded is quarantined and costs its siblings nothing")
    func poison() async throws {
        let bench = InstanceBench(store: TroubledStore(poison: "bad"))
        try await bench.whileRunning {
            try await bench.customerWrites("one+bad+two")
            try await bench.customerWrites("three")
            try await bench.comesWithTime { bench.inbound.sorted() == ["posted", "posted", "posted", "quarantined"] }
        }
        #expect(try bench.store.memory.withTransaction { try $0.pendingWebhooks(limit: 1) }.isEmpty)
    }

    @Test("A disk that is full for some writes only quarantines nothing, however many", arguments: 1...5)
    func fullForAMoment(writes: Int) async throws {
        let bench = InstanceBench(store: TroubledStore())
        try await bench.whileRunning {
            try await eventually { bench.connect.isConnected }
            bench.store.setFull(for: writes)
            try await bench.customerWrites("Hello")
            try await bench.comesWithTime { bench.inbound == ["posted"] }
        }
        #expect(bench.connect.posted.count == 1)
    }

    @Test("New settings subscribe to new zones, and release what was held for want of one")
    func newZone() async throws {
        let bench = InstanceBench()
        let other = Zone(rawValue: "support")
        try await bench.whileRunning {
            try await eventually { bench.connect.isConnected }
            try await bench.instance.apply(InstanceBench.settings(zone: nil))
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["held"] }
            try await bench.instance.apply(InstanceBench.settings(zone: other))
            try await bench.comesWithTime { bench.inbound == ["posted"] && bench.connect.connections.last == [other] }
        }
        #expect(bench.connect.posted.map(\.zone) == [other])
    }

    @Test("An answer to a post of ours that Connect has not confirmed yet goes to the customer once it is")
    func quickAnswer() async throws {
        let gate = TestGate()
        let connect = ScriptedConnect(
            answer: { _, number in
                await gate.pass()
                return .accepted(PostReference(rawValue: "own\(number)"))
            },
            discussion: { [InstanceBench.post("Hello", id: 1, by: "whatsapp", in: $0, isRoot: true)] }
        )
        let bench = InstanceBench(connect: connect)
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { connect.posted.count == 1 && connect.isConnected }
            connect.show(bench.post("quick", id: 2, in: Self.root))
            try await eventually { bench.store.memory.contents.knownPosts[Self.root] != nil }
            gate.open()
            try await bench.comesWithTime { bench.outgoing == ["sent"] }
        }
        #expect(bench.whatsApp.sent == ["quick"])
        #expect(connect.posted.count == 1)
    }

    @Test("A discussion that cannot be read does not hold up the zone: its post is not sent, and its author is told")
    func unreadableDiscussion() async throws {
        let connect = ScriptedConnect(discussion: { _ in throw ScriptedConnect.Unreachable() })
        let bench = InstanceBench(connect: connect)
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && connect.isConnected }
            connect.show(bench.post("stray", id: 1, in: Self.root, answering: PostReference(rawValue: "gone")))
            try await bench.comesWithTime { connect.tells("anna") }
            try await eventually { connect.isConnected }
            try await bench.comesWithTime {
                connect.show(bench.post("answer", id: 2, in: Self.root))
                return bench.outgoing == ["sent"]
            }
        }
        #expect(bench.whatsApp.sent == ["answer"])
    }
}
