import AppService
import Bridge
import Foundation
import Lab
import Testing

@Suite("Replays, with real processes", .serialized, .timeLimit(.minutes(5))) struct ReplayTests {
    private static var configuration: LabConfiguration {
        var configuration = LabConfiguration()
        configuration.isInTestMode = false
        configuration.licences = 1
        configuration.pbxOptions.reconnectDelay = 50
        configuration.pbxOptions.longestReconnectDelay = 100
        return configuration
    }

    @Test("What failed for want of a licence is sent once when there is one and it is replayed beside the service")
    func besideTheService() async throws {
        try await CrashBench.open(Self.configuration) { bench in
            let lab = bench.lab
            let service = try bench.start()
            _ = try await service.ready()
            try lab.meta.send(.text("Hello"), from: "ada")
            try await lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            let root = try #require(lab.connect.posts.first)
            try await bench.grant(0)
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            var count = 0
            try await eventually(within: .seconds(20)) {
                // Until the instance has taken it over, which nothing tells, posts are sent.
                count += 1
                try lab.connect.post(ConnectHumanPost(author: "ben", text: "Answer \(count)", topic: "whatsapp", repliesTo: root.id))
                try await Task.sleep(for: .milliseconds(300))
                return try bench.ledger().contains { $0.reason == "no licence" }
            }
            let text = "Answer \(count)"
            #expect(!lab.meta.accepted.contains { $0.text == text })
            try await bench.grant(1)
            try lab.meta.send(.text("still there?"), from: "ada")
            try await lab.connect.wait(until: "the licence is there") { $0.posts.contains { $0.text.contains("still there?") } }
            try await bench.replay("--state", "failed", "--reason", "no licence")
            try await lab.meta.wait(until: "the answer is accepted") { $0.accepted.contains { $0.text == text } }
            try await eventually { try bench.ledger().allSatisfy { $0.reason != "no licence" } }
            #expect(lab.meta.accepted.map(\.text).sorted() == (1...count).map { "Answer \($0)" }.sorted())
            // What is done is not done again.
            #expect(try await bench.replayEnds("--state", "failed", "--reason", "no licence") == .exited(1))
            await service.terminate()
        }
    }

    @Test(
        "What is replayed while no service runs is done at the next start, once, even if that is killed in the middle",
        arguments: [nil, "store.replay_requests.commit", "store.replay_requests.committed"])
    func withoutService(place: String?) async throws {
        try await CrashBench.open(Self.configuration) { bench in
            let lab = bench.lab
            let first = try bench.start()
            _ = try await first.ready()
            try lab.meta.send(.text("Hello"), from: "ada")
            try await lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            await first.terminate()
            try await bench.quarantine("It was quarantined", from: "4915100000001")
            try await bench.replay("--state", "quarantined")
            #expect(lab.connect.posts.count == 1)
            if let place {
                let killed = try bench.start(environment: ["CONNECTOR_FAULT_AT": place])
                #expect(await killed.ended() == .killed(by: 9))
            }
            let last = try bench.start()
            _ = try await last.ready()
            try await lab.connect.wait(until: "it is posted") { $0.posts.contains { $0.text.contains("It was quarantined") } }
            try lab.meta.send(.text("And on"), from: "ada")
            try await lab.connect.wait(until: "all is posted") { $0.posts.contains { $0.text.contains("And on") } }
            #expect(lab.connect.posts.count { $0.text.contains("It was quarantined") } == 1)
            try await eventually { try bench.ledger().allSatisfy { $0.state == "posted" } }
            await last.terminate()
        }
    }
}

extension CrashBench {
    private var location: StoreLocation {
        get throws {
            StoreLocation(
                dataDirectory: dataDirectory, instance: try InstanceAddress(domain: lab.configuration.domain, name: lab.configuration.instance))
        }
    }

    /// The ledger's rows.
    fileprivate func ledger() throws -> [LedgerRow] {
        var rows: [LedgerRow] = []
        try LedgerReader(at: location).forEach { rows.append($0) }
        return rows
    }

    /// The PBX says something else from its next connection on, which comes at once.
    fileprivate func grant(_ licences: Int) async throws {
        lab.pbx.object?.licences = licences
        lab.pbx.drop()
        try await lab.pbx.wait(until: "the PBX is gone") { $0.links.allSatisfy { !$0.isOpen } }
        try await lab.pbx.wait(until: "the PBX is back") { $0.links.contains { $0.isOpen } }
    }

    /// Replays a selection as an operator does.
    fileprivate func replay(_ selection: String...) async throws {
        let process = try ChildProcess(["replay", "--config", configurationPath, "--yes"] + selection)
        let ending = await process.ended()
        #expect(ending == .exited(0), "\(process.log)")
    }

    fileprivate func replayEnds(_ selection: String...) async throws -> ChildProcess.Ending {
        try await ChildProcess(["replay", "--config", configurationPath, "--yes"] + selection).ended()
    }

    /// Leaves a text as an event that could not be recorded. No service may run.
    fileprivate func quarantine(_ text: String, from phone: String) async throws {
        let database = try InstanceDatabase(at: location)
        let number = PhoneNumberID(rawValue: try #require(lab.configuration.numbers.first).id)
        let message = CustomerMessage(
            number: number, wamid: Wamid(rawValue: "wamid.quarantined"), sender: [.phone(phone)], senderName: "Zoe",
            writtenAt: Moment(milliseconds: lab.clock.now()), content: .text(text))
        let settings = BridgeSettings(language: .en, numbers: [])
        let now = Moment(milliseconds: lab.clock.now())
        try await SQLiteStore(database).write { transaction in
            let flow = InboundFlow(settings: settings) { "key" }
            try flow.quarantine(.message(message), because: "there was no space", at: now, in: transaction)
        }
        try database.close()
    }
}
