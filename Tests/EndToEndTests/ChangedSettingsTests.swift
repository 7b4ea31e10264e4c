import AppService
import Bridge
import FoundationEssentials
import Lab
import Testing

@Suite("Settings that are changed beside the running service") struct ChangedSettingsTests {
    @Test("Messages to a number that nobody knows wait, and are posted once the number is applied, without a restart")
    func number() async throws {
        try await Workplace.open { _ in
        } service: { configuration in
            configuration.instances[0].accounts = []
        } _: { workplace in
            let lab = workplace.lab
            try lab.meta.send(.text("one"), from: "ada")
            try lab.meta.send(.text("two"), from: "ada")
            try lab.meta.send(.text("three"), from: "grace")
            try await eventually { try workplace.ledger().count == 3 }
            #expect(try workplace.ledger().allSatisfy { $0.state == "held" && $0.reason == "unknown number" })
            #expect(lab.connect.posts.isEmpty)

            let configuration = try workplace.configuration()
            let number = try #require(configuration.instances[0].accounts.first?.numbers.first?.id)
            let changes = try await InstanceEditor(configuration: configuration).apply(configuration.instances[0])
            #expect(changes == ["the token of account \(lab.configuration.waba)", "number \(number)"])

            try await lab.connect.wait(until: "everything is posted") { $0.posts.count == 3 }
            let ada = lab.connect.posts.filter { $0.discussionTitle == "Ada Lovelace" || $0.text.contains("two") }
            #expect(ada.count == 2)
            #expect(ada.first?.text.contains("one") == true)
            #expect(ada.first?.isRoot == true)

            // The new zone is read and the new token sends.
            try await lab.connect.wait(until: "the zone is read") { $0.filterCount == 1 }
            let root = try #require(ada.first)
            try lab.connect.post(ConnectHumanPost(author: "anna", text: "Hello Ada", topic: "whatsapp", repliesTo: root.id))
            try await lab.meta.wait(until: "the answer is accepted") { $0.accepted.count == 1 }
            #expect(lab.meta.accepted.first?.text == "Hello Ada")
        }
    }

    @Test("A changed instance password closes the sessions of the old one within seconds, and lets in the new one")
    func password() async throws {
        try await Workplace.open { workplace in
            let lab = workplace.lab
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            // The PBX uses it from its next connection on.
            lab.pbx.object?.password = "another-password"
            let configuration = try workplace.configuration()
            let editor = InstanceEditor(configuration: configuration)
            #expect(try await editor.setPassword(Secret("another-password"), of: configuration.instances[0].address))
            // Looking every second is tested with a clock of its own; this machine may be busy.
            try await lab.pbx.wait(until: "the old session is closed", timeout: .seconds(6)) { !$0.links.contains { $0.isOpen } }

            try await lab.pbx.wait(until: "the PBX is back") { $0.links.contains { $0.isOpen } }
            try lab.meta.send(.text("still here?"), from: "ada")
            try await lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            #expect(try await !editor.setPassword(Secret("another-password"), of: configuration.instances[0].address))
        }
    }

    @Test("A new access token sends at once what the old one could not")
    func token() async throws {
        try await Workplace.open { _ in
        } service: { configuration in
            configuration.instances[0].accounts[0].token = Secret("expired")
        } _: { workplace in
            let lab = workplace.lab
            try lab.meta.send(.text("Hello"), from: "ada")
            try await lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            let root = try #require(lab.connect.posts.first)
            try lab.connect.post(ConnectHumanPost(author: "anna", text: "Hi Ada", topic: "whatsapp", repliesTo: root.id))
            try await lab.connect.wait(until: "the author is told") { $0.posts.contains { $0.isPrivate && $0.notify == ["anna"] } }
            #expect(lab.meta.accepted.isEmpty)

            let configuration = try workplace.configuration()
            let changes = try await InstanceEditor(configuration: configuration).apply(configuration.instances[0])
            #expect(changes == ["the token of account \(lab.configuration.waba)"])
            try await lab.meta.wait(until: "the answer is accepted") { $0.accepted.count == 1 }
        }
    }
}

extension Workplace {
    /// The configuration that fits the lab, as a command beside the service would load it.
    fileprivate func configuration() throws -> ServiceConfiguration {
        try ServiceConfiguration(lab: lab.configuration, graph: "", folder: String(dataDirectory.dropLast("/data".count)))
    }
}
