import Bridge
import Protocol
import Testing

@testable import AppService

@Suite("The Connect port against every peer", .timeLimit(.minutes(5)))
struct ConnectContractTests {
    private static let reading = PostReading(app: "connect")
    private static let zone = Zone(rawValue: "whatsapp")

    /// Runs until the zone is caught up, then `body`; nothing may be complained about in the end.
    private func connected(
        _ kind: PeerKind, _ options: ContractOptions = ContractOptions(), _ receiver: ConnectReceiver = ConnectReceiver(),
        before prepare: @escaping @Sendable (AnyPeer) throws -> Void = { _ in },
        _ body: @escaping @Sendable (AdapterBench<AnyPeer>) async throws -> Void
    ) async throws {
        try await kind.run(options) { peer in
            try prepare(peer)
            try await AdapterBench.connected(peer, receiver, body)
            #expect(peer.complaints == [])
        }
    }

    @Test("First contact only notes what is there", arguments: PeerKind.allCases)
    func firstContact(kind: PeerKind) async throws {
        let receiver = ConnectReceiver()
        try await connected(kind, ContractOptions(), receiver) { peer in
            for number in 1...60 { try peer.post("old \(number)") }
        } _: { bench in
            #expect(receiver.notedTexts == (11...60).map { "old \($0)" })
            try bench.peer.post("new")
            try await receiver.wait(forPosts: 1)
            #expect(receiver.texts == ["new"])
        }
    }

    @Test("Nothing is lost or repeated over an interruption, and all is in order", arguments: PeerKind.allCases, [false, true])
    func resume(kind: PeerKind, isAwkward: Bool) async throws {
        try await connected(kind, ContractOptions(isAwkward: isAwkward)) { bench in
            for number in 1...5 { try bench.peer.post("live \(number)") }
            try await bench.receiver.wait(forPosts: 5)
            bench.peer.setLink(false)
            try await bench.receiver.wait(for: "disconnected")
            #expect(await bench.adapter.post(.sample()) == .notSent)
            for number in 1...170 { try bench.peer.post("missed \(number)") }
            bench.peer.setLink(true)
            try await bench.receiver.wait(for: "caught up", count: 2)
            try bench.peer.post("later")
            try await bench.receiver.wait(forPosts: 176)
            #expect(bench.receiver.texts == (1...5).map { "live \($0)" } + (1...170).map { "missed \($0)" } + ["later"])
        }
    }

    @Test("A connection that is dropped is made again", arguments: PeerKind.allCases)
    func dropped(kind: PeerKind) async throws {
        try await connected(kind) { bench in
            bench.peer.dropAll()
            try await bench.receiver.wait(for: "disconnected: Connect closed the connection")
            try bench.peer.post("meanwhile")
            try await bench.letItReconnect()
            try await bench.receiver.wait(forPosts: 1)
        }
    }

    @Test("Private posts of others are not seen, those to the connector are, as private", arguments: PeerKind.allCases)
    func privatePosts(kind: PeerKind) async throws {
        try await connected(kind) { bench in
            let root = try bench.peer.post("root")
            _ = try bench.peer.post("secret", by: "anna", under: root, isPrivate: true, notify: ["carla"])
            _ = try bench.peer.post("to you", by: "anna", under: root, isPrivate: true, notify: ["whatsapp"])
            try await bench.receiver.wait(forPosts: 2)
            let posts = bench.receiver.state.current.value.handled
            #expect(posts.map(\.html) == ["root", "to you"])
            #expect(posts.map(\.isPrivate) == [false, true])
            #expect(posts[1].notifies == ["whatsapp"])
            let discussion = try await bench.adapter.posts(of: Self.reading.reference(Connect.ID(rawValue: root)), in: Self.zone)
            #expect(discussion.map(\.html) == ["root", "to you"])
        }
    }

    @Test("A root, a reply and a private reply arrive as they should", arguments: PeerKind.allCases, [true, false])
    func posting(kind: PeerKind, hasModerator: Bool) async throws {
        try await connected(kind, ContractOptions(hasModerator: hasModerator)) { bench in
            #expect(bench.receiver.events.first == (hasModerator ? "connected whatsapp" : "connected whatsapp without moderator"))
            guard case .accepted(let root) = await bench.adapter.post(.sample("<b>Ben</b><br/>hello", tags: ["support"])) else {
                Issue.record("not accepted")
                return
            }
            let reply = await bench.adapter.post(.sample("again", discussion: root, under: root))
            let note = await bench.adapter.post(.sample("psst", discussion: root, under: root, privateTo: "anna"))
            let stored = bench.peer.stored
            #expect(stored.map(\.text) == ["<b>Ben</b><br/>hello", "again", "psst"])
            #expect([.accepted(root), reply, note] == stored.map { .accepted(Self.reading.reference(Connect.ID(rawValue: $0.id))) })
            #expect(stored.map(\.author) == ["whatsapp", "whatsapp", "whatsapp"])
            #expect(stored.map(\.repliesTo) == [nil, stored[0].id, stored[0].id])
            #expect(stored.map(\.guid) == ["6f1c0000-0000-4000-8000-000000000001", nil, nil])
            #expect(stored[0].title == "Ben")
            #expect(stored[0].tags == ["support"])
            #expect(stored.map(\.isPrivate) == [false, false, true])
            #expect(stored[2].notify == ["anna"])
        }
    }

