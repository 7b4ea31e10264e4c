import Testing

@testable import Lab

@Suite struct ConnectReadingTests {
    /// Five posts, a minute apart, in one discussion.
    private func filled(_ options: ConnectOptions = ConnectOptions()) throws -> ConnectBench {
        var bench = ConnectBench(options, firstID: 10)
        _ = bench.logIn(1)
        let root = try bench.human(ConnectHumanPost(author: "anna", text: "0", topic: "whatsapp"))
        for number in 1...4 {
            bench.now += 60_000
            _ = try bench.human(ConnectHumanPost(author: "ben", text: "\(number)", repliesTo: root))
        }
        return bench
    }

    @Test(
        "A filter starts with the newest posts in the order that is set",
        arguments: [(ConnectOptions.Order.oldestFirst, [UInt64(12), 13, 14]), (.newestFirst, [14, 13, 12])])
    func initialPosts(_ order: ConnectOptions.Order, _ ids: [UInt64]) throws {
        var options = ConnectOptions()
        options.order = order
        var bench = try filled(options)
        let texts = bench.send(#"{"mt":"SetFilter","src":"f","filter":{"topics":["whatsapp"]},"count":3}"#)
        #expect(ConnectBench.ids(texts) == ids)
        #expect(texts.last == #"{"mt":"SetFilterResult","src":"f"}"#)
    }

    @Test("Shuffled posts are all there, in an order that a seed repeats")
    func shuffled() throws {
        var options = ConnectOptions()
        options.order = .shuffled
        var first = try filled(options)
        var second = try filled(options)
        let request = #"{"mt":"Discussion","src":"d","discussion":10}"#
        let ids = ConnectBench.ids(first.send(request))
        #expect(ids.sorted() == [10, 11, 12, 13, 14])
        #expect(ids == ConnectBench.ids(second.send(request)))
        #expect((0..<5).contains { _ in ConnectBench.ids(first.send(request)) != [10, 11, 12, 13, 14] })
    }

    @Test("Pages go back from a moment, without the post that is excluded")
    func pages() throws {
        var bench = try filled()
        _ = bench.send(#"{"mt":"SetFilter","src":"f","filter":{"topics":["whatsapp"]},"count":1}"#)
        let page = #"{"mt":"GetMore","src":"f","count":2,"timestamp":1790000240000,"id":14}"#
        #expect(ConnectBench.ids(bench.send(page)) == [12, 13])
        let rest = #"{"mt":"GetMore","src":"f","count":5,"timestamp":1790000120000,"id":12}"#
        let texts = bench.send(rest)
        #expect(ConnectBench.ids(texts) == [10, 11])
        #expect(texts.last == #"{"mt":"GetMoreResult","src":"f"}"#)
    }

    @Test("Every Add may come twice, ids may come as texts, and roots may name their discussion in three ways")
    func forms() throws {
        var bench = try filled()
        let request = #"{"mt":"Discussion","src":"d","discussion":10,"count":5}"#
        bench.core.options.duplicatesAdds = true
        #expect(ConnectBench.ids(bench.send(request)) == [10, 10, 11, 11, 12, 12, 13, 13, 14, 14])
        bench.core.options.duplicatesAdds = false
        bench.core.options.writesIDsAsText = true
        #expect(bench.send(request)[1].hasPrefix(#"{"mt":"Add","src":"d","id":"11","addsTo":"10","repliesTo":"10","author":"ben","dn":"Ben Koch""#))
        bench.core.options.rootReferences = .zero
        #expect(bench.send(request)[0].hasPrefix(#"{"mt":"Add","src":"d","id":"10","addsTo":0,"repliesTo":0,"author":"anna""#))
        bench.core.options.rootReferences = .absent
        #expect(bench.send(request)[0].hasPrefix(#"{"mt":"Add","src":"d","id":"10","author":"anna""#))
    }

    @Test("A private post is hidden from the plain login unless it is author or notified")
    func privacy() throws {
        var bench = try filled()
        _ = bench.logIn(2, to: "connect~moderator")
        let hidden = try bench.human(ConnectHumanPost(author: "anna", text: "psst", repliesTo: 10, isPrivate: true, notify: ["ben"]))
        let addressed = try bench.human(ConnectHumanPost(author: "anna", text: "psst", repliesTo: 10, isPrivate: true, notify: ["whatsapp"]))
        let group = try bench.human(ConnectHumanPost(author: "ben", text: "psst", repliesTo: 10, isPrivate: true, notify: ["?support"]))
        let request = #"{"mt":"Discussion","src":"d","discussion":10}"#
        #expect(ConnectBench.ids(bench.send(request)) == [10, 11, 12, 13, 14, addressed])
        #expect(ConnectBench.ids(bench.send(request, 2)) == [10, 11, 12, 13, 14, hidden, addressed, group])
        bench.core.options.moderatorSeesPrivatePosts = false
        #expect(ConnectBench.ids(bench.send(request, 2)) == [10, 11, 12, 13, 14, addressed])
        #expect(bench.core.view(of: "ben").map(\.id).suffix(2) == [hidden, group])
        #expect(bench.core.view(of: "anna").map(\.id).suffix(3) == [hidden, addressed, group])
        #expect(bench.core.view(of: "carl").map(\.id) == [10, 11, 12, 13, 14])
    }

    @Test("private is said of private posts alone, and can be left out altogether")
    func privateFlag() throws {
        var bench = try filled()
        _ = try bench.human(ConnectHumanPost(author: "anna", text: "psst", repliesTo: 10, isPrivate: true, notify: ["whatsapp"]))
        let request = #"{"mt":"Discussion","src":"d","discussion":10}"#
        #expect(bench.send(request).filter { $0.contains(#""private":true"#) }.count == 1)
        #expect(!bench.send(request).contains { $0.contains(#""private":false"#) || $0.contains(#""like":false"#) })
        bench.core.options.showsPrivate = false
        #expect(!bench.send(request).contains { $0.contains("private") })
    }

    @Test(
        "A reply to a private post is private for the same people, or public where that is switched off", arguments: [(true, false), (false, true)])
    func repliesToPrivatePosts(_ arePrivate: Bool, _ isSeen: Bool) throws {
        var options = ConnectOptions()
        options.repliesToPrivatePostsArePrivate = arePrivate
        var bench = try filled(options)
        let hidden = try bench.human(ConnectHumanPost(author: "anna", text: "psst", repliesTo: 10, isPrivate: true, notify: ["ben"]))
        let reply = try bench.human(ConnectHumanPost(author: "ben", text: "what?", repliesTo: hidden))
        #expect(ConnectBench.ids(bench.send(#"{"mt":"Discussion","src":"d","discussion":10}"#)).contains(reply) == isSeen)
        #expect(bench.core.view(of: "anna").contains { $0.id == reply })
        #expect(bench.core.view(of: "carl").contains { $0.id == reply } == isSeen)
    }

    @Test(
        "Filters combine their lists with and, or with or, and may be nested",
        arguments: [
            (#"{"topics":["whatsapp"],"authors":["anna"]}"#, [UInt64(10)]),
            (#"{"op":"or","topics":["sales"],"authors":["anna","nobody"]}"#, [10]),
            (#"{"topics":["whatsapp"],"filters":[{"op":"or","authors":["anna"],"tags":["urgent"]}]}"#, [10, 14]),
            (#"{"tags":["Urgent"]}"#, [14]), (#"{"notifies":["whatsapp"]}"#, []), (#"{"topics":[]}"#, []), ("{}", [10, 11, 12, 13, 14]),
        ])
    func filters(_ filter: String, _ ids: [UInt64]) throws {
        var bench = try filled()
        bench.core.change(14, text: nil, tags: ["urgent"], now: bench.now)
        #expect(ConnectBench.ids(bench.send(#"{"mt":"SetFilter","src":"f","filter":\#(filter),"count":50}"#)) == ids)
    }

    @Test("A live post reaches the filters that match it, and changes are not told")
    func live() throws {
        var bench = try filled()
        _ = bench.send(#"{"mt":"SetFilter","src":"f","filter":{"topics":["whatsapp"]},"count":0}"#)
        _ = bench.send(#"{"mt":"SetFilter","src":"g","filter":{"topics":["sales"]},"count":0}"#)
        let actions = try bench.core.post(ConnectHumanPost(author: "anna", text: "new", repliesTo: 10), now: bench.now).actions
        #expect(bench.texts(actions, 1).count == 1)
        #expect(bench.texts(actions, 1)[0].hasPrefix(#"{"mt":"Add","src":"f","id":15,"#))
    }

    @Test("Colleagues change only their own posts, and reply only to what they see")
    func people() throws {
        var bench = try filled()
        let hidden = try bench.human(ConnectHumanPost(author: "anna", text: "psst", repliesTo: 10, isPrivate: true, notify: ["ben"]))
        #expect(throws: LabError.self) { try bench.human(ConnectHumanPost(author: "carl", text: "x", repliesTo: hidden)) }
        #expect(throws: LabError.self) { try bench.human(ConnectHumanPost(author: "zoe", text: "x", topic: "whatsapp")) }
        #expect(throws: LabError.self) { try bench.core.update(10, by: "ben", text: "x", now: 1) }
        _ = try bench.core.update(10, by: "anna", text: "changed", now: 1)
        try bench.core.delete(11, by: "ben")
        _ = try bench.core.like(12, by: "carl", true)
        #expect(bench.core.posts[10]?.text == "changed" && bench.core.posts[11] == nil)
        #expect(bench.send(#"{"mt":"Discussion","src":"d","discussion":10}"#)[1].contains(#""likes":1,"read":0"#))
    }

    @Test("Attachments are an empty list")
    func attachments() throws {
        var bench = try filled()
        #expect(bench.send(#"{"mt":"Attachments","src":"x","id":10}"#) == [#"{"mt":"AttachmentsResult","src":"x","id":10,"files":[]}"#])
    }
}
