import Bridge
import Protocol
import Testing

@testable import AppService

@Suite("The Connect adapter: reading", .timeLimit(.minutes(5)))
struct ConnectReadingTests {
    @Test("First contact only marks where the zone is")
    func firstContact() async throws {
        let peer = ConnectPeer()
        for number in 1...120 { peer.post("old \(number)") }
        try await AdapterBench.connected(peer) { bench in
            #expect(bench.receiver.notedTexts == (71...120).map { "old \($0)" })
            #expect(bench.peer.received("GetMore").isEmpty)
            #expect(bench.receiver.texts.isEmpty)
            bench.peer.post("new")
            try await bench.receiver.wait(forPosts: 1)
            #expect(bench.receiver.texts == ["new"])
        }
    }

    @Test("A zone that was empty at first contact is read from its beginning after that")
    func emptyZone() async throws {
        let receiver = ConnectReceiver()
        let peer = ConnectPeer()
        try await AdapterBench.connected(peer, receiver) { _ in }
        for number in 1...120 { peer.post("post \(number)") }
        let second = ConnectReceiver(cursors: receiver.state.current.value.cursors)
        try await AdapterBench.connected(peer, second) { _ in
            #expect(second.texts == (1...120).map { "post \($0)" })
        }
    }

    @Test("The connector is told who it is and that the moderator's entry is there")
    func identity() async throws {
        try await AdapterBench.connected { bench in #expect(bench.receiver.events.first == "connected whatsapp") }
    }

    @Test("A post is handed over in the product's words")
    func words() async throws {
        try await AdapterBench.connected { bench in
            let root = bench.peer.post("<b>root</b>", notify: ["bob", "?sales"])
            let reply = bench.peer.post("reply", by: "bob", under: root)
            let nested = bench.peer.post("psst", by: "anna", under: reply, in: "whatsapp", isPrivate: true, notify: ["whatsapp"])
            try await bench.receiver.wait(forPosts: 3)
            let posts = bench.receiver.state.current.value.handled
            #expect(posts.map(\.isRoot) == [true, false, false])
            #expect(posts[0].repliesTo == nil)
            #expect(posts[0].notifies == ["bob", "?sales"])
            #expect(posts[0].html == "<b>root</b>")
            #expect(posts.map(\.discussion) == [posts[0].reference, posts[0].reference, posts[0].reference])
            #expect(posts[1].repliesTo == posts[0].reference)
            #expect(posts[1].author == "bob")
            #expect(posts[2].repliesTo == posts[1].reference)
            #expect(posts.map(\.isPrivate) == [false, false, true])
            #expect(posts.map(\.readOn) == [.plain, .plain, .plain])
            #expect(posts[0].writtenAt == Moment(milliseconds: 1_788_264_001_000))
            let reading = PostReading(app: "connect")
            #expect(posts.map { reading.id($0.reference)?.rawValue } == [root, reply, nested])
        }
    }

    @Test(
        "After an interruption nothing is lost, nothing comes twice, and all is in order",
        arguments: [0, 1, 49, 50, 51, 230], [false, true])
    func resume(count: Int, isAwkward: Bool) async throws {
        var options = ConnectPeer.Options()
        options.isShuffled = isAwkward
        options.sendsTwice = isAwkward
        options.olderMeansStrictlyOlder = isAwkward
        let peer = ConnectPeer(options)
        for number in 1...30 { peer.post("old \(number)") }
        try await AdapterBench.connected(peer) { bench in
            peer.post("live")
            try await bench.receiver.wait(forPosts: 1)
            peer.forbidLogin("connect", true)
            peer.dropConnections()
            try await bench.receiver.wait(for: "disconnected")
            for number in 0..<count { peer.post("missed \(number)", in: "whatsapp") }
            peer.post("elsewhere", in: "whatsapp2")
            peer.forbidLogin("connect", false)
            try await bench.letItReconnect()
            try await bench.receiver.wait(for: "caught up", count: 2)
            peer.post("later")
            try await bench.receiver.wait(forPosts: count + 2)
            #expect(bench.receiver.texts == ["live"] + (0..<count).map { "missed \($0)" } + ["later"])
        }
    }

    @Test("Many posts of one millisecond are all read, wherever a page ends", arguments: [true, false])
    func oneMillisecond(isStrict: Bool) async throws {
        var options = ConnectPeer.Options()
        options.olderMeansStrictlyOlder = isStrict
        let peer = ConnectPeer(options)
        let receiver = ConnectReceiver(cursors: [Zone(rawValue: "whatsapp"): ZonePosition.origin.cursor])
        for number in 0..<20 { peer.post("a\(number)", after: 7) }
        for number in 0..<700 { peer.post("b\(number)", after: number == 0 ? 7 : 0) }
        for number in 0..<20 { peer.post("c\(number)", after: 7) }
        try await AdapterBench.connected(peer, receiver) { _ in
            #expect(receiver.texts == (0..<20).map { "a\($0)" } + (0..<700).map { "b\($0)" } + (0..<20).map { "c\($0)" })
        }
    }

    @Test("No more than a minute of what was handled is read again")
    func overlap() async throws {
        let peer = ConnectPeer()
        for _ in 1...40 { peer.post("old", after: 10_000) }
        let receiver = ConnectReceiver()
        try await AdapterBench.connected(peer, receiver) { _ in }
        let events = Watched<[[ConnectPost]]>([])
        try await AdapterBench.run(peer, ConnectReceiver(cursors: receiver.state.current.value.cursors)) { bench in
            try await bench.receiver.wait(for: "caught up")
            events.update { $0.append(bench.receiver.state.current.value.handled) }
        }
        #expect(events.current.value == [Array(receiver.state.current.value.noted.suffix(7))])
    }

    @Test("What is posted while a zone is caught up comes after that, once")
    func postedMeanwhile() async throws {
        let peer = ConnectPeer()
        let receiver = ConnectReceiver(cursors: [Zone(rawValue: "whatsapp"): ZonePosition.origin.cursor])
        for number in 1...120 { peer.post("old \(number)") }
        peer.plan(.interleave("during filter"), on: "SetFilter")
        peer.plan(.interleave("during page"), on: "GetMore")
        try await AdapterBench.connected(peer, receiver) { bench in
            peer.post("later")
            try await receiver.wait(forPosts: 123)
            #expect(receiver.texts == (1...120).map { "old \($0)" } + ["during filter", "during page", "later"])
            #expect(receiver.events == ["connected whatsapp", "caught up whatsapp", "posted", "posted"])
        }
    }

    @Test("A post that is shown again is a change and not a new post")
    func shownAgain() async throws {
        try await AdapterBench.connected { bench in
            let id = bench.peer.post("first")
            try await bench.receiver.wait(forPosts: 1)
            bench.peer.show(#""id":\#(id),"topic":"whatsapp","author":"anna","timestamp":1788264001000,"text":"edited""#)
            bench.peer.post("second")
            try await bench.receiver.wait(forPosts: 2)
            #expect(bench.receiver.texts == ["first", "second"])
            #expect(bench.receiver.events.filter { $0 == "posted" }.count == 2)
        }
    }

    @Test("Strange messages and posts that cannot be placed are passed over")
    func strangeMessages() async throws {
        try await AdapterBench.connected { bench in
            for text in [
                "{", "[]", "null", "{}", #"{"mt":"KeepAlive"}"#, #"{"mt":"Remove","src":"c2","id":1}"#, #"{"mt":"PostResult","src":"c99","id":1}"#,
                #"{"mt":"Add","src":"c99","id":1,"timestamp":1,"author":"anna"}"#, #"{"mt":"Topic","src":"c2","sip":"x"}"#,
                #"{"mt":"SetFilterResult","src":"c2","error":true}"#,
            ] { bench.peer.say(text) }
            bench.peer.show(#""author":"anna","timestamp":1788264001000,"text":"no id""#)
            bench.peer.show(#""id":77,"author":"anna","text":"no time""#)
            bench.peer.show(#""id":78,"timestamp":1788264001000,"text":"no author""#)
            bench.peer.show(#""id":79,"topic":"other","author":"anna","timestamp":1788264001000,"text":"other zone""#)
            bench.peer.post("fine")
            try await bench.receiver.wait(forPosts: 1)
            #expect(bench.receiver.texts == ["fine"])
            #expect(bench.receiver.events == ["connected whatsapp", "caught up whatsapp", "posted"])
        }
    }

    @Test("Reading goes on while the product is slow, and posts that arrive in the wrong order wait in the right one")
    func slowProduct() async throws {
        try await AdapterBench.connected { bench in
            bench.receiver.hold(true)
            bench.peer.post("first")
            let late = #""topic":"whatsapp","author":"anna""#
            bench.peer.show(#""id":900,"timestamp":1788264009000,"text":"third",\#(late)"#)
            bench.peer.show(#""id":901,"timestamp":1788264008000,"text":"second",\#(late)"#)
            let posts = try await bench.adapter.posts(
                of: PostReading(app: "connect").reference(.init(rawValue: 4_294_967_301)), in: .init(rawValue: "whatsapp"))
            #expect(posts.map(\.html) == ["first"])
            bench.receiver.hold(false)
            try await bench.receiver.wait(forPosts: 3)
            #expect(bench.receiver.texts == ["first", "second", "third"])
            #expect(bench.receiver.state.current.value.cursors.values.map(\.rawValue) == ["1788264009000/900"])
        }
    }

    @Test("20,000 posts that the product did not take in time are read again, each handled once and in order")
    func overflow() async throws {
        try await AdapterBench.connected { bench in
            bench.receiver.hold(true)
            for number in 1...20_000 { bench.peer.post("\(number)", after: 1) }
            // Whoever waits so long sees the connection go; it comes back only when the product goes on.
            try await bench.eventually { bench.peer.openConnections == 0 }
            bench.receiver.hold(false)
            try await bench.receiver.wait(forPosts: 20_000)
            #expect(bench.receiver.texts == (1...20_000).map(String.init))
            #expect(bench.receiver.events.contains { $0.hasPrefix("disconnected: too many posts") })
        }
    }

    @Test("An event that could not be handled is caught up")
    func failingProduct() async throws {
        try await AdapterBench.connected { bench in
            bench.receiver.failNext()
            bench.peer.post("one")
            bench.peer.post("two")
            try await bench.receiver.wait(for: "disconnected: a post could not be handled")
            try await bench.letItReconnect()
            try await bench.receiver.wait(forPosts: 2)
            #expect(bench.receiver.texts == ["one", "two"])
        }
    }

    @Test("Two zones are caught up on their own")
    func twoZones() async throws {
        let receiver = ConnectReceiver(zones: ["whatsapp", "WhatsApp2", "whatsapp"])
        let peer = ConnectPeer()
        peer.post("old", in: "whatsapp2")
        try await AdapterBench.run(peer, receiver) { bench in
            try await receiver.wait(for: "caught up", count: 2)
            peer.post("a", in: "whatsapp")
            peer.post("b", in: "whatsapp2")
            try await receiver.wait(forPosts: 2)
            let posts = receiver.state.current.value
            #expect(posts.noted.map(\.zone.rawValue) == ["WhatsApp2"])
            #expect(posts.handled.map(\.zone.rawValue) == ["whatsapp", "WhatsApp2"])
            #expect(bench.peer.received("SetFilter").count == 2)
        }
    }

    @Test("A zone that is missing is told, and taken up when it appears")
    func missingZone() async throws {
        let peer = ConnectPeer()
        peer.grant(["whatsapp2"])
        try await AdapterBench.run(peer) { bench in
            try await bench.receiver.wait(for: "missing whatsapp")
            #expect(bench.receiver.events == ["connected whatsapp", "missing whatsapp"])
            try await bench.eventually { bench.clock.sleepers == 3 }
            peer.publish()
            try await bench.eventually { peer.received("ReadTopics").count == 2 }
            #expect(bench.receiver.events == ["connected whatsapp", "missing whatsapp"])
            try await bench.eventually { bench.clock.sleepers == 3 }
            peer.grant(["whatsapp"])
            try await bench.receiver.wait(for: "caught up whatsapp")
            #expect(
                bench.receiver.events == [
                    "connected whatsapp", "missing whatsapp", "disconnected: a zone has become accessible", "connected whatsapp",
                    "caught up whatsapp",
                ])
        }
    }

    @Test("A subscription that is refused counts as a missing zone, one that is put off as a failed connection")
    func refusedSubscription() async throws {
        let peer = ConnectPeer()
        peer.plan(.error(#""BUSY""#), on: "SetFilter")
        peer.plan(.error("true"), on: "SetFilter")
        try await AdapterBench.run(peer) { bench in
            try await bench.receiver.wait(for: "disconnected: Connect refused")
            try await bench.letItReconnect()
            try await bench.receiver.wait(for: "missing whatsapp")
        }
    }

    @Test("A discussion is read in order, without the private posts of others")
    func discussion() async throws {
        var options = ConnectPeer.Options()
        options.isShuffled = true
        try await AdapterBench.connected(ConnectPeer(options)) { bench in
            let reading = PostReading(app: "connect")
            let root = bench.peer.post("root")
            for number in 1...30 { bench.peer.post("reply \(number)", under: root) }
            bench.peer.post("secret", under: root, isPrivate: true, notify: ["bob"])
            bench.peer.post("other")
            let zone = Zone(rawValue: "whatsapp")
            let posts = try await bench.adapter.posts(of: reading.reference(.init(rawValue: root)), in: zone)
            #expect(posts.map(\.html) == ["root"] + (1...30).map { "reply \($0)" })
            #expect(try await bench.adapter.posts(of: reading.reference(.init(rawValue: 1)), in: zone) == [])
            #expect(try await bench.adapter.posts(of: PostReference(rawValue: "elsewhere:\(root)"), in: zone) == [])
            #expect(bench.peer.received("Discussion") == ["connect", "connect"])
        }
    }

    @Test("A post is marked as read on the plain login, and no answer is needed")
    func markRead() async throws {
        try await AdapterBench.connected { bench in
            bench.peer.plan(.silence, on: "SetRead")
            await bench.adapter.markRead(PostReading(app: "connect").reference(.init(rawValue: 1)))
            await bench.adapter.markRead(PostReference(rawValue: "nonsense"))
            #expect(bench.peer.received("SetRead") == ["connect"])
        }
    }
}
