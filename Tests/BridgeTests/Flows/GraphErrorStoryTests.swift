import BridgeTestSupport
import Testing

@testable import Bridge

/// Every error code of WhatsApp, played through from a colleague's post to its end.
@Suite struct GraphErrorStoryTests {
    @Test("Every code has words of its own in both languages that say what happened and what to do")
    func words() throws {
        var seen: [String: Int] = [:]
        for (index, row) in GraphErrorTable.rows.enumerated() {
            for (language, advice) in [
                (Language.en, ["Please", "nothing to do", "you can answer", "Unblock", "attach it again"]),
                (.de, ["Bitte", "bitte", "nichts tun", "können Sie antworten", "Heben Sie", "hängen Sie"]),
            ] {
                let text = row.text(in: language)
                #expect(advice.contains { text.contains($0) }, "\(text)")
                #expect(text.count > 40 && text.hasSuffix("."))
                #expect(seen.updateValue(index, forKey: text) == nil, "\(text)")
            }
        }
        for item in GraphErrorCase.all where item.code > 0 && ![99_999, 133_333, .max].contains(item.code) {
            let row = GraphErrorTable.row(for: item.code, subcode: item.subcode)
            #expect(row.text(in: .en) != GraphErrorTable.unknown.text(in: .en), "\(item)")
        }
    }

