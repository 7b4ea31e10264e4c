import Bridge
import BridgeTestSupport
import Synchronization
import Testing

@testable import AppService

@Suite("Replaying in a running instance", .timeLimit(.minutes(5))) struct ReplayKeeperTests {
    private static let root = PostReference(rawValue: "own1")

    // MARK: What reached us

    /// A message that could not be recorded, and the request to try again.
    private func quarantine(_ text: String, in store: TroubledStore) async throws {
        let message = CustomerMessage(
            number: InstanceBench.number, wamid: Wamid(rawValue: text), sender: [.phone("4917600")], senderName: "Ada",
            writtenAt: InstanceBench.start, content: .text(text))
        let flow = InboundFlow(settings: InstanceBench.settings()) { text }
        try await store.memory.write { try flow.quarantine(.message(message), because: "broken", at: InstanceBench.start, in: $0) }
        guard let record = store.memory.contents.inbound.all.last else { return }
        try await store.memory.write { try $0.insertReplayRequest(.inbound(record.id), webhook: nil) }
    }

    @Test("What is quarantined is posted when somebody asks for it")
    func inbound() async throws {
        let bench = InstanceBench()
        try await quarantine("again", in: bench.store)
        try await bench.whileRunning {
            try await bench.comesWithTime { bench.inbound == ["posted"] }
        }
        #expect(bench.connect.posted.count == 1)
        #expect(bench.store.memory.contents.replayRequests.isEmpty)
    }

    @Test("One event that fails again stays as it was, and costs the others nothing")
    func poison() async throws {
        let bench = InstanceBench(store: TroubledStore(poison: "bad"))
        for text in ["one", "bad", "two"] { try await quarantine(text, in: bench.store) }
        try await bench.whileRunning {
            try await bench.comesWithTime { bench.inbound == ["posted", "quarantined", "posted"] }
        }
        #expect(bench.store.memory.contents.replayRequests.isEmpty)
    }

    @Test("A disk that is full for some writes drops no request about an event, however many", arguments: 1...8)
    func inboundOnFullDisk(writes: Int) async throws {
        let bench = InstanceBench()
        try await bench.whileRunning {
            try await eventually { bench.connect.isConnected }
            bench.store.setFull(for: writes)
            for text in ["one", "two"] { try await quarantine(text, in: bench.store) }
            try await bench.comesWithTime { bench.inbound == ["posted", "posted"] }
        }
        #expect(bench.connect.posted.count == 2)
    }

    // MARK: What was to leave us

    /// A store with two posts that a restored backup holds back, and the requests to send them.
    private func storeWithHeldPosts() async throws -> TroubledStore {
        let before = InstanceBench()
        try await before.whileRunning {
            try await before.customerWrites("Hello")
            try await eventually { before.inbound == ["posted"] && before.connect.isConnected }
        }
        let store = before.store
        try await store.write { try $0.markRestored(madeAt: InstanceBench.start) }
        let restored = InstanceBench(connect: ScriptedConnect(waiting: Self.posts), store: store)
        try await restored.whileRunning { try await eventually { restored.outgoing == ["held", "held"] } }
        return store
    }

    private func requestAll(in store: TroubledStore) async throws {
        for message in store.memory.contents.outgoing.all {
            try await store.memory.write { try $0.insertReplayRequest(.outgoing(message.id), webhook: nil) }
        }
    }

    private static let posts = [
        InstanceBench.post("first", id: 7, by: "anna", in: root), InstanceBench.post("second", id: 8, by: "anna", in: root),
    ]

    @Test("What a backup held back is sent in order when somebody asks for it")
    func outgoing() async throws {
        let bench = InstanceBench(connect: ScriptedConnect(discussion: { _ in Self.posts }), store: try await storeWithHeldPosts())
        try await requestAll(in: bench.store)
        try await bench.whileRunning { try await bench.comesWithTime { bench.outgoing == ["sent", "sent"] } }
        #expect(bench.whatsApp.sent == ["first", "second"])
        #expect(bench.store.memory.contents.replayRequests.isEmpty)
    }

    @Test("A post that is gone from Connect meanwhile is not sent, and the other one is")
    func deleted() async throws {
        let bench = InstanceBench(connect: ScriptedConnect(discussion: { _ in [Self.posts[1]] }), store: try await storeWithHeldPosts())
        try await requestAll(in: bench.store)
        try await bench.whileRunning { try await bench.comesWithTime { bench.outgoing == ["failed", "sent"] } }
        #expect(bench.whatsApp.sent == ["second"])
    }

    @Test("A disk that is full for some writes drops no request about a post, however many", arguments: 1...8)
    func outgoingOnFullDisk(writes: Int) async throws {
        let store = try await storeWithHeldPosts()
        let bench = InstanceBench(connect: ScriptedConnect(discussion: { _ in Self.posts }), store: store)
        try await bench.whileRunning {
            try await eventually { bench.connect.isConnected }
            store.setFull(for: writes)
            try await requestAll(in: store)
            try await bench.comesWithTime { bench.outgoing == ["sent", "sent"] }
        }
        #expect(bench.whatsApp.sent == ["first", "second"])
    }

    @Test("While a discussion cannot be read its posts wait, and are sent afterwards")
    func unreadable() async throws {
        let asked = Atomic(0)
        let connect = ScriptedConnect(discussion: { _ in
            if asked.add(1, ordering: .relaxed).newValue < 3 { throw ScriptedConnect.Unreachable() }
            return Self.posts
        })
        let bench = InstanceBench(connect: connect, store: try await storeWithHeldPosts())
        try await requestAll(in: bench.store)
        try await bench.whileRunning { try await bench.comesWithTime { bench.outgoing == ["sent", "sent"] } }
        #expect(asked.load(ordering: .relaxed) == 3)
        #expect(bench.whatsApp.sent == ["first", "second"])
    }
}
