import AppService
import Bridge
import Lab
import Testing

@Suite("Licences that the PBX gives and takes", .timeLimit(.minutes(5))) struct LicenceTests {
    private static let first = "109080706050403"
    private static let second = "109080706050404"

    private static func open(_ licences: Int?, _ body: @escaping @Sendable (Workplace) async throws -> Void) async throws {
        try await Workplace.open(
            { lab in
                lab.isInTestMode = false
                lab.licences = licences
                lab.numbers.append(MetaNumber(id: second, displayNumber: "493055500002", verifiedName: "Example Sales", countryCode: "49"))
            }, body)
    }

    /// The PBX says something else from its next connection on, which comes at once.
    private static func grant(_ licences: Int, in workplace: Workplace) async throws {
        let lab = workplace.lab
        lab.pbx.object?.licences = licences
        lab.pbx.drop()
        try await lab.pbx.wait(until: "the PBX is gone") { $0.links.allSatisfy { !$0.isOpen } }
        try await lab.pbx.wait(until: "the PBX is back") { $0.links.contains { $0.isOpen } }
    }

    @Test("With one licence for two numbers the second one's messages wait, and are posted in order when there is another")
    func raised() async throws {
        try await Self.open(1) { workplace in
            let lab = workplace.lab
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            for text in ["one", "two", "three"] { try lab.meta.send(.text(text), from: "ada", to: Self.second) }
            try lab.meta.send(.text("licensed"), from: "grace", to: Self.first)
            try await lab.connect.wait(until: "the licensed one is posted") { $0.posts.count == 1 }
            try await eventually {
                try workplace.ledger().filter { $0.number?.rawValue == Self.second }.map { "\($0.state) \($0.reason ?? "")" }
                    == Array(repeating: "held no licence", count: 3)
            }
            try await Self.grant(2, in: workplace)
            try await lab.connect.wait(until: "all are posted") { $0.posts.count == 4 }
            let posts = lab.connect.posts.sorted { $0.id < $1.id }.dropFirst().map(\.text)
            for (text, word) in zip(posts, ["one", "two", "three"]) { #expect(text.contains(word)) }
        }
    }

    @Test("When licences are taken away, a colleague's post is not sent and its author is told; with a new one everything goes on")
    func lowered() async throws {
        try await Self.open(1) { workplace in
            let lab = workplace.lab
            try lab.meta.send(.text("Hello"), from: "ada", to: Self.first)
            try await lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            let root = try #require(lab.connect.posts.first)
            try await Self.grant(0, in: workplace)
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            try await eventually {
                // Until the instance has taken it over, which nothing tells, posts are sent.
                try lab.connect.post(ConnectHumanPost(author: "ben", text: "Hi", topic: "whatsapp", repliesTo: root.id))
                try await Task.sleep(for: .milliseconds(200))
                return lab.connect.posts.contains { $0.isPrivate && $0.notify == ["ben"] && $0.text.contains("licence") }
            }
            let count = lab.meta.accepted.count
            try lab.meta.send(.text("still there?"), from: "ada", to: Self.first)
            try await eventually { try workplace.ledger().contains { $0.state == "held" && $0.reason == "no licence" } }
            #expect(lab.meta.accepted.count == count)
            try await Self.grant(1, in: workplace)
            try await lab.connect.wait(until: "what waited is posted") { $0.posts.contains { $0.text.contains("still there?") } }
            try lab.connect.post(ConnectHumanPost(author: "anna", text: "We are", topic: "whatsapp", repliesTo: root.id))
            try await lab.meta.wait(until: "the answer is accepted") { $0.accepted.contains { $0.text == "We are" } }
        }
    }

    @Test("Without the PBX the licence holds for 72 hours, then messages wait for it; with the PBX they are posted")
    func grace() async throws {
        try await Self.open(1) { workplace in
            let lab = workplace.lab
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            lab.pbx.stop()
            try await lab.connect.wait(until: "the connector is gone") { $0.logins.isEmpty }
            func reasons() throws -> [String] { try workplace.ledger().filter { $0.direction == .inbound }.compactMap(\.reason) }
            lab.clock.advance(by: .seconds(71 * 3_600))
            try lab.meta.send(.text("one"), from: "ada", to: Self.first)
            try await eventually { try reasons() == ["no Connect"] }
            lab.clock.advance(by: .seconds(2 * 3_600))
            try await eventually {
                try lab.meta.send(.text("two"), from: "grace", to: Self.first)
                try await Task.sleep(for: .milliseconds(200))
                return try reasons().contains("no licence")
            }
            lab.pbx.start()
            try await lab.connect.wait(until: "all are posted") { simulator in
                ["one", "two"].allSatisfy { word in simulator.posts.contains { $0.text.contains(word) } }
            }
            try await eventually { try workplace.ledger().filter { $0.direction == .inbound }.allSatisfy { $0.state == "posted" } }
        }
    }
}
