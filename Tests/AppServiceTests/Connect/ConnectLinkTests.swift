import Bridge
import Testing

@testable import AppService

@Suite("The Connect adapter: connecting", .timeLimit(.minutes(5)))
struct ConnectLinkTests {
    @Test("When the PBX connection goes, everything derived from it goes; it comes back with it")
    func linkLoss() async throws {
        try await AdapterBench.connected { bench in
            bench.peer.setLink(false)
            try await bench.receiver.wait(for: "disconnected")
            try await bench.eventually { bench.clock.sleepers == 0 }
            #expect(bench.peer.openConnections == 0)
            #expect(await bench.adapter.post(.sample()) == .notSent)
            bench.peer.post("meanwhile")
            bench.peer.setLink(true)
            try await bench.receiver.wait(forPosts: 1)
            #expect(bench.receiver.texts == ["meanwhile"])
        }
    }

    @Test("The PBX connection's end also ends a search for own posts")
    func linkLossDuringDoubt() async throws {
        try await AdapterBench.connected { bench in
            async let failure: (any Error)? = {
                do {
                    _ = try await bench.adapter.ownPosts(near: .sample())
                    return nil
                } catch { return error }
            }()
            try await bench.eventually { bench.peer.logins.count == 3 }
            bench.peer.setLink(false)
            let found = await failure
            #expect(found != nil)
        }
    }

    @Test("A Connect that is not listed is told once, and used when it appears")
    func notListed() async throws {
        let peer = ConnectPeer()
        try await AdapterBench.run(peer, app: "social") { bench in
            try await bench.receiver.wait(for: "disconnected: the PBX does not offer the Connect app")
            peer.publish()
            peer.publish()
            #expect(peer.logins.isEmpty)
            #expect(bench.receiver.events.count == 1)
        }
    }

    @Test("Another URL in the list of services means another connection; the same list again means nothing")
    func changedURL() async throws {
        try await AdapterBench.connected { bench in
            bench.peer.publish()
            bench.peer.post("a")
            try await bench.receiver.wait(forPosts: 1)
            #expect(bench.peer.logins.count == 2)
            bench.peer.change { $0.entryURL = "https://other.example/example.com/connect/innovaphone-connect" }
            bench.peer.publish()
            try await bench.receiver.wait(for: "caught up", count: 2)
            #expect(bench.receiver.events.contains("disconnected: the PBX's list of services has changed"))
        }
    }

    @Test("A login that is refused is tried again, later and later, and told once")
    func refusedLogin() async throws {
        let peer = ConnectPeer()
        peer.change { $0.moderatorIsListed = false }
        peer.forbidLogin("connect", true)
        try await AdapterBench.run(peer) { bench in
            try await bench.receiver.wait(for: "disconnected: no login at Connect")
            for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
                try await bench.eventually { bench.clock.sleepers == 1 }
                bench.clock.move(by: .seconds(seconds) - .milliseconds(1))
                try await bench.eventually { bench.clock.sleepers == 1 }
                bench.clock.move(by: .milliseconds(1))
            }
            try await bench.eventually { bench.clock.sleepers == 1 }
            #expect(bench.receiver.events.count == 1)
            peer.forbidLogin("connect", false)
            bench.clock.move(by: .seconds(60))
            try await bench.receiver.wait(for: "caught up")
            peer.dropConnections()
            try await bench.receiver.wait(for: "disconnected: Connect closed the connection")
            try await bench.letItReconnect(after: .seconds(1))
            try await bench.receiver.wait(for: "caught up", count: 2)
        }
    }

    @Test("Connecting anew on demand asks for the zones anew")
    func onDemand() async throws {
        try await AdapterBench.connected { bench in
            bench.adapter.reconnect()
            try await bench.receiver.wait(for: "caught up", count: 2)
            #expect(bench.receiver.events.contains("disconnected: the zones have changed"))
        }
    }

    @Test("When it is cancelled, nothing stays open")
    func cancellation() async throws {
        let peer = ConnectPeer()
        try await AdapterBench.connected(peer) { _ in #expect(peer.openConnections == 2) }
        #expect(peer.openConnections == 0)
    }

    @Test(
        "The entries are found by name and service id, without regard to case, and by URL where the entry is silent",
        arguments: [
            (["connect"], ["connect"], true, false), (["CONNECT", "Connect~Moderator"], ["connect"], true, true),
            (["social", "social~moderator"], ["connect"], false, false), (["connect~moderator"], ["connect"], false, false),
        ] as [([String], [String], Bool, Bool)])
    func selection(names: [String], app: [String], isListed: Bool, hasModerator: Bool) throws {
        let list = names.map { ConnectServiceEntry(name: $0, url: "https://ap/x", apis: ["com.innovaphone.connect"]) }
        let offer = ConnectOffer(list, app: try #require(app.first))
        #expect((offer.plain != nil) == isListed)
        #expect((offer.moderator != nil) == hasModerator)
        #expect(ConnectOffer(nil, app: "connect") == .noLink)
        #expect(ConnectOffer([], app: "connect") == .notListed)
    }

    @Test(
        "An entry that does not say what it offers is known by its URL",
        arguments: [
            ("https://ap/example.com/connect/innovaphone-connect", [], true), ("wss://ap/example.com/connect/innovaphone-connect?a=/b", [], true),
            ("https://ap/example.com/connect/innovaphone-connect", ["com.innovaphone.devices"], false), ("https://ap/x/innovaphone-files", [], false),
            ("", [], false), ("https://ap", ["com.innovaphone.connect"], true),
        ] as [(String, Set<String>, Bool)])
    func silentEntry(url: String, apis: Set<String>, isConnect: Bool) {
        #expect(ConnectServiceEntry(name: "connect", url: url, apis: apis).isConnect == isConnect)
    }
}
