import BridgeTestSupport
import Testing

@testable import Bridge

/// A colleague's files on their way to the customer.
@Suite struct OutgoingFileTests {
    private func story(
        _ text: String,
        files: [String]? = ["a.jpg"],
        settings change: (inout NumberSettings) -> Void = { _ in }
    ) throws -> (Story, ConnectPost) {
        let story = Story()
        if var number = story.settings.numbers[Story.number] {
            change(&number)
            story.settings.numbers[Story.number] = number
        }
        try story.customerWrites("Hello", wamid: "wamid.hello")
        try story.postAll()
        let post = story.post(text, in: story.roots[0].reference, files: files.map { $0.map(Story.file) })
        try story.read(post, isComplete: true)
        return (story, post)
    }

    // MARK: What becomes of a post

    @Test("A caption goes with the first file where its kind takes one, else before it; the order is kept")
    func captions() throws {
        let expected: [(OutgoingFileRule.Kind, [String])] = [
            (.image, ["image:a|see", "image:b", "image:c"]), (.document, ["document:a|see", "document:b", "document:c"]),
            (.voice, ["see", "voice:a", "voice:b", "voice:c"]), (.sticker, ["see", "sticker:a", "sticker:b", "sticker:c"]),
        ]
        for (kind, words) in expected {
            let (story, post) = try story("see", files: ["a", "b", "c"])
            try story.sendAll(prepare: Story.upload(kind))
            #expect(story.sentWords == words)
            #expect(try story.outgoing(of: post).map(\.part) == Array(1...words.count))
            #expect(try story.outgoing(of: post).allSatisfy { $0.parts == words.count && $0.state == .sent })
        }
    }

    @Test("A text above 1,024 characters goes before the files, one of 1,024 with the first")
    func longCaption() throws {
        for (length, count) in [(1_024, 1), (1_025, 2)] {
            let (story, _) = try story(String(repeating: "x", count: length))
            try story.sendAll(prepare: Story.upload(.image))
            #expect(story.sent.count == count)
        }
    }

    @Test("Cards go as cards, places as places, with the quote on what goes first")
    func others() throws {
        let card = ContactCard(formattedName: "Bo")
        let story = Story()
        try story.customerWrites("one")
        try story.customerWrites("two", wamid: "wamid.two")
        try story.postAll()
        let post = story.post(
            "see geo:1,2?q=Here", in: story.roots[0].reference, answering: story.posts[1].reference, files: [Story.file("bo.vcf")])
        try story.read(post)
        try story.sendAll(prepare: { _ in .cards([card]) })
        #expect(story.sentWords == ["see", "cards:1", "place:Here"])
        #expect(story.sent.map { $0.quotes?.rawValue } == ["wamid.two", nil, nil])
    }

    @Test("While Connect cannot say which files a post has, it waits; other conversations do not")
    func filesUnknown() throws {
        let (story, post) = try story("see", files: nil)
        try story.customerWrites("Hi", from: [.phone("1")], name: "Bob")
        try story.postAll()
        try story.colleagueWrites("Hello Bob", in: story.roots[1].reference)
        try story.sendAll(files: { _ in nil })
        #expect(story.sentWords == ["Hello Bob"])
        try story.pass(.seconds(60))
        try story.sendAll(files: { _ in [Story.file("a"), Story.file("b")] }, prepare: Story.upload(.image))
        #expect(story.sentWords.dropFirst() == ["image:a|see", "image:b"])
        #expect(try story.outgoing(of: post).map(\.state) == [.sent, .sent])
    }

    @Test("A file that is being made ready holds its own conversation, and no other")
    func holds() throws {
        let (story, _) = try story("see")
        try story.colleagueWrites("after", in: story.roots[0].reference)
        try story.customerWrites("Hi", from: [.phone("1")], name: "Bob")
        try story.postAll()
        try story.colleagueWrites("Hello Bob", in: story.roots[1].reference)
        try story.sendAll()
        #expect(story.sentWords == ["Hello Bob"])
        try story.pass(.seconds(60))
        try story.sendAll(prepare: Story.upload(.image))
        #expect(story.sentWords.dropFirst() == ["image:a.jpg|see", "after"])
    }

    // MARK: What fails

    private static let problems: [AuthorNotice.FileProblem] = [
        .tooLarge(limit: 100_000_000, size: 100_000_001), .empty, .type, .unreadable,
    ]

