import BridgeTestSupport
import Testing

@testable import Bridge

/// A customer's file on its way to Connect.
@Suite struct FileStoryTests {
    /// The sentence for a file, without the customer's name and caption.
    private func sentence(_ state: MessagePlaceholder.MediaState) -> String {
        Texts(.en).text(.media(.document, name: "a.pdf", caption: nil, state))
    }

    // MARK: With its post

    @Test("A file that comes in time stands with its post")
    func inTime() throws {
        let story = Story()
        try story.customerSends()
        try story.postAll()
        #expect(story.posts.isEmpty)
        try story.loadAll()
        try story.postAll()
        #expect(story.posts.count == 1)
        #expect(story.attached.map(\.files) == [1])
        #expect(story.posts[0].text.contains(sentence(.attached) + "\nlook"))
        #expect(story.fileStates == ["handed-over"])
        #expect(story.inboundStates == ["posted"])
    }

    @Test("While a file is loaded, other conversations go on, and the customer's next words wait for 20 seconds at most")
    func holdsNobody() throws {
        let story = Story()
        try story.customerSends()
        try story.customerWrites("next")
        try story.customerWrites("other", from: [.phone("1")])
        try story.loadAll(Story.unreachable)
        try story.postAll()
        #expect(story.posts.map { $0.text.contains("other") } == [true])
        try story.pass(.seconds(19))
        try story.postAll()
        #expect(story.posts.count == 1)
        try story.pass(.seconds(1))
        try story.postAll()
        #expect(story.posts.count == 3)
        #expect(story.posts[1].text.contains(sentence(.loading)))
        #expect(story.posts[2].text.contains("next"))
    }

    @Test("The process may end between any two steps of a file's way: the file stands in Connect once", arguments: [true, false])
    func crashes(isBefore: Bool) throws {
        for late in [false, true] {
            var step = 0
            var isOver = false
            while !isOver {
                step += 1
                let story = Story()
                try story.customerSends()
                story.crash = Story.Crash(step: step + 1, isBefore: isBefore)
                isOver = true
                do {
                    try walk(story, late: late)
                } catch is Story.Crash {
                    isOver = false
                    try story.restart()
                    try walk(story, late: late)
                }
                let point = "step \(step), \(isBefore ? "before" : "after"), late: \(late)"
                #expect(story.attached.map(\.files) == [1], "\(point)")
                #expect(story.roots.count == 1, "\(point)")
                #expect(story.fileStates == ["handed-over"], "\(point)")
                #expect(story.inboundStates == ["posted"], "\(point)")
                #expect(story.posts[0].text.contains(sentence(story.posts.count == 1 ? .attached : .below)), "\(point)")
            }
            // Two for the file, two for the post, and once to the end.
            #expect(step >= 5)
        }
    }

    /// Everything that happens within a minute; a late file comes after 30 seconds.
    private func walk(_ story: Story, late: Bool) throws {
        let end = Story.start + .seconds(60)
        while story.now <= end {
            let isThere = !late || story.now >= Story.start + .seconds(30)
            try story.loadAll(isThere ? Story.loaded : Story.unreachable)
            try story.postAll()
            try story.pass(.seconds(1))
        }
    }

    // MARK: Late

    @Test("A file that is late comes as an answer below its post, whose text then says so")
    func late() throws {
        let story = Story()
        try story.customerSends()
        try story.loadAll(Story.unreachable)
        try story.pass(.seconds(20))
        try story.postAll()
        let root = story.roots[0].reference
        #expect(story.posts[0].text.contains(sentence(.loading) + "\nlook"))
        try story.pass(.seconds(600))
        try story.loadAll()
        try story.postAll()
        #expect(story.posts.count == 2)
        #expect(story.posts[1].request.repliesTo == root)
        #expect(story.posts[1].text == "f0.pdf")
        #expect(story.attached.map(\.files) == [1])
        #expect(story.text(of: root)?.contains(sentence(.below) + "\nlook") == true)
        #expect(story.text(of: root)?.contains(PostLine.answersGoToCustomer.text(in: .en)) == true)
        #expect(story.updates.count == 1)
    }

    @Test("A late file comes although its discussion is closed")
    func lateAfterClosing() throws {
        let story = Story(closedMessage: "closed")
        try story.customerSends()
        try story.pass(.seconds(20))
        try story.postAll()
        try story.pass(.seconds(2 * 86_400))
        try story.loadAll()
        try story.postAll()
        #expect(story.posts.map(\.request.files.count) == [0, 0, 1])
        #expect(story.fileStates == ["handed-over"])
    }

