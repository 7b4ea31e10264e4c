import Bridge
import Protocol
import Testing

@testable import AppService

@Suite("The Connect adapter: writing", .timeLimit(.minutes(5)))
struct ConnectWritingTests {
    private static let reading = PostReading(app: "connect")

    @Test("A root carries title, clean tags and key, and is written as moderator without naming an author")
    func root() async throws {
        try await AdapterBench.connected { bench in
            let result = await bench.adapter.post(.sample("<b>Ben</b>", tags: ["support", "#two words", "&"]))
            #expect(result == .accepted(Self.reading.reference(.init(rawValue: 4_294_967_301))))
            let post = try #require(bench.peer.posts.first)
            #expect(post.login == "connect~moderator")
            #expect(post.text == "<b>Ben</b>")
            #expect(post.tags == ["support", "twowords"])
            #expect(post.guid == "6f1c0000-0000-4000-8000-000000000001")
            #expect(post.title == "Ben")
            #expect(post.fields == ["mt", "src", "topic", "text", "tags", "discussionGuid", "discussionTitle", "attaching", "filterSrc"])
        }
    }

    @Test("A private reply notifies its one reader")
    func privateReply() async throws {
        try await AdapterBench.connected { bench in
            let root = Self.reading.reference(.init(rawValue: bench.peer.post("root")))
            let result = await bench.adapter.post(.sample("psst", discussion: root, under: root, privateTo: "anna"))
            #expect(result == .accepted(Self.reading.reference(.init(rawValue: 4_294_967_302))))
            let post = try #require(bench.peer.posts.last)
            #expect(post.isPrivate)
            #expect(post.notify == ["anna"])
            #expect(post.repliesTo == 4_294_967_301)
            #expect(post.fields == ["mt", "src", "topic", "text", "private", "notify", "repliesTo", "reNotify", "attaching", "filterSrc"])
        }
    }

    @Test("A reply without a target goes under its root")
    func replyUnderRoot() async throws {
        try await AdapterBench.connected { bench in
            let root = Self.reading.reference(.init(rawValue: bench.peer.post("root")))
            #expect(await bench.adapter.post(.sample(discussion: root)) != .doubtful)
            #expect(bench.peer.posts.last?.repliesTo == 4_294_967_301)
        }
    }

    @Test("Without the moderator's entry the plain login writes, and the gap is told")
    func moderatorIsMissing() async throws {
        var options = ConnectPeer.Options()
        options.moderatorIsListed = false
        try await AdapterBench.connected(ConnectPeer(options)) { bench in
            #expect(bench.receiver.events.first == "connected whatsapp without moderator")
            _ = await bench.adapter.post(.sample())
            #expect(bench.peer.posts.map(\.login) == ["connect"])
            // Its own filter was named, so there is no echo.
            bench.peer.post("by Anna")
            try await bench.receiver.wait(forPosts: 1)
            #expect(bench.receiver.texts == ["by Anna"])
        }
    }

    @Test("A moderator's login that fails is told as well, and taken back once it works")
    func moderatorFails() async throws {
        let peer = ConnectPeer()
        peer.forbidLogin("connect~moderator", true)
        try await AdapterBench.connected(peer) { bench in
            #expect(bench.receiver.events.first == "connected whatsapp without moderator")
            #expect(await bench.adapter.post(.sample("a")) != .notSent)
            peer.forbidLogin("connect~moderator", false)
            // The line's watch, the watch for missing zones, and the moderator's next attempt.
            try await bench.move(by: .seconds(1), when: 3)
            try await bench.receiver.wait(for: "connected", count: 2)
            #expect(bench.receiver.events.last == "connected whatsapp")
            #expect(await bench.adapter.post(.sample("b")) != .notSent)
            #expect(peer.posts.map(\.login) == ["connect", "connect~moderator"])
        }
    }

    @Test("The moderator's entry that appears is used")
    func moderatorAppears() async throws {
        var options = ConnectPeer.Options()
        options.moderatorIsListed = false
        try await AdapterBench.connected(ConnectPeer(options)) { bench in
            bench.peer.change { $0.moderatorIsListed = true }
            bench.peer.publish()
            try await bench.receiver.wait(for: "caught up", count: 2)
            _ = await bench.adapter.post(.sample())
            #expect(bench.peer.posts.map(\.login) == ["connect~moderator"])
        }
    }

