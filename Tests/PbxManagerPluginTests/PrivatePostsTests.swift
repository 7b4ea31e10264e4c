import Bridge
import Lab
import Protocol
import Testing

@Suite("The check of private posts in a running instance", .timeLimit(.minutes(2))) struct PrivatePostsTests {
    private static func write(_ texts: JSON?, in bench: PluginBench, foreign: [String] = ["ben"]) throws {
        let foreignText = try #require(texts?["foreignText"]?.text)
        let ownText = try #require(texts?["ownText"]?.text)
        try bench.lab.connect.post(ConnectHumanPost(author: "anna", text: foreignText, topic: "whatsapp", isPrivate: true, notify: foreign))
        try bench.lab.connect.post(ConnectHumanPost(author: "anna", text: ownText, topic: "whatsapp", isPrivate: true, notify: ["whatsapp"]))
    }

    @Test("Two private posts prove that the server hides and marks them; neither is answered, and the result is a problem no more")
    func verified() async throws {
        try await PluginBench.run { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                _ = try await browser.ask("SubscribeInfo")
                let started = try await browser.ask("StartPrivatePostCheck")["privatePosts"]
                #expect(started?["state"] == "running")
                #expect(started?["zones"] == ["whatsapp"])
                try Self.write(started, in: bench)
                _ = try await browser.push("StateInfo") { $0["privatePosts"]?["ownSeen"] == true }
                let confirmed = try await browser.ask("ConfirmPrivatePostCheck")["privatePosts"]
                #expect(confirmed?["state"] == "verified")
                _ = try await browser.push("StateInfo") { $0["problems"] == [] }
                #expect(bench.lab.connect.posts.count == 2)
                #expect(bench.lab.meta.accepted.isEmpty)
            }
        }
    }

    @Test("A post that should have been hidden fails the check at once")
    func foreignSeen() async throws {
        try await PluginBench.run { bench in
            try await bench.untilConnected()
            try await bench.logIn { browser in
                _ = try await browser.ask("SubscribeInfo")
                let started = try await browser.ask("StartPrivatePostCheck")["privatePosts"]
                try Self.write(started, in: bench, foreign: ["ben", "whatsapp"])
                let failed = try await browser.push("StateInfo") { $0["privatePosts"]?["state"] == "failed" }
                #expect(failed["privatePosts"]?["reason"] == "foreign-seen")
                #expect(failed["problems"]?.elements?.first?["code"] == "private-posts-failed")
            }
        }
    }
}