    @Test("A file is tried again after 1 s, 2 s and so on to an hour, for seven days; then the post says that it is lost")
    func schedule() throws {
        let story = Story()
        try story.customerSends()
        var tries: [Int64] = []
        let end = Story.start + .seconds(7 * 86_400)
        while story.now < end {
            if try story.loadAll(Story.unreachable) > 0 { tries.append(story.now.since(Story.start).wholeMilliseconds / 1_000) }
            if story.now == Story.start + .seconds(20) { try story.postAll() }
            // To the next moment at which something may happen.
            let next = story.store.contents.files.all[0].notBefore
            story.now = max(story.now + .seconds(1), min(next, story.now < Story.start + .seconds(20) ? Story.start + .seconds(20) : end))
        }
        #expect(tries.prefix(13) == [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1_023, 2_047, 4_095])
        #expect(tries.dropFirst(12).prefix(3) == [4_095, 7_695, 11_295])
        #expect(tries.count == 12 + 167)
        #expect(story.fileStates == ["waiting"])
        try story.loadAll(Story.unreachable)
        try story.postAll()
        #expect(story.fileStates == ["failed"])
        #expect(story.posts.count == 1)
        #expect(story.posts[0].text.contains(sentence(.lost)))
    }

    @Test(
        "A file that will never come is told of in its post, at once or later",
        arguments: [(InboundFile.Failure.lost, MessagePlaceholder.MediaState.lost), (.tooLarge, .tooLarge)])
    func never(failure: InboundFile.Failure, state: MessagePlaceholder.MediaState) throws {
        for isLate in [false, true] {
            let story = Story()
            try story.customerSends()
            if isLate {
                try story.pass(.seconds(20))
                try story.postAll()
            }
            try story.loadAll { _ in .failed(failure) }
            try story.postAll()
            #expect(story.posts.count == 1)
            #expect(story.posts[0].text.contains(sentence(state) + "\nlook"))
            #expect(try story.loadAll() == 0)
        }
    }

    // MARK: Connect and its files

    @Test("A post whose file Connect does not take goes without it; the file follows below")
    func notTaken() throws {
        let story = Story()
        try story.customerSends()
        try story.loadAll()
        for _ in 0..<40 {
            try story.postAll { $0.files.isEmpty ? nil : .files(.temporary("busy")) }
            try story.pass(.seconds(1))
        }
        #expect(story.posts.count == 1)
        #expect(story.posts[0].text.contains(sentence(.loading)))
        for _ in 0..<40 {
            try story.loadAll()
            try story.postAll()
            try story.pass(.seconds(1))
        }
        #expect(story.attached.map(\.files) == [1])
        #expect(story.posts[0].text.contains(sentence(.below)))
    }

    @Test("A file that Connect never takes is told of in its post", arguments: [PostRefusal.FileRefusal.tooLarge, .permanent("no")])
    func neverTaken(refusal: PostRefusal.FileRefusal) throws {
        let story = Story()
        try story.customerSends()
        try story.loadAll()
        try story.postAll { $0.files.isEmpty ? nil : .files(refusal) }
        #expect(story.posts.count == 1)
        #expect(story.posts[0].text.contains(sentence(refusal == .tooLarge ? .tooLarge : .refused)))
        #expect(story.fileStates == ["failed"])
    }

    @Test("A post that Connect has without its file gets it below; after five times the post says that Connect did not take it")
    func missing() throws {
        for keeps in [2, 9] {
            let story = Story()
            try story.customerSends()
            try story.loadAll()
            var offers = 0
            var lastOffer = 0
            for second in 0..<2_600 {
                try story.postAll(hasFiles: { request in
                    guard !request.files.isEmpty else { return true }
                    offers += 1
                    lastOffer = second
                    return offers >= keeps
                })
                try story.loadAll()
                try story.pass(.seconds(1))
            }
            // A network that is bad for half an hour costs no file.
            #expect(keeps == 2 || lastOffer > 1_800)
            #expect(offers == min(keeps, InboundFileFlow.handovers))
            #expect(story.posts[0].text.contains(sentence(keeps == 2 ? .below : .refused)))
            #expect(story.fileStates == [keeps == 2 ? "handed-over" : "failed"])
        }
    }

    private func storyWithLateFile() throws -> Story {
        let story = Story()
        try story.customerSends()
        try story.pass(.seconds(20))
        try story.postAll()
        try story.loadAll()
        return story
    }