    @Test("No code of the table is missing in the cases")
    func complete() {
        let played = Set(GraphErrorCase.all.map(\.code))
        for row in GraphErrorTable.rows {
            for code in row.codes.joined() { #expect(played.contains(code), "\(code)") }
            if let subcode = row.subcode { #expect(GraphErrorCase.all.contains { $0.subcode == subcode }) }
        }
    }

    @Test("A refusal as an answer takes the course of its code", arguments: GraphErrorCase.all)
    func answer(item: GraphErrorCase) throws {
        let error = DeliveryError(code: item.code, subcode: item.subcode, details: "why")
        try play(item.answer, error) { story, _ in
            try story.sendAll { _ in .refused(error) }
        }
    }

    @Test("A status that says failed takes the course of its code", arguments: GraphErrorCase.all)
    func status(item: GraphErrorCase) throws {
        let error = DeliveryError(code: item.code, subcode: item.subcode, details: "why")
        try play(item.status, error) { story, post in
            try story.sendAll()
            let message = try #require(try story.outgoing(of: post).first)
            if message.state == .sent { try story.status("failed", of: message, error: error) }
        }
    }

    @Test("What Meta calls transient is tried four times more if it was an answer, and never if it was a status")
    func transient() throws {
        let error = DeliveryError(code: 131_026, isTransient: true, details: "why")
        try play(.toldAfter([750, 1_500, 3_000, 6_000]), error) { story, _ in try story.sendAll { _ in .refused(error) } }
        try play(.told, error) { story, post in
            try story.sendAll()
            try story.status("failed", of: try #require(try story.outgoing(of: post).first), error: error)
        }
    }

    @Test(
        "A fault that would be tried again, reported when the window is over, does not promise another attempt",
        arguments: [131_016, 80_007, 131_056])
    func late(code: Int) throws {
        let (story, post) = try begin(.en)
        try story.sendAll()
        try story.pass(.seconds(86_400))
        try story.status("failed", of: try #require(try story.outgoing(of: post).first), error: DeliveryError(code: code))
        try story.postAll()
        #expect(story.notices.map(\.text) == [AuthorNotice.tooOld.text(in: .en)])
        #expect(try story.outgoing(of: post).map(\.state) == [.failed(reason: "WhatsApp \(code)")])
    }

    @Test("A failure that says nothing does not speak of a broken access")
    func nothingKnown() throws {
        let (story, post) = try begin(.en)
        try story.sendAll()
        try story.status("failed", of: try #require(try story.outgoing(of: post).first), error: nil)
        try story.postAll()
        #expect(story.notices.map(\.text) == [AuthorNotice.failed(GraphFailure(code: 131_000, source: .status)).text(in: .en)])
    }

    @Test(
        "What works after a few refusals has been sent, and nobody is told anything",
        arguments: [2, 4, 17, 130_429, 131_000, 131_016, 131_056, 131_057])
    func recovery(code: Int) throws {
        let (story, post) = try begin(.de)
        for _ in 0..<2 {
            try story.sendAll { _ in .refused(DeliveryError(code: code)) }
            try wait(for: post, in: story)
        }
        try story.sendAll()
        try story.postAll()
        #expect(try story.outgoing(of: post).map(\.state) == [.sent])
        #expect(story.sent.count == 3)
        #expect(Set(story.sent.map(\.messageID)).count == 1)
        #expect(story.notices.isEmpty)
    }

    // MARK: Playing

    private func begin(_ language: Language) throws -> (Story, ConnectPost) {
        let story = Story(language: language)
        try story.customerWrites("Hello")
        try story.postAll()
        return (story, try story.colleagueWrites("Hi", in: story.roots[0].reference))
    }

    /// Moves the clock to the moment before which the post's message must not be sent, or its account not be probed.
    /// - Returns: the wait in milliseconds.
    @discardableResult
    private func wait(for post: ConnectPost, in story: Story) throws -> Int64 {
        let message = try #require(try story.outgoing(of: post).first)
        let stop = try story.store.withTransaction { try $0.accountStop("waba") }
        let pause = max(message.notBefore, stop?.probeAt ?? message.notBefore).milliseconds - story.now.milliseconds
        // Not a moment earlier.
        let before = story.sent.count
        if pause > 1 {
            try story.pass(.milliseconds(pause - 1))
            try story.sendAll()
            #expect(story.sent.count == before)
            try story.pass(.milliseconds(1))
        } else {
            try story.pass(.milliseconds(max(pause, 0)))
        }
        return pause
    }

    /// Plays a post whose every attempt fails, in both languages.
    private func play(_ course: GraphErrorCase.Course, _ error: DeliveryError, attempt: (Story, ConnectPost) throws -> Void) throws {
        for language in Language.allCases {
            let (story, post) = try begin(language)
            let told = AuthorNotice.failed(error.failure(from: .answer)).text(in: language)
            let tooOld = AuthorNotice.tooOld.text(in: language)
            try attempt(story, post)
            try story.postAll()
            switch course {
            case .told:
                try expectEnd(of: post, in: story, attempts: 1, told: told)
            case .toldAfter(let waits):
                for (number, pause) in waits.enumerated() {
                    #expect(story.notices.isEmpty)
                    #expect(try wait(for: post, in: story) == pause)
                    try attempt(story, post)
                    #expect(story.sent.count == number + 2)
                    try story.postAll()
                }
                try expectEnd(of: post, in: story, attempts: waits.count + 1, told: told)
            case .goesOn(let waits):
                for (number, pause) in waits.enumerated() {
                    #expect(try wait(for: post, in: story) == pause)
                    try attempt(story, post)
                    #expect(story.sent.count == number + 2)
                }
                try story.postAll()
                #expect(story.notices.isEmpty)
                try story.pass(.seconds(86_400))
                try attempt(story, post)
                try story.postAll()
                try expectEnd(of: post, in: story, attempts: waits.count + 1, told: tooOld)
            case .stopsAccount:
                for number in 1...3 {
                    #expect(story.notices.map(\.text) == [AuthorNotice.tokenBroken(number: "1090").text(in: language)])
                    #expect(try wait(for: post, in: story) == 300_000)
                    try attempt(story, post)
                    #expect(story.sent.count == number + 1)
                    try story.postAll()
                }
                try story.pass(.seconds(86_400))
                try attempt(story, post)
                try story.postAll()
                #expect(story.sent.count == 4)
                #expect(story.notices.map(\.text).last == tooOld)
                #expect(story.notices.count == 2)
            }
        }
    }

    private func expectEnd(of post: ConnectPost, in story: Story, attempts: Int, told: String) throws {
        #expect(story.sent.count == attempts)
        #expect(story.notices.map(\.text) == [told])
        #expect(story.notices.first?.request.privateTo == "anna")
        #expect(story.notices.first?.request.repliesTo == post.reference)
        #expect(try story.outgoing(of: post).map(\.state.name) == ["failed"])
        // And that is the end.
        try story.pass(.seconds(86_400))
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.count == attempts)
        #expect(story.notices.count == 1)
    }
}
