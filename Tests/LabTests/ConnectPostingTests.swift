import Testing

@testable import Lab

@Suite struct ConnectPostingTests {
    private static let root =
        #"{"mt":"Post","src":"a1","topic":"whatsapp","text":"<b>Ada</b><br>Hi","discussionGuid":"6f1c","discussionTitle":"Ada"}"#

    @Test("A root post gets an id above 32 bits, and the live filter of another login gets it as Add")
    func rootPost() {
        var bench = ConnectBench()
        _ = bench.logIn(1, to: "connect~moderator")
        _ = bench.logIn(2)
        #expect(
            bench.send(#"{"mt":"SetFilter","src":"f","filter":{"topics":["whatsapp"]},"count":50}"#, 2) == [#"{"mt":"SetFilterResult","src":"f"}"#])
        let actions = bench.core.received(Self.root, from: 1, now: bench.now)
        let login = bench.core.sessions[1]?.login
        #expect(
            bench.texts(actions, 1) == [
                """
                {"mt":"PostResult","src":"a1","id":4294967301,"addsTo":4294967301,"session":\(login?.session ?? 0),"key":\(login?.key ?? 0),\
                "discussionGuid":"6f1c"}
                """
            ])
        #expect(
            bench.texts(actions, 2) == [
                """
                {"mt":"Add","src":"f","id":4294967301,"addsTo":4294967301,"author":"whatsapp","dn":"WhatsApp","topic":"whatsapp",\
                "text":"<b>Ada</b><br>Hi","timestamp":1790000000000,"rtimestamp":1790000000000,"replies":0,"likes":0,"read":0,"unread":0,\
                "discussionGuid":"6f1c","discussionTitle":"Ada"}
                """
            ])
        #expect(bench.core.violations.isEmpty)
    }

    @Test("A reply joins the discussion of the post it answers")
    func reply() throws {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        _ = bench.send(Self.root)
        let human = try bench.human(ConnectHumanPost(author: "anna", text: "Hello", repliesTo: 4_294_967_301))
        let answer = try #require(bench.send(#"{"mt":"Post","src":"a2","topic":"whatsapp","repliesTo":\#(human),"text":"more"}"#).first)
        let result = try LabJSON(parsing: answer)
        #expect(result["addsTo"]?.identifier == 4_294_967_301)
        #expect(result["error"] == nil)
        #expect(bench.core.posts[4_294_967_303]?.discussion == 4_294_967_301)
    }

    @Test("A root that is posted twice becomes two discussions, or one where repetitions are recognised", arguments: [(false, 2), (true, 1)])
    func doublePost(_ recognised: Bool, _ count: Int) {
        var options = ConnectOptions()
        options.repeatedRootsAreRecognised = recognised
        var bench = ConnectBench(options)
        _ = bench.logIn(1)
        let first = bench.send(Self.root)
        let second = bench.send(Self.root)
        #expect(bench.core.posts.count == count)
        #expect((first == second) == recognised)
    }

    @Test("The poster's own filter gets no echo if it is named, and the echo may come before the result")
    func echoes() throws {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        _ = bench.send(#"{"mt":"SetFilter","src":"f","filter":{"topics":["whatsapp"]},"count":0}"#)
        #expect(bench.send(#"{"mt":"Post","src":"a","topic":"whatsapp","text":"x","filterSrc":"f"}"#).count == 1)
        func kinds(_ texts: [String]) throws -> [String?] { try texts.map { try LabJSON(parsing: $0)["mt"]?.string } }
        #expect(try kinds(bench.send(#"{"mt":"Post","src":"a","topic":"whatsapp","text":"x"}"#)) == ["PostResult", "Add"])
        bench.core.options.echoesBeforeResult = true
        #expect(try kinds(bench.send(#"{"mt":"Post","src":"a","topic":"whatsapp","text":"x"}"#)) == ["Add", "PostResult"])
        bench.core.options.ignoresFilterSource = true
        #expect(try kinds(bench.send(#"{"mt":"Post","src":"a","topic":"whatsapp","text":"x","filterSrc":"f"}"#)) == ["Add", "PostResult"])
    }

    @Test("Only the author and moderators change a post")
    func changes() throws {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        _ = bench.logIn(2, to: "connect~moderator")
        let foreign = try bench.human(ConnectHumanPost(author: "anna", text: "mine", topic: "whatsapp"))
        #expect(bench.send(#"{"mt":"Update","src":"u","id":\#(foreign),"text":"yours"}"#) == [#"{"mt":"UpdateResult","src":"u","error":true}"#])
        #expect(bench.core.violations.map(\.rule) == [.foreignPost])
        #expect(bench.core.posts[foreign]?.text == "mine")
        _ = bench.send(#"{"mt":"Update","src":"u","id":\#(foreign),"text":"moderated"}"#, 2)
        #expect(bench.core.posts[foreign]?.text == "moderated")
        #expect(bench.send(#"{"mt":"Delete","src":"d","id":\#(foreign)}"#, 2) == [#"{"mt":"DeleteResult","src":"d"}"#])
        #expect(bench.core.posts.isEmpty)
    }

    @Test("SetRead is noted for the login's own name")
    func setRead() throws {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        let id = try bench.human(ConnectHumanPost(author: "anna", text: "x", topic: "whatsapp"))
        #expect(bench.send(#"{"mt":"SetRead","src":"r","id":\#(id)}"#) == [#"{"mt":"SetReadResult","src":"r","id":4294967301}"#])
        #expect(bench.core.posts[id]?.readBy == ["whatsapp": bench.now])
        #expect(bench.send(#"{"mt":"SetRead","src":"r","id":1}"#) == [#"{"mt":"SetReadResult","src":"r","error":true}"#])
    }

    @Test(
        "What a service must never post is noted",
        arguments: [
            (#"{"mt":"Post","src":"a","text":"x"}"#, ConnectViolation.Rule.missingTopic, true),
            (#"{"mt":"Post","src":"a","topic":"sales","text":"x"}"#, .foreignTopic, true),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":"x","api":"Connect"}"#, .apiProperty, false),
            (#"{"mt":"Post","topic":"whatsapp","text":"x"}"#, .missingSource, false),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":"<script>"}"#, .markup, false),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":"a < b"}"#, .markup, false),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":"Q&A"}"#, .markup, false),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":"<b onclick=\"x\">b</b>"}"#, .markup, false),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":"<a href=\"javascript:x\">b</a>"}"#, .markup, false),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":"<b>x</i>"}"#, .markup, false),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":""}"#, .emptyPost, false),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":"x","author":"anna"}"#, .foreignAuthor, true),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":"x","private":true}"#, .privateWithoutRecipients, false),
            ("{\"mt\":\"Post\",\"src\":\"a\",\"topic\":\"whatsapp\",\"text\":\"x\",\"tags\":[\"#a\"]}", .malformedTag, false),
            (#"{"mt":"Post","src":"a","topic":"whatsapp","text":"x","repliesTo":7}"#, .unknownReplyTarget, true),
            (#"{"mt":"GetMore","src":"nothing","count":5}"#, .unknownFilter, true),
            (#"{"src":"a"}"#, .malformedMessage, false),
        ])
    func violations(_ text: String, _ rule: ConnectViolation.Rule, _ fails: Bool) {
        var bench = ConnectBench()
        _ = bench.logIn(1)
        let answer = bench.send(text)
        #expect(bench.core.violations.map(\.rule) == [rule])
        #expect(answer.contains { $0.contains(#""error":true"#) } == fails)
    }

    @Test(
        "Escaped texts with the allowed tags are in order",
        arguments: [
            "plain", "<b>Ada</b><br>1 &lt; 2 &amp; 3 &gt; 2", "<p>a</p><ul><li>b</li></ul>", "<a href=\"https://example.com/?a=1&amp;b=2\">link</a>",
            "a<br/>b<br />c", "it&#39;s &#x1F600;",
        ])
    func cleanTexts(_ text: String) {
        #expect(ConnectMarkup.fault(in: text) == nil)
    }

    @Test("A moderator may post as somebody else; names of the own domain lose it")
    func foreignAuthors() {
        var bench = ConnectBench()
        _ = bench.logIn(1, to: "connect~moderator")
        _ = bench.send(#"{"mt":"Post","src":"a","topic":"whatsapp","text":"x","author":"anna@example.com"}"#)
        #expect(bench.core.posts[4_294_967_301]?.author == "anna")
        #expect(bench.core.violations.isEmpty)
    }
}
