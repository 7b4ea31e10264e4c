import BridgeTestSupport
import Testing

@testable import Bridge

/// A message that took more than a minute from the customer to Connect says when it was written.
@Suite struct LatenessTests {
    private func line(_ story: Story, writtenAt moment: Moment = Story.start) -> String {
        PostLine.written(at: moment.milliseconds).text(in: story.settings.language)
    }

    private func record(_ story: Story, _ content: CustomerMessage.Content, wamid: String, about quotes: String? = nil) throws {
        let message = CustomerMessage(
            number: Story.number, wamid: Wamid(rawValue: wamid), sender: Story.ada, senderName: "Ada", writtenAt: Story.start, content: content,
            quotes: quotes.map { Wamid(rawValue: $0) })
        try story.record(.message(message))
    }

    @Test("The line stands below the words, in the language of the instance, in local form", arguments: [Language.en, .de])
    func languages(language: Language) throws {
        let story = Story(language: language)
        try story.customerWrites("Hello")
        try story.customerWrites("again")
        story.now = story.now + .seconds(61)
        try story.postAll()
        let line = language == .en ? "Written at 2026-09-21 14:13 UTC, arrived late." : "Geschrieben am 2026-09-21 14:13 UTC, verspätet angekommen."
        #expect(story.posts.map(\.text) == ["*Ada*\nHello\n_\(line)_\n_\(Texts(language).text(.answersGoToCustomer))_", "*Ada*\nagain\n_\(line)_"])
    }

    @Test("Whatever made it wait: what counts is the time from the customer to Connect", arguments: [0, 30, 60, 61, 3_600])
    func parts(outside: Int) throws {
        for inside in [0, 30, 60, 61, 3_600] {
            let story = Story()
            story.now = story.now + .seconds(outside)
            try story.customerWrites("Hello", age: .seconds(outside))
            story.now = story.now + .seconds(inside)
            try story.postAll()
            #expect(story.posts[0].text.contains(line(story)) == (outside + inside > 60), "\(outside) s, then \(inside) s")
            #expect(story.posts[0].text.hasSuffix("_\(PostLine.answersGoToCustomer.text(in: .en))_"))
        }
    }

    @Test("Of a long message the first post says it, and only once however often Connect was busy")
    func long() throws {
        let story = Story()
        try story.customerWrites((0..<8_000).map { "word\($0)" }.joined(separator: " "))
        for _ in 0..<5 {
            try story.postAll { _ in .temporary("BUSY") }
            try story.pass(.seconds(61))
        }
        try story.postAll()
        #expect(story.posts.count > 1)
        let counts = story.posts.map { $0.text.split(separator: "arrived late").count - 1 }
        #expect(counts == [1] + Array(repeating: 0, count: story.posts.count - 1))
    }

    @Test("What was handed over in time keeps its words, whatever its answer took; what Connect did not get says it the second time")
    func doubt() throws {
        for isThere in [true, false] {
            let story = Story()
            try story.customerWrites("Hello")
            let flow = PostingFlow(settings: story.settings, makeKey: story.makeKey)
            let start = story.now
            let head = try #require(try story.store.withTransaction { try $0.headTasks(after: nil, limit: 1) }.first)
            guard case .post(let request) = try story.store.withTransaction({ try flow.begin(head.id, at: start, in: $0) }) else {
                Issue.record("it is not posted")
                return
            }
            story.now = story.now + .seconds(3_600)
            let later = story.now
            #expect(try story.store.withTransaction { try flow.begin(head.id, at: later, in: $0) } == .lookFor(request))
            var own = story.post("", by: "whatsapp", in: PostReference(rawValue: "root"))
            own.reference = own.discussion
            own.repliesTo = nil
            own.html = request.html
            let found = isThere ? [own] : []
            try story.store.withTransaction { try flow.settle(head.id, among: found, identity: story.identity, at: later, in: $0) }
            try story.postAll()
            #expect(story.posts.map { $0.text.contains(line(story)) } == (isThere ? [] : [true]))
            #expect(story.posts.allSatisfy { $0.request.key == request.key })
        }
    }

    @Test("The files of a message make it late or not, and what is written in their place later does not")
    func files() throws {
        for wait in [20, 70] {
            let story = Story()
            try story.customerSends()
            try story.loadAll(Story.unreachable)
            story.now = story.now + .seconds(wait)
            try story.postAll()
            #expect(story.posts[0].text.contains(line(story)) == (wait > 60))
            try story.pass(.seconds(600))
            try story.loadAll()
            try story.postAll()
            #expect(story.updates.count == 1)
            #expect(story.posts[0].text.contains(line(story)) == (wait > 60))
            #expect(story.posts[1].text == "f0.pdf")
        }
    }

    @Test("Reactions, news and words of our own do not say it; after the message's own window a reaction does")
    func others() throws {
        let story = Story(closedMessage: "Closed")
        try story.customerWrites("Hello", wamid: "wamid.1")
        try story.postAll()
        let post = try story.colleagueWrites("Hi", in: story.roots[0].reference)
        try story.sendAll { _ in .refused(DeliveryError(code: 100)) }
        try record(story, .placeholder(.reaction(emoji: "👍", quote: nil)), wamid: "r1", about: "wamid.1")
        try record(story, .placeholder(.system("news")), wamid: "n1")
        try record(story, .identityChange(IdentityChange(replaced: [], current: [.phone("4917601")], text: nil)), wamid: "n2")
        try story.pass(.seconds(3_600))
        try story.postAll()
        #expect(story.notices.map(\.request.repliesTo) == [post.reference])
        #expect(story.posts.count == 5)
        try story.pass(.seconds(86_400))
        try story.postAll()
        #expect(story.posts.last?.text == "Closed")
        #expect(!story.posts.contains { $0.text.contains(line(story)) })
        try record(story, .placeholder(.reaction(emoji: "🎉", quote: nil)), wamid: "r2", about: "wamid.1")
        try story.postAll()
        #expect(story.posts.last?.text.contains(line(story)) == true)
    }
}
