import AppService
import Lab
import Testing

@Suite("A conversation over real sockets") struct ConversationTests {
    @Test("A customer's text opens a discussion, and a colleague's answer reaches the phone")
    func bothWays() async throws {
        try await Workplace.open { workplace in
            let lab = workplace.lab
            try lab.meta.send(.text("Grüße aus Köln 😀"), from: "ada")
            try await lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            let root = try #require(lab.connect.posts.first)
            #expect(root.text.contains("Grüße aus Köln 😀"))
            #expect(root.discussionTitle == "Ada Lovelace")
            #expect(root.topic == "whatsapp")

            try lab.connect.post(ConnectHumanPost(author: "anna", text: "Guten Tag!", topic: "whatsapp", repliesTo: root.id))
            try await lab.meta.wait(until: "the answer is accepted") { $0.accepted.count == 1 }
            #expect(lab.meta.accepted.first?.text == "Guten Tag!")
        }
    }

    @Test("A private reply stays inside, an answer after 24 hours is refused privately, and the next text opens a new discussion")
    func dayAfter() async throws {
        try await Workplace.open { workplace in
            let lab = workplace.lab
            try lab.meta.send(.text("Hello"), from: "linus")
            try await lab.connect.wait(until: "the text is posted") { $0.posts.count == 1 }
            let root = try #require(lab.connect.posts.first)
            try lab.connect.post(
                ConnectHumanPost(author: "anna", text: "what do we say?", topic: "whatsapp", repliesTo: root.id, isPrivate: true, notify: ["ben"]))
            try lab.connect.post(
                ConnectHumanPost(
                    author: "anna", text: "for you, connector", topic: "whatsapp", repliesTo: root.id, isPrivate: true, notify: ["whatsapp"]))
            try lab.connect.post(ConnectHumanPost(author: "ben", text: "Hi Linus", topic: "whatsapp", repliesTo: root.id))
            try await lab.meta.wait(until: "the public answer is accepted") { $0.accepted.count == 1 }
            #expect(lab.meta.accepted.map(\.text) == ["Hi Linus"])

            lab.clock.advance(by: .seconds(24 * 3_600))
            try await lab.connect.wait(until: "the closing text is posted") { $0.posts.contains { $0.text == "Closed." } }
            try lab.connect.post(ConnectHumanPost(author: "ben", text: "too late", topic: "whatsapp", repliesTo: root.id))
            try await lab.connect.wait(until: "the author is told") { simulator in
                simulator.posts.contains { $0.isPrivate && $0.notify == ["ben"] && $0.author == "whatsapp" }
            }
            try lab.meta.send(.text("Here again"), from: "linus")
            try await lab.connect.wait(until: "a second discussion is open") { $0.posts.filter { $0.isRoot }.count == 2 }
            #expect(lab.meta.accepted.count == 1)
        }
    }
}