    @Test("The answer with a late file is tried again when Connect is busy, however often")
    func busyAnswer() throws {
        let story = try storyWithLateFile()
        var refusals = 0
        for _ in 0..<300 {
            try story.postAll { _ in
                refusals += 1
                return refusals <= 6 ? .temporary("BUSY") : nil
            }
            try story.pass(.seconds(1))
        }
        #expect(story.attached.map(\.files) == [1])
        #expect(story.posts[0].text.contains(sentence(.below)))
    }

    @Test("When Connect will never accept the answer with a late file, the post says so at once")
    func refusedAnswer() throws {
        let story = try storyWithLateFile()
        try story.postAll { $0.files.isEmpty ? nil : .permanent("INVALID") }
        #expect(story.fileStates == ["failed"])
        #expect(story.posts[0].text.contains(sentence(.refused)))
    }

    @Test("What Connect has not taken for seven days is not said to be WhatsApp's fault")
    func neverTakenInTime() throws {
        let story = try storyWithLateFile()
        try story.postAll { $0.files.isEmpty ? nil : .files(.temporary("away")) }
        try story.pass(.seconds(7 * 86_400))
        try story.loadAll()
        try story.postAll { $0.files.isEmpty ? nil : .files(.temporary("away")) }
        #expect(story.posts[0].text.contains(sentence(.refused)))
    }

    // MARK: Several files, several places

    @Test("Contact cards: one that is late holds the others back once, one that never comes does not")
    func cards() throws {
        let story = Story()
        try story.customerSends(Story.cards, files: 2)
        try story.loadAll { $0.file.name == "f0.pdf" ? Story.loaded($0) : .temporary("full") }
        try story.pass(.seconds(20))
        try story.postAll()
        // The first is there and waits for the second: it is not to be looked at again and again meanwhile.
        let flow = InboundFileFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now + .seconds(10)
        let first = try #require(story.store.contents.files.all.first).id
        #expect(try story.store.withTransaction { try flow.begin(first, at: now, in: $0) } == .wait(until: now + InboundFileFlow.look))
        try story.pass(.seconds(600))
        try story.loadAll { _ in .failed(.lost) }
        try story.postAll()
        #expect(story.attached.map(\.files) == [1])
        #expect(story.fileStates == ["handed-over", "failed"])
    }

    @Test("A message that is placed anew brings its file along, to the new place only")
    func placedAnew() throws {
        let story = Story()
        try story.customerWrites("Hello")
        try story.postAll()
        let root = story.roots[0].reference
        try story.customerSends()
        try story.pass(.seconds(20))
        // The post is refused without its file, because somebody deleted the discussion; the file comes at the same time.
        let posting = PostingFlow(settings: story.settings, makeKey: story.makeKey)
        let head = try #require(try story.store.withTransaction { try $0.headTasks(after: nil, limit: 1) }.first)
        let now = story.now
        _ = try story.store.withTransaction { try posting.begin(head.id, at: now, in: $0) }
        try story.loadAll()
        try story.store.withTransaction { try posting.refuse(head.id, because: .targetGone("UNKNOWN_ID"), at: now, in: $0) }
        try story.postAll { $0.discussion == root ? .targetGone("UNKNOWN_ID") : nil }
        #expect(story.attached.map(\.post) == [try #require(story.roots.last).reference])
        #expect(story.roots.count == 2)
        #expect(story.fileStates == ["handed-over"])
        #expect(story.roots[1].text.contains(sentence(.attached)))
    }

    @Test("A message that is replayed does not promise a file that Connect has already")
    func replayed() throws {
        let story = Story()
        try story.customerSends()
        try story.loadAll()
        try story.postAll()
        let record = try #require(story.store.contents.inbound.all.first)
        let flow = InboundFlow(settings: story.settings, makeKey: story.makeKey)
        try story.pass(.seconds(60))
        let now = story.now
        try story.store.withTransaction { try flow.release(record, at: now, in: $0) }
        try story.postAll()
        #expect(story.posts.count == 2)
        #expect(!story.posts[1].text.contains(sentence(.loading)))
        #expect(story.attached.count == 1)
    }

    @Test("A file of a number that is not set up any more is not loaded, nor given up")
    func numberGone() throws {
        let story = Story()
        try story.customerSends()
        story.settings.numbers = [:]
        #expect(try story.loadAll() == 0)
        #expect(story.fileStates == ["waiting"])
    }
}
