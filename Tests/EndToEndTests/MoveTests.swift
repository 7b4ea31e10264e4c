import AppService
import Bridge
import Lab
import Testing

@Suite("Numbers that move in Connect while the service runs", .timeLimit(.minutes(5))) struct MoveTests {
    /// Gives the number another place, as `instance apply` does.
    private static func move(in workplace: Workplace, _ edit: (inout AccountConfiguration) -> Void) async throws {
        let lab = workplace.lab
        var configuration = try ServiceConfiguration(
            lab: lab.configuration, graph: "", folder: String(workplace.dataDirectory.dropLast("/data".count)))
        edit(&configuration.instances[0].accounts[0])
        let changes = try await InstanceEditor(configuration: configuration).apply(configuration.instances[0])
        #expect(changes == ["number \(lab.configuration.numbers[0].id)"])
    }

    private static func joinSecond(_ account: inout AccountConfiguration) {
        account.numbers[1].app = "connect2"
        account.numbers[1].zone = Zone(rawValue: "sales")
    }

    @Test("In another zone the next message opens a discussion there; whoever still answers in the old one is told, and nothing is lost")
    func zone() async throws {
        try await Workplace.open { lab in
            lab.furtherZones = ["sales"]
        } _: { workplace in
            let lab = workplace.lab
            try lab.meta.send(.text("one"), from: "ada")
            try await lab.connect.wait(until: "the first is posted") { $0.posts.count == 1 }
            let old = try #require(lab.connect.posts.first)
            try await lab.connect.wait(until: "the zone is read") { $0.filterCount == 1 }
            try lab.connect.post(ConnectHumanPost(author: "anna", text: "before", topic: "whatsapp", repliesTo: old.id))
            try await lab.meta.wait(until: "the answer is accepted") { $0.accepted.count == 1 }

            try await Self.move(in: workplace) { $0.numbers[0].zone = Zone(rawValue: "sales") }
            try await lab.connect.wait(until: "both zones are read") { $0.filterCount == 2 }
            try lab.connect.post(ConnectHumanPost(author: "ben", text: "after", topic: "whatsapp", repliesTo: old.id))
            try await lab.connect.wait(until: "the author is told") { simulator in
                simulator.posts.contains { $0.isPrivate && $0.notify == ["ben"] && $0.topic == "whatsapp" }
            }
            try lab.meta.send(.text("two"), from: "ada")
            try await lab.connect.wait(until: "the second is posted") { $0.posts.contains { $0.text.contains("two") } }
            let new = try #require(lab.connect.posts.first { $0.text.contains("two") })
            #expect(new.isRoot)
            #expect(new.topic == "sales")
            try lab.connect.post(ConnectHumanPost(author: "anna", text: "here", topic: "sales", repliesTo: new.id))
            try await lab.meta.wait(until: "the answer is accepted") { $0.accepted.count == 2 }
            #expect(lab.meta.accepted.map(\.text) == ["before", "here"])
        }
    }

    @Test("Two numbers use two Connect apps at once, and a number changes its app without a restart and without loss")
    func app() async throws {
        try await Workplace.open { lab in
            lab.hasSecondConnect = true
            lab.furtherZones = ["sales"]
            lab.numbers.append(MetaNumber(id: "2", displayNumber: "493055500002", verifiedName: "Example Sales", countryCode: "49"))
        } service: { configuration in
            Self.joinSecond(&configuration.instances[0].accounts[0])
        } _: { workplace in
            let lab = workplace.lab
            try await lab.connect.wait(until: "both apps are joined") { $0.filterCount == 2 && $0.logins.contains("connect2") }
            try lab.meta.send(.text("to the first"), from: "ada", to: lab.configuration.numbers[0].id)
            try lab.meta.send(.text("to the second"), from: "ada", to: "2")
            try await lab.connect.wait(until: "both are posted") { $0.posts.count == 2 }
            let first = try #require(lab.connect.posts.first { $0.text.contains("to the first") })
            let second = try #require(lab.connect.posts.first { $0.text.contains("to the second") })
            #expect([first.topic, second.topic] == ["whatsapp", "sales"])
            for (root, text) in [(first, "from the first"), (second, "from the second")] {
                try lab.connect.post(ConnectHumanPost(author: "anna", text: text, topic: root.topic, repliesTo: root.id))
            }
            try await lab.meta.wait(until: "both answers are accepted") { $0.accepted.count == 2 }

            try await Self.move(in: workplace) {
                Self.joinSecond(&$0)
                $0.numbers[0].app = "connect2"
            }
            try await lab.connect.wait(until: "the old zone is read too") { $0.filterCount == 3 }
            try lab.connect.post(ConnectHumanPost(author: "ben", text: "too late", topic: "whatsapp", repliesTo: first.id))
            try await lab.connect.wait(until: "the author is told") { $0.posts.contains { $0.isPrivate && $0.notify == ["ben"] } }
            try lab.meta.send(.text("elsewhere now"), from: "ada", to: lab.configuration.numbers[0].id)
            try await lab.connect.wait(until: "it is posted") { $0.posts.contains { $0.text.contains("elsewhere now") } }
            #expect(lab.connect.posts.first { $0.text.contains("elsewhere now") }?.isRoot == true)
            #expect(lab.meta.accepted.count == 2)
            try await eventually { try workplace.ledger().filter { $0.direction == .inbound }.allSatisfy { $0.state != "held" } }
        }
    }
}
