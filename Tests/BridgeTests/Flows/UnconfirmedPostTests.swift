import BridgeTestSupport
import Testing

@testable import Bridge

/// Posts of ours that Connect has, while we do not know it yet.
@Suite struct UnconfirmedPostTests {
    /// A customer wrote, Connect has the root, and its answer was lost.
    private func storyInDoubt() throws -> (Story, task: PostTask.ID, root: ConnectPost) {
        let story = Story()
        try story.customerWrites("Hello")
        let task = try begin(story)
        var root = story.post("Hello", by: "whatsapp", in: PostReference(rawValue: "root"))
        root.reference = root.discussion
        root.repliesTo = nil
        root.html = try #require(story.store.contents.tasks.all.first).html
        try story.read(root)
        return (story, task, root)
    }

    private func begin(_ story: Story) throws -> PostTask.ID {
        let flow = PostingFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        return try story.store.withTransaction { transaction in
            let task = try #require(try transaction.headTasks(after: nil, limit: 1).first)
            guard case .post = try flow.begin(task.id, at: now, in: transaction) else { throw MemoryStoreError.readOnly }
            return task.id
        }
    }

    private func settle(_ story: Story, _ task: PostTask.ID, among posts: [ConnectPost]) throws {
        let flow = PostingFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        try story.store.withTransaction { try flow.settle(task, among: posts, identity: story.identity, at: now, in: $0) }
    }

    @Test("Everyone who answers a root that stays unconfirmed is told, in its own discussion")
    func unconfirmedRoot() throws {
        let (story, task, root) = try storyInDoubt()
        let answers = ["one", "two"].map { story.post($0, in: root.reference) }
        for answer in answers {
            #expect(try story.read(answer) == .needsConfirmation)
            #expect(try story.read(answer, isComplete: true) == .done)
        }
        try settle(story, task, among: [root])
        try story.postAll()
        try story.sendAll()
        #expect(story.sent.isEmpty)
        #expect(story.notices.map(\.request.repliesTo) == answers.map(\.reference))
        #expect(story.notices.allSatisfy { $0.text == AuthorNotice.unknownAncestor.text(in: .en) && $0.request.privateTo == "anna" })
        #expect(story.store.contents.hints.isEmpty)
    }

    @Test("A root that is confirmed in time lets its answers go out")
    func confirmedInTime() throws {
        let (story, task, root) = try storyInDoubt()
        let answer = story.post("Hi Ada", in: root.reference)
        #expect(try story.read(answer) == .needsConfirmation)
        try settle(story, task, among: [root])
        #expect(try story.read(answer) == .done)
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["Hi Ada"])
    }

    @Test("What is taken over after a doubt is public only if it says the same", arguments: [true, false])
    func takenOver(saysTheSame: Bool) throws {
        let (story, task, root) = try storyInDoubt()
        try settle(story, task, among: [root])
        try story.customerWrites("second")
        let second = try begin(story)
        let html = try #require(story.store.contents.tasks.all.last).html
        var found = story.post("Only for you, Anna", by: "whatsapp", in: root.reference)
        if saysTheSame { found.html = html }
        try settle(story, second, among: [root, found])
        let answer = story.post("answer", in: root.reference, answering: found.reference)
        try story.read(answer, isComplete: true)
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.map(\.text) == (saysTheSame ? ["answer"] : []))
        #expect(story.notices.map(\.text) == (saysTheSame ? [] : [AuthorNotice.privateAncestor.text(in: .en)]))
    }
}
