import AppService
import Bridge
import Lab
import Testing

@Suite("Waiting for Connect") struct WaitingTests {
    @Test("500 texts that arrive while Connect is down are all posted when it is back: once, and in order for each conversation")
    func fiveHundred() async throws {
        let customers = (0..<25).map { MetaCustomer.phoneOnly("c\($0)", name: "Customer \($0)", phone: "4917699\(1_000 + $0)") }
        try await Workplace.open { configuration in
            configuration.customers = customers
        } _: { workplace in
            let lab = workplace.lab
            try await lab.connect.wait(until: "the connector reads") { $0.filterCount == 1 }
            let targets = lab.pbx.targets
            lab.pbx.targets = []
            try await lab.connect.wait(until: "the connector is gone") { $0.logins.isEmpty }

            for index in 0..<500 { try lab.meta.send(.text("text \(index)"), from: "c\(index % 25)") }
            try await lab.meta.wait(until: "all webhooks are answered", timeout: .seconds(120)) { $0.isIdle }
            #expect(lab.connect.posts.isEmpty)
            // A webhook is answered once it is durable, and taken apart afterwards.
            try await eventually { try workplace.ledger().count { $0.state == "held" && $0.reason == "no Connect" } == 500 }

            lab.pbx.targets = targets
            try await lab.connect.wait(until: "everything is posted", timeout: .seconds(60)) { $0.posts.count >= 500 }
            let posts = lab.connect.posts
            #expect(posts.count == 500)
            #expect(posts.filter(\.isRoot).count == 25)
            let discussions = Dictionary(grouping: posts) { $0.discussion }
            for (_, posts) in discussions {
                let numbers = posts.sorted { $0.id < $1.id }.compactMap { post in
                    post.text.split(separator: "text ").last.flatMap { Int($0.prefix { $0.isNumber }) }
                }
                #expect(numbers == numbers.sorted())
                #expect(numbers.count == 20)
                #expect(Set(numbers.map { $0 % 25 }).count == 1)
            }
            try await eventually { try workplace.ledger().filter { $0.direction == .inbound }.allSatisfy { $0.state == "posted" } }
        }
    }
}

/// Asks again every few milliseconds until `condition` holds, for at most `limit`: for what has no event to wait for.
func eventually(
    within limit: Duration = .seconds(10), _ condition: () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while clock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("It did not come true within \(limit)", sourceLocation: sourceLocation)
}
