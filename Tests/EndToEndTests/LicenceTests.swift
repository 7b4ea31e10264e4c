import AppService
import Bridge
import Lab
import Testing

@Suite("Licences") struct LicenceTests {
    private static let numbers = [
        MetaNumber(id: "1001", displayNumber: "493055500001", verifiedName: "Sales", countryCode: "49"),
        MetaNumber(id: "1002", displayNumber: "493055500002", verifiedName: "Service", countryCode: "49"),
    ]

    private func open(licences: Int?, isInTestMode: Bool = false, _ body: @escaping @Sendable (Workplace) async throws -> Void) async throws {
        try await Workplace.open({ configuration in
            configuration.numbers = Self.numbers
            configuration.licences = licences
            configuration.isInTestMode = isInTestMode
        }) { workplace in
            try await workplace.lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            try await body(workplace)
        }
    }

    private func states(_ workplace: Workplace) throws -> [String] {
        try workplace.ledger().filter { $0.direction == .inbound && $0.type == "text" }
            .map { "\($0.number.map(\.rawValue) ?? "-") \($0.state) \($0.reason ?? "-")" }.sorted()
    }

    @Test("With one licence for two numbers, one is served; the other one's messages wait and are posted in order once there are two")
    func raised() async throws {
        try await open(licences: 1) { workplace in
            let lab = workplace.lab
            for text in ["one", "two"] {
                for number in Self.numbers { try lab.meta.send(.text("\(text) for \(number.verifiedName)"), from: "ada", to: number.id) }
            }
            try await eventually { try states(workplace).count == 4 }
            try await eventually {
                try states(workplace) == ["1001 posted -", "1001 posted -", "1002 held no licence", "1002 held no licence"]
            }

            lab.pbx.object?.licences = 2
            lab.pbx.drop()
            try await lab.connect.wait(until: "everything is posted") { $0.posts.count == 4 }
            let service = lab.connect.posts.filter { $0.text.contains("for Service") }
            #expect(service.map { $0.text.contains("one") } == [true, false])
            #expect(service.map(\.isRoot) == [true, false])
        }
    }

    @Test("When licences are taken away, answers to a number without one are not sent, and their author is told; nothing is lost")
    func lowered() async throws {
        try await open(licences: 2) { workplace in
            let lab = workplace.lab
            try lab.meta.send(.text("hello"), from: "ada", to: "1002")
            try await lab.connect.wait(until: "it is posted") { $0.posts.count == 1 }
            let root = try #require(lab.connect.posts.first)

            lab.pbx.object?.licences = 1
            lab.pbx.drop()
            try await lab.pbx.wait(until: "the PBX is away") { !$0.links.contains { $0.isOpen } }
            try await lab.connect.wait(until: "the connector reads again") { $0.filterCount == 1 }
            try lab.meta.send(.text("again"), from: "ada", to: "1002")
            try await eventually { try states(workplace) == ["1002 held no licence", "1002 posted -"] }
            try lab.connect.post(ConnectHumanPost(author: "anna", text: "Hello Ada", topic: "whatsapp", repliesTo: root.id))
            try await lab.connect.wait(until: "the author is told") { $0.posts.contains { $0.isPrivate && $0.text.contains("no licence") } }
            #expect(lab.meta.accepted.isEmpty)

            lab.pbx.object?.isInTestMode = true
            lab.pbx.drop()
            try await lab.connect.wait(until: "the second text is posted") { $0.posts.contains { $0.text.contains("again") } }
        }
    }

    @Test("While the PBX is away its licences count for 72 hours, through a restart too; then messages wait until it is back")
    func grace() async throws {
        try await open(licences: 2) { workplace in
            let lab = workplace.lab
            lab.pbx.stop()
            try await lab.connect.wait(until: "the connector is gone") { $0.logins.isEmpty }
            try lab.meta.send(.text("early"), from: "ada", to: "1001")
            try await eventually { try states(workplace) == ["1001 held no Connect"] }
            lab.clock.advance(by: .seconds(72 * 3_600 + 60))
            // The settings are looked at every second.
            try await Task.sleep(for: .milliseconds(1_500))
            try lab.meta.send(.text("late"), from: "ada", to: "1001")
            try await eventually { try states(workplace) == ["1001 held no Connect", "1001 held no licence"] }
            lab.pbx.start()
            try await lab.connect.wait(until: "both are posted") { $0.posts.count { !$0.isPrivate } == 2 }
        }
    }

    @Test("Without licences nothing is posted, and nothing is lost")
    func none() async throws {
        try await open(licences: nil) { workplace in
            let lab = workplace.lab
            try lab.meta.send(.text("hello"), from: "ada", to: "1001")
            try await eventually { try states(workplace) == ["1001 held no licence"] }
            #expect(lab.connect.posts.isEmpty)
            lab.pbx.object?.licences = 1
            lab.pbx.drop()
            try await lab.connect.wait(until: "it is posted") { $0.posts.count == 1 }
        }
    }
}