    @Test("The own post may be shown before its result, and after it", arguments: PeerKind.allCases, [true, false])
    func echo(kind: PeerKind, isFirst: Bool) async throws {
        try await connected(kind, ContractOptions(echoesBeforeResult: isFirst, ignoresFilterSource: true)) { bench in
            let result = await bench.adapter.post(.sample())
            try await bench.receiver.wait(forPosts: 1)
            let echo = try #require(bench.receiver.state.current.value.handled.first)
            #expect(result == .accepted(echo.reference))
            #expect(echo.author == "whatsapp")
            #expect(echo.discussionKey == "6f1c0000-0000-4000-8000-000000000001")
        }
    }

    @Test("A lost connection leaves a doubt, and the own posts settle it", arguments: PeerKind.allCases, [true, false])
    func doubt(kind: PeerKind, isStored: Bool) async throws {
        for (isRoot, showsGuid) in [(true, true), (true, false), (false, true)] {
            try await connected(kind, ContractOptions(showsGuid: showsGuid)) { bench in
                for number in 1...20 { try bench.peer.post("noise \(number)") }
                guard case .accepted(let root) = await bench.adapter.post(.sample("first", key: "k0")) else {
                    Issue.record("not accepted")
                    return
                }
                try bench.peer.post("noise", under: Self.reading.id(root)?.rawValue)
                let request = isRoot ? PostRequest.sample("second", key: "k1") : .sample("second", discussion: root, under: root, key: "k1")
                bench.peer.plan(isStored ? .dropAfter : .dropBefore)
                #expect(await bench.adapter.post(request) == .doubtful)
                let found = try await bench.moving { try await bench.adapter.ownPosts(near: request) }
                // With a key that is shown there is nothing else to look at.
                let others = isRoot && showsGuid && isStored ? [] : ["first"]
                #expect(found.map(\.html) == others + (isStored ? ["second"] : []))
                #expect(found.allSatisfy { $0.author == "whatsapp" && $0.isRoot == (isRoot || $0.html == "first") })
                #expect(bench.peer.stored.filter { $0.text == "second" }.count == (isStored ? 1 : 0))
            }
        }
    }

    @Test("A failure in any form is a refusal; what is gone is told from what may come later", arguments: PeerKind.allCases)
    func failures(kind: PeerKind) async throws {
        try await connected(kind) { bench in
            let id = try bench.peer.post("root")
            let root = Self.reading.reference(Connect.ID(rawValue: id))
            let reply = PostRequest.sample(discussion: root, under: root)
            for fault in [ContractFault.errorTrue, .errorText("no"), .errorNumber(7)] {
                bench.peer.plan(fault)
                guard case .refused(.temporary) = await bench.adapter.post(reply) else {
                    Issue.record("\(fault) is not temporary")
                    continue
                }
            }
            bench.peer.plan(.errorText("NOT_AUTHORIZED"))
            #expect(await bench.adapter.post(reply) == .refused(.zone("NOT_AUTHORIZED")))
            guard case .refused(.zone) = await bench.adapter.post(.sample(zone: "sales")) else {
                Issue.record("not refused")
                return
            }
            bench.peer.plan(.errorTrue)
            try bench.peer.take(away: id, by: "anna")
            #expect(await bench.adapter.post(reply) == .refused(.targetGone("Connect refused it")))
        }
    }

    @Test("A missing zone is told, and taken up once a login grants it", arguments: PeerKind.allCases)
    func missingZone(kind: PeerKind) async throws {
        try await kind.run { peer in
            peer.setZones(["whatsapp2"])
            try await AdapterBench.run(peer) { bench in
                try await bench.receiver.wait(for: "missing whatsapp")
                peer.setZones(["WhatsApp"])
                // The list may have come too early to be noticed; there is another chance every 5 minutes.
                try await bench.moving { try await bench.receiver.wait(for: "caught up whatsapp") }
                #expect(bench.receiver.events.contains("disconnected: a zone has become accessible"))
            }
            #expect(peer.complaints == [])
        }
    }
}
