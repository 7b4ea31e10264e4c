import BridgeTestSupport
import Testing

@testable import Bridge

/// What happens to posts after they were handled.
@Suite struct ChangeTests {
    private func story(
        _ html: String,
        corrects: Bool = true,
        files: [String]? = []
    ) throws -> (Story, ConnectPost) {
        let story = Story()
        story.settings.numbers[Story.number]?.sendsCorrections = corrects
        try story.customerWrites("Hello", wamid: "wamid.hello")
        try story.postAll()
        var post = story.post("", in: story.roots[0].reference, files: files.map { $0.map(Story.file) })
        post.html = html
        try story.read(post, isComplete: true)
        return (story, post)
    }

    private func edit(_ post: ConnectPost, _ html: String) -> ConnectPost {
        var post = post
        post.html = html
        return post
    }

    // MARK: After sending

    @Test("A post that is changed after it was sent goes out as a correction, or not at all, as the number is set", arguments: [true, false])
    func correction(corrects: Bool) throws {
        let (story, post) = try story("Hi", corrects: corrects)
        try story.sendAll()
        try story.change(edit(post, "Hello <b>Ada</b>"))
        try story.sendAll()
        #expect(story.sentWords == ["Hi"] + (corrects ? ["Correction: Hello *Ada*"] : []))
        // Shown again as it is, e.g. because somebody liked it.
        try story.change(edit(post, "Hello <b>Ada</b>"))
        try story.sendAll()
        try story.change(edit(post, "Hello all"))
        try story.sendAll()
        #expect(story.sentWords.count == (corrects ? 3 : 1))
    }

    @Test(
        "A post that is shown again unchanged is not corrected, whatever is in it",
        arguments: [
            "Correction: at noon", "Korrektur: x", "geo:1,2", "see geo:1,2 there", "<a href=\"geo:1,2\">here</a>", "<ul><li>a</li></ul>", "",
            String(repeating: "word ", count: 2_000), "\u{301}x",
        ])
    func unchanged(html: String) throws {
        for files in [[], ["a"], ["a", "b"]] {
            let (story, post) = try story(html, files: files)
            try story.sendAll(prepare: Story.upload(.voice))
            let sent = story.sentWords
            for _ in 0..<3 {
                try story.change(post)
                try story.sendAll(prepare: Story.upload(.voice))
            }
            #expect(story.sentWords == sent)
            try story.change(edit(post, html + " more"))
            try story.sendAll(prepare: Story.upload(.voice))
            try story.change(edit(post, html + " more"))
            try story.sendAll(prepare: Story.upload(.voice))
            let texts = story.sentWords.dropFirst(sent.count)
            // By scalars: a mark on the first letter would join the blank before it.
            let isCorrection = texts.map { $0.unicodeScalars.starts(with: "Correction: ".unicodeScalars) }
            #expect(sent.isEmpty || isCorrection.first == true && isCorrection.count { $0 } == 1)
        }
    }

    @Test("A changed caption is corrected, a removed text is not")
    func caption() throws {
        let (story, post) = try story("see", files: ["a"])
        try story.sendAll(prepare: Story.upload(.image))
        try story.change(edit(post, ""))
        try story.sendAll()
        #expect(story.sentWords == ["image:a|see"])
        try story.change(edit(post, "look"))
        try story.sendAll()
        #expect(story.sentWords == ["image:a|see", "Correction: look"])
    }

    @Test("What was never sent is not corrected, and nothing after the window")
    func notSent() throws {
        let (refused, first) = try story("Hi")
        try refused.sendAll { _ in .refused(DeliveryError(code: 131_026)) }
        try refused.change(edit(first, "Hello"))
        try refused.sendAll()
        #expect(refused.sentWords == ["Hi"])
        let (closed, second) = try story("Hi")
        try closed.sendAll()
        try closed.pass(.seconds(86_400))
        try closed.change(edit(second, "Hello"))
        try closed.sendAll()
        #expect(closed.sentWords == ["Hi"])
    }