    @Test(
        "A failure is told by its code, wherever that stands",
        arguments: [
            (#""NOT_AUTHORIZED""#, PostRefusal.zone("NOT_AUTHORIZED")), (#"true,"errorCode":"UNKNOWN_TOPIC""#, .zone("UNKNOWN_TOPIC")),
            (#"1,"errorCode":"UNKNOWN_ID","errorText":"no such post""#, .targetGone("UNKNOWN_ID: no such post: 1")),
            (#""invalid""#, .permanent("invalid")), (#"true,"errorCode":"TOO_LARGE""#, .permanent("TOO_LARGE")),
            (#"true,"errorCode":"RATE_LIMIT","retryAfter":7"#, .temporary("RATE_LIMIT")), (#""BUSY""#, .temporary("BUSY")),
            (#"true,"errorCode":"READ_ONLY""#, .temporary("READ_ONLY")),
        ])
    func refusal(json: String, refusal: PostRefusal) async throws {
        try await AdapterBench.connected { bench in
            bench.peer.plan(.error(json))
            #expect(await bench.adapter.post(.sample()) == .refused(refusal))
            #expect(bench.peer.posts.isEmpty)
        }
    }

    @Test("A failure without a code means the target is gone if it is, and never by a look as moderator")
    func targetIsGone() async throws {
        try await AdapterBench.connected { bench in
            let id = bench.peer.post("root")
            let root = Self.reading.reference(.init(rawValue: id))
            bench.peer.remove(id)
            #expect(await bench.adapter.post(.sample(discussion: root, under: root)) == .refused(.targetGone("Connect refused it")))
            #expect(bench.peer.received("Discussion") == ["connect"])
            #expect(
                await bench.adapter.post(.sample(discussion: PostReference(rawValue: "other:1")))
                    == .refused(.targetGone("the discussion is in another Connect")))
        }
    }

    @Test("A zone without access is refused without asking")
    func zoneIsMissing() async throws {
        try await AdapterBench.connected { bench in
            guard case .refused(.zone) = await bench.adapter.post(.sample(zone: "sales")) else {
                Issue.record("not refused")
                return
            }
            #expect(bench.peer.received("Post").isEmpty)
        }
    }

    @Test("Without a connection nothing is sent")
    func notConnected() async throws {
        let peer = ConnectPeer()
        peer.setLink(false)
        try await AdapterBench.run(peer) { bench in
            try await bench.receiver.wait(for: "disconnected: there is no connection to the PBX")
            #expect(await bench.adapter.post(.sample()) == .notSent)
            await #expect(throws: (any Error).self) { try await bench.adapter.ownPosts(near: .sample()) }
            await #expect(throws: (any Error).self) {
                try await bench.adapter.posts(of: Self.reading.reference(.init(rawValue: 1)), in: Zone(rawValue: "whatsapp"))
            }
        }
    }

    @Test("Own posts are looked for with a new login, 2 s after it")
    func ownPostsWait() async throws {
        try await AdapterBench.connected { bench in
            try await bench.eventually { bench.clock.sleepers == 3 }
            let before = bench.peer.logins.count
            async let found = bench.adapter.ownPosts(near: .sample())
            // The lines' watches, the watch for missing zones, the new line's watch, and the 2 s.
            try await bench.eventually { bench.clock.sleepers == 5 }
            #expect(bench.peer.logins.dropFirst(before) == ["connect"])
            #expect(bench.peer.received("SetFilter").count == 1)
            bench.clock.move(by: .milliseconds(1_999))
            try await bench.eventually { bench.clock.sleepers == 5 }
            #expect(bench.peer.received("SetFilter").count == 1)
            bench.clock.move(by: .milliseconds(1))
            let posts = try await found
            #expect(posts == [])
            #expect(bench.peer.received("SetFilter").count == 2)
        }
    }

    @Test("No answer within 30 s is a doubt, and ends the connection")
    func silence() async throws {
        var options = ConnectPeer.Options()
        options.moderatorIsListed = false
        try await AdapterBench.connected(ConnectPeer(options)) { bench in
            try await bench.eventually { bench.clock.sleepers == 2 }
            bench.clock.move(by: .seconds(20))
            bench.peer.plan(.silence)
            async let result = bench.adapter.post(.sample())
            try await bench.eventually { bench.peer.received("Post").count == 1 }
            try await bench.move(by: .seconds(29), when: 2)
            try await bench.eventually { bench.clock.sleepers == 2 }
            #expect(bench.peer.openConnections == 1)
            bench.clock.move(by: .seconds(1))
            let outcome = await result
            #expect(outcome == .doubtful)
            try await bench.receiver.wait(for: "disconnected: Connect did not answer within 30 s")
            try await bench.letItReconnect()
            try await bench.receiver.wait(for: "caught up", count: 2)
        }
    }

    @Test("An answer that names no post is a doubt")
    func answerWithoutID() async throws {
        try await AdapterBench.connected { bench in
            bench.peer.plan(.answer(""))
            #expect(await bench.adapter.post(.sample()) == .doubtful)
        }
    }

    @Test("A moderator's connection that is lost is replaced by the plain one until it is back")
    func moderatorIsLost() async throws {
        try await AdapterBench.connected { bench in
            bench.peer.dropConnections(of: "connect~moderator")
            let zone = Zone(rawValue: "whatsapp")
            try await bench.eventually { (try? bench.adapter.round?.writing(to: zone))?.line === bench.adapter.round?.reader }
            #expect(await bench.adapter.post(.sample("a")) != .doubtful)
            try await bench.move(by: .seconds(1), when: 3)
            try await bench.eventually { bench.peer.logins.count == 3 }
            try await bench.eventually { bench.clock.sleepers == 3 }
            #expect(await bench.adapter.post(.sample("b")) != .doubtful)
            #expect(bench.peer.posts.map(\.login) == ["connect", "connect~moderator"])
            #expect(!bench.receiver.events.contains { $0.hasPrefix("disconnected") })
        }
    }
}
