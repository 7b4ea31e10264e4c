import Bridge
import BridgeTestSupport
import Testing

@testable import AppService

@Suite("An instance with a backup's database", .timeLimit(.minutes(5))) struct InstanceRestorationTests {
    private static let root = PostReference(rawValue: "own1")

    /// A store with an open discussion and a message that waits, as it is in a backup.
    private func restoredStore() async throws -> TroubledStore {
        let bench = InstanceBench()
        try await bench.whileRunning {
            try await bench.customerWrites("Hello")
            try await eventually { bench.inbound == ["posted"] && bench.connect.isConnected }
        }
        try await bench.store.write { try $0.markRestored(madeAt: InstanceBench.start) }
        return bench.store
    }

    private func post(_ text: String, id: Int) -> ConnectPost { InstanceBench.post(text, id: id, by: "anna", in: Self.root) }

    @Test("What a zone has at its first contact is held; what is written later is sent, and the mark is gone")
    func firstContact() async throws {
        let store = try await restoredStore()
        let bench = InstanceBench(connect: ScriptedConnect(waiting: [post("before", id: 7), post("before, too", id: 8)]), store: store)
        try await bench.whileRunning {
            try await eventually { bench.connect.isConnected }
            #expect(bench.outgoing == ["held", "held"])
            bench.connect.show(post("after", id: 9))
            try await eventually { bench.outgoing == ["held", "held", "sent"] }
        }
        #expect(bench.whatsApp.sent == ["after"])
        #expect(!store.memory.contents.restoredZones.contains(InstanceBench.zone))
        #expect(store.memory.contents.restoration != nil)
    }

    @Test("If the process ends before everything there is decided on, the rest is held at the next start")
    func interrupted() async throws {
        let store = try await restoredStore()
        // The second post cannot be decided on: the disk fails, and then the process ends.
        let stuck = ScriptedConnect(
            waiting: [post("first", id: 7), post("second", id: 8)],
            files: { post in
                if post.rawValue == "post8" { store.setBroken(true) }
                return []
            })
        let first = InstanceBench(connect: stuck, store: store)
        try await first.whileRunning { try await eventually { store.isBroken } }
        store.setBroken(false)
        #expect(first.outgoing == ["held"])
        #expect(store.memory.contents.restoredZones.contains(InstanceBench.zone))

        let second = InstanceBench(connect: ScriptedConnect(waiting: [post("first", id: 7), post("second", id: 8)]), store: store)
        try await second.whileRunning {
            try await eventually { second.connect.isConnected }
            #expect(second.outgoing == ["held", "held"])
        }
        #expect(second.whatsApp.sent == [])
    }

    @Test("A notification that the backup had not looked at is looked for in Connect, and posted if it is not there", arguments: [true, false])
    func pendingWebhook(isThere: Bool) async throws {
        let store = TroubledStore()
        let first = InstanceBench(store: store)
        try await first.instance.append(webhook: Array("Hello".utf8))
        try await store.write { try $0.markRestored(madeAt: InstanceBench.start) }
        let connect = ScriptedConnect(
            own: { request in
                isThere ? [InstanceBench.post(request.html, id: 1, by: "whatsapp", in: PostReference(rawValue: "found"), isRoot: true)] : []
            })
        let bench = InstanceBench(connect: connect, store: store)
        try await bench.whileRunning {
            try await eventually { bench.inbound == ["posted"] }
            try await bench.customerWrites("later")
            try await eventually { bench.inbound == ["posted", "posted"] }
        }
        #expect(connect.looked == 1)
        #expect(connect.posted.count == (isThere ? 1 : 2))
    }
}