    @Test("A post that becomes private is not corrected")
    func becomesPrivate() throws {
        let (story, post) = try story("Hi")
        try story.sendAll()
        var changed = edit(post, "secret")
        changed.isPrivate = true
        try story.change(changed)
        changed.isPrivate = false
        try story.change(changed)
        try story.sendAll()
        #expect(story.sentWords == ["Hi"])
    }

    // MARK: Before sending

    private static let long = String(repeating: "word ", count: 1_500)

    @Test(
        "A post that is changed before anything of it was sent goes out as it is now",
        arguments: [
            ("old", "new", [String](), ["new"]), ("old", "new", ["a"], ["image:a|new"]), ("", "new", ["a", "b"], ["image:a|new", "image:b"]),
            ("old", "", ["a"], ["image:a"]), ("old geo:1,2", "new geo:3,4?q=There", [], ["new", "place:There"]), ("old", "", [], []),
            ("<a href=\"geo:1,2\">old</a>", "new", [], ["new"]),
        ])
    func before(old: String, new: String, files: [String], words: [String]) throws {
        for corrects in [true, false] {
            let (story, post) = try story(old, corrects: corrects, files: files)
            try story.change(edit(post, new))
            try story.change(edit(post, new))
            try story.sendAll(prepare: Story.upload(.image))
            #expect(story.sentWords == words)
            try story.change(edit(post, new))
            try story.sendAll(prepare: Story.upload(.image))
            #expect(story.sentWords == words)
        }
    }

    @Test("It may become more or fewer messages")
    func parts() throws {
        for (old, new) in [(Self.long, "short"), ("short", Self.long)] {
            let (story, post) = try story(old)
            try story.change(edit(post, new))
            try story.sendAll()
            #expect(story.sentWords.joined().filter { $0 != " " } == new.filter { $0 != " " })
            #expect(try story.outgoing(of: post).filter { $0.state == .sent }.allSatisfy { $0.parts == story.sent.count })
            #expect(story.sent.count == (new == "short" ? 1 : 2))
        }
    }

    @Test("A changed post whose files are not known yet goes out as it is now")
    func undecided() throws {
        let (story, post) = try story("old", files: nil)
        try story.change(edit(post, "new"))
        try story.sendAll(files: { _ in [Story.file("a")] }, prepare: Story.upload(.image))
        #expect(story.sentWords == ["image:a|new"])
    }

    @Test("A post that was begun is corrected after it was sent, not changed under way")
    func begun() throws {
        let (story, post) = try story(Self.long)
        var isFirst = true
        try story.sendAll { request in
            defer { isFirst = false }
            if isFirst { return .accepted(Wamid(rawValue: "w1")) }
            return .notSent("away")
        }
        try story.change(edit(post, "short"))
        try story.pass(.seconds(60))
        try story.sendAll()
        #expect(story.sentWords.last == "Correction: short")
        #expect(try story.outgoing(of: post).allSatisfy { $0.state == .sent })
    }

    // MARK: Deleted

    @Test("Of a deleted post nothing more is sent; the ledger says why, and nobody is told")
    func deleted() throws {
        let (story, post) = try story("see", files: ["a", "b"])
        try story.colleagueWrites("after", in: post.discussion)
        try story.sendAll()
        let flow = ChangeFlow(settings: story.settings, identity: story.identity, makeKey: story.makeKey)
        let now = story.now
        let dropped = try story.store.withTransaction { try flow.deleted(post.reference, at: now, in: $0) }
        #expect(dropped.count == 2)
        try story.sendAll()
        try story.postAll()
        #expect(story.sentWords == ["after"])
        #expect(story.notices.isEmpty)
        #expect(try story.outgoing(of: post).map(\.state) == Array(repeating: .failed(reason: "deleted in Connect"), count: 2))
        #expect(try story.store.withTransaction { try flow.deleted(post.reference, at: now, in: $0) } == [])
    }

    @Test("What was sent of a deleted post stays sent")
    func deletedLater() throws {
        let (story, post) = try story("Hi")
        try story.sendAll()
        let flow = ChangeFlow(settings: story.settings, identity: story.identity, makeKey: story.makeKey)
        let now = story.now
        _ = try story.store.withTransaction { try flow.deleted(post.reference, at: now, in: $0) }
        #expect(try story.outgoing(of: post).map(\.state) == [.sent])
    }
}