    @Test("A file that cannot be sent is told of privately, with the reason", arguments: problems)
    private func refused(problem: AuthorNotice.FileProblem) throws {
        let (story, post) = try story("")
        try story.sendAll(prepare: { _ in .impossible(problem) })
        try story.postAll()
        #expect(story.sent.isEmpty)
        #expect(story.notices.map(\.text) == [AuthorNotice.fileNotSent(name: "a.jpg", problem).text(in: .en)])
        #expect(story.notices.allSatisfy { $0.request.privateTo == "anna" && $0.request.repliesTo == post.reference })
        #expect(try story.outgoing(of: post).map(\.state) == [.failed(reason: "file not sent")])
    }

    @Test("When one of several files fails for good, those before it are sent and those after it are not, and the author is told so")
    func middle() throws {
        let (story, post) = try story("see", files: ["a", "b", "c"])
        try story.colleagueWrites("after", in: story.roots[0].reference)
        try story.sendAll(prepare: { $0.file.name == "b" ? .impossible(.unreadable) : Story.upload(.image)($0) })
        try story.postAll()
        #expect(story.sentWords == ["image:a|see", "after"])
        #expect(story.notices.map(\.text) == [AuthorNotice.fileNotSent(name: "b", .unreadable, andRest: true).text(in: .en)])
        #expect(
            try story.outgoing(of: post).map(\.state) == [
                .sent, .failed(reason: "file not sent"), .failed(reason: "an earlier part was not sent"),
            ])
    }

    @Test("When the file that carries the post's text fails, the author is told that the text was not sent either")
    func captionLost() throws {
        let (story, post) = try story("see")
        try story.sendAll(result: { _ in .refused(DeliveryError(code: 131_053)) }, prepare: Story.upload(.image))
        try story.postAll()
        let failure = DeliveryError(code: 131_053).failure(from: .answer)
        #expect(story.notices.map(\.text) == [AuthorNotice.fileNotSent(name: "a.jpg", .refused(failure), andRest: true).text(in: .en)])
        #expect(try story.outgoing(of: post).map(\.state.name) == ["failed"])
    }

    @Test("A file that WhatsApp reports as failed later is told of by its name, although the others have arrived")
    func failsLater() throws {
        let (story, post) = try story("", files: ["a", "b"])
        try story.sendAll(prepare: Story.upload(.image))
        let first = try #require(try story.outgoing(of: post).first)
        try story.status("failed", of: first, error: DeliveryError(code: 131_053))
        try story.postAll()
        let failure = DeliveryError(code: 131_053).failure(from: .status)
        #expect(story.notices.map(\.text) == [AuthorNotice.fileNotSent(name: "a", .refused(failure)).text(in: .en)])
        #expect(try story.outgoing(of: post).map(\.state.name) == ["failed", "sent"])
    }

    @Test("An upload is used for 29 days; one that WhatsApp refuses is forgotten")
    func uploads() throws {
        let (story, post) = try story("")
        let known = KnownUpload(mediaID: "m-a.jpg", at: Story.start)
        try story.store.withTransaction { try $0.setUpload(known, of: [1], mimeType: "image/jpeg", number: Story.number) }
        var prepared = 0
        let old = Story.start - UploadedFile.lifetime
        try story.sendAll(
            result: { _ in .refused(DeliveryError(code: 100)) },
            prepare: { request in
                prepared += 1
                let at = prepared == 1 ? old : Story.start
                return .uploaded(UploadedFile(mediaID: "m-a.jpg", kind: .image, name: "a.jpg", at: at))
            })
        // The first was too old by the time of sending.
        #expect(prepared == 2)
        #expect(story.sent.count == 1)
        #expect(try story.outgoing(of: post).map(\.state.name) == ["failed"])
        #expect(try story.store.withTransaction { try $0.upload(of: [1], mimeType: "image/jpeg", number: Story.number) } == nil)
    }

    // MARK: Trouble that lasts

    @Test("A file that cannot be made ready is tried after 1 s, 2 s and so on to a minute; after 15 minutes its author is told once")
    func delay() throws {
        let (story, post) = try story("", files: ["a", "b"])
        var tries: [Int64] = []
        let prepare: (PreparationRequest) -> PreparationResult = { _ in
            tries.append(story.now.since(Story.start).wholeMilliseconds / 1_000)
            return .temporary("no route")
        }
        for _ in 0..<3_600 {
            try story.sendAll(prepare: prepare)
            try story.postAll()
            if story.now == Story.start + .seconds(14 * 60) { #expect(story.notices.isEmpty) }
            try story.pass(.seconds(1))
        }
        #expect(tries.prefix(9) == [0, 1, 3, 7, 15, 31, 63, 123, 183])
        #expect(story.notices.map(\.text) == [AuthorNotice.fileDelayed(name: "a").text(in: .en)])
        #expect(story.notices[0].request.privateTo == "anna")
        #expect(story.notices[0].request.repliesTo == post.reference)
        // The second file of the same post meets the same trouble: that is known already.
        var isFirst = true
        for _ in 0..<1_800 {
            try story.sendAll(prepare: { request in
                guard isFirst else { return .temporary("no route") }
                isFirst = false
                return Story.upload(.image)(request)
            })
            try story.postAll()
            try story.pass(.seconds(1))
        }
        #expect(story.sentWords == ["image:a"])
        #expect(story.notices.count == 1)
        try story.pass(.seconds(86_400))
        try story.sendAll(prepare: prepare)
        try story.postAll()
        #expect(story.notices.map(\.text).last == AuthorNotice.tooOld.text(in: .en))
    }

    @Test("Whoever waits for Connect to say which files there are is told the same; a refused upload counts as well, a dead token does not")
    func otherDelays() throws {
        let (unknown, _) = try story("see", files: nil)
        let (refused, _) = try story("see")
        let (dead, _) = try story("see")
        for _ in 0..<20 {
            try unknown.sendAll(files: { _ in nil })
            try refused.sendAll(prepare: { _ in .refused(DeliveryError(code: 2)) })
            try dead.sendAll(prepare: { _ in .refused(DeliveryError(code: 190)) })
            for story in [unknown, refused, dead] {
                try story.postAll()
                try story.pass(.seconds(60))
            }
        }
        #expect(unknown.notices.map(\.text) == [AuthorNotice.fileDelayed(name: nil).text(in: .en)])
        #expect(refused.notices.map(\.text) == [AuthorNotice.fileDelayed(name: "a.jpg").text(in: .en)])
        #expect(dead.notices.map(\.text) == [AuthorNotice.tokenBroken(number: Story.number.rawValue).text(in: .en)])
    }

    // MARK: Crashes

    @Test("The process may end between any two steps: each message goes once, or its author is told that it may not have", arguments: [true, false])
    func crashes(isBefore: Bool) throws {
        var step = 0
        var isOver = false
        while !isOver {
            step += 1
            let (story, post) = try story("see", files: nil)
            // The steps until here: the customer's message, its post, and the reading of the colleague's.
            story.crash = Story.Crash(step: step + 4, isBefore: isBefore)
            isOver = true
            do {
                try walk(story)
            } catch is Story.Crash {
                isOver = false
                try story.restart()
                try walk(story)
            }
            let point = "step \(step), \(isBefore ? "before" : "after")"
            let states = try story.outgoing(of: post).map(\.state)
            #expect(states.count == 3, "\(point)")
            #expect(Set(story.sentWords).count == story.sentWords.count, "sent twice: \(point)")
            let inDoubt = states.count { $0 == .unknown(authorTold: true) }
            #expect(inDoubt <= 1 && states.allSatisfy { $0 == .sent || $0 == .unknown(authorTold: true) }, "\(point): \(states)")
            #expect(story.sentWords.count >= 3 - inDoubt, "\(point)")
            #expect(story.notices.count == inDoubt, "\(point)")
        }
        #expect(step > 10)
    }

    private func walk(_ story: Story) throws {
        for _ in 0..<130 {
            try story.sendAll(
                files: { _ in [Story.file("a"), Story.file("b")] },
                prepare: { $0.file.name == "a" ? Story.upload(.voice)($0) : Story.upload(.image)($0) })
            try story.postAll()
            try story.pass(.seconds(1))
        }
    }

    // MARK: What the customer sees meanwhile

    @Test("Receipts and typing are given only where the number has them", arguments: [(false, false), (true, false), (false, true), (true, true)])
    func receipts(receipts: Bool, typing: Bool) throws {
        let (story, post) = try story("see") {
            $0.readReceipts = receipts
            $0.typing = typing
        }
        let id = try #require(try story.outgoing(of: post).first).id
        let flow = SendingFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        let hello = Wamid(rawValue: "wamid.hello")
        guard case .prepare(let request, let receipt) = try story.store.withTransaction({ try flow.begin(id, at: now, in: $0) }) else {
            Issue.record("the file is not made ready")
            return
        }
        #expect(receipt == (typing ? ReadReceipt(number: Story.number, account: "waba", wamid: hello, showsTyping: true) : nil))
        let aftermath = try story.store.withTransaction { transaction in
            _ = try flow.prepared(id, with: Story.upload(.image)(request), jitter: 0.5, at: now, in: transaction)
            _ = try flow.begin(id, at: now, in: transaction)
            return try flow.finish(id, with: .accepted(Wamid(rawValue: "w")), jitter: 0.5, at: now, in: transaction)
        }
        let expected = ReadReceipt(number: Story.number, account: "waba", wamid: hello, showsTyping: false)
        #expect(aftermath == (receipts ? .answered(expected) : .nothing))
    }
}
