import AppService
import Lab
import Testing

@Suite("Grants in the PBX") struct GrantTests {
    @Test("What comes while the zone is not ticked in Connect's object waits, and is posted once it is")
    func zone() async throws {
        try await Workplace.open { workplace in
            let lab = workplace.lab
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            try lab.pbx.changeObject("connect") { $0.apps = [] }
            try await lab.connect.wait(until: "Connect has forgotten the zone") { $0.zones.isEmpty }

            try lab.meta.send(.text("Hello"), from: "ada")
            try await lab.meta.wait(until: "the webhook is answered") { $0.isIdle }
            try await eventually { try workplace.ledger().contains { $0.state == "held" } }
            #expect(lab.connect.posts.isEmpty)

            try lab.pbx.changeObject("connect") { $0.apps = ["whatsapp"] }
            try await lab.connect.wait(until: "the text is posted", timeout: .seconds(60)) { $0.posts.count == 1 }
        }
    }
}
