import BridgeTestSupport
import Testing

@testable import Bridge

@Suite struct SendingTests {
    private func storyWithPost(_ text: String = "Hi") throws -> (Story, ConnectPost) {
        let story = Story()
        try story.customerWrites("Hello")
        try story.postAll()
        let post = try story.colleagueWrites(text, in: story.roots[0].reference)
        return (story, post)
    }

    @Test("States follow Meta's statuses, only forward, in any order and however often")
    func statuses() throws {
        let orders: [([String], OutgoingState)] = [
            (["sent", "delivered", "read"], .read),
            (["read", "delivered", "sent"], .read),
            (["delivered", "sent", "delivered"], .delivered),
            (["sent", "warning"], .sent),
            (["played"], .read),
            (["delivered", "failed"], .delivered),
            (["failed", "sent"], .failed(reason: "WhatsApp 131000")),
            (["failed", "delivered"], .delivered),
        ]
        for (order, end) in orders {
            let (story, post) = try storyWithPost()
            try story.sendAll()
            for status in order {
                try story.status(status, of: try #require(try story.outgoing(of: post).first))
            }
            #expect(try story.outgoing(of: post).map(\.state) == [end], "after \(order)")
        }
    }

    @Test("A status that comes before Meta's answer counts, with and without our own ID")
    func early() throws {
        for names in [true, false] {
            let (story, post) = try storyWithPost()
            let message = try #require(try story.outgoing(of: post).first)
            try story.sendAll { request in
                var status = DeliveryStatus(number: Story.number, wamid: Wamid(rawValue: "wamid.early"), status: "delivered", at: story.now)
                status.messageID = names ? request.messageID : nil
                try? story.record(.status(status))
                return .accepted(Wamid(rawValue: "wamid.early"))
            }
            #expect(try story.outgoing(of: post).map(\.state) == [.delivered])
            #expect(message.state == .queued)
        }
    }

    @Test("A file that Meta has lost before its time is uploaded anew once")
    func lostUpload() throws {
        let (story, _) = try storyWithPost()
        try story.sendAll()
        let file = ConnectFile(reference: "f", name: "offer.pdf")
        func postFile() throws -> ConnectPost {
            let post = story.post("", in: story.roots[0].reference, files: [file])
            try story.read(post)
            return post
        }
        let post = try postFile()
        var uploads: [Moment] = [story.now - .seconds(86_400)]
        let prepare: (PreparationRequest) -> PreparationResult = { _ in
            let upload = UploadedFile(mediaID: "media\(uploads.count)", kind: .document, name: "offer.pdf", at: uploads.last ?? story.now)
            uploads.append(story.now)
            return .uploaded(upload)
        }
        var lost: Set<String> = ["media1"]
        let result: (SendRequest) -> SendResult = { request in
            guard case .file(let file, _) = request.content, let id = file.upload?.mediaID else { return .ambiguous("no file") }
            return lost.contains(id) ? .refused(DeliveryError(code: 100, details: "no such media")) : .accepted(Wamid(rawValue: "w"))
        }
        try story.sendAll(result: result, prepare: prepare)
        #expect(story.sent.count == 3)
        #expect(try story.outgoing(of: post).map(\.state) == [.sent])

        lost = ["media3", "media4"]
        uploads = [story.now, story.now, story.now - .seconds(86_400)]
        let second = try postFile()
        try story.sendAll(result: result, prepare: prepare)
        #expect(story.sent.count == 5)
        #expect(try story.outgoing(of: second).map(\.state.name) == ["failed"])
    }

    @Test("A message in doubt is never sent again; after 60 s its author is told and the queue goes on")
    func doubt() throws {
        let (story, post) = try storyWithPost("first")
        try story.colleagueWrites("second", in: story.roots[0].reference)
        try story.sendAll { $0.text == "first" ? .ambiguous("time-out") : .accepted(Wamid(rawValue: "w2")) }
        #expect(story.sent.map(\.text) == ["first"])
        try story.pass(.seconds(59))
        try story.sendAll()
        #expect(story.sent.map(\.text) == ["first"])
        try story.pass(.seconds(1))
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.map(\.text) == ["first", "second"])
        #expect(story.notices.map(\.text) == [AuthorNotice.possiblyNotSent(excerpt: nil).text(in: .en)])
        #expect(story.notices[0].request.repliesTo == post.reference)
    }

    @Test("A status with our own ID settles a message in doubt at once")
    func settled() throws {
        let (story, post) = try storyWithPost("first")
        try story.colleagueWrites("second", in: story.roots[0].reference)
        try story.sendAll { $0.text == "first" ? .ambiguous("reset") : .accepted(Wamid(rawValue: "w2")) }
        try story.status("sent", of: try #require(try story.outgoing(of: post).first), wamid: "w1")
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.map(\.text) == ["first", "second"])
        #expect(story.notices.isEmpty)
        #expect(try story.outgoing(of: post).map(\.wamid) == [Wamid(rawValue: "w1")])
    }

    @Test("What was being sent when the process ended is in doubt after the restart")
    func restart() throws {
        let (story, post) = try storyWithPost()
        let id = try #require(try story.outgoing(of: post).first?.id)
        let flow = SendingFlow(settings: story.settings, makeKey: story.makeKey)
        let now = story.now
        _ = try story.store.withTransaction { try flow.begin(id, at: now, in: $0) }
        try story.store.withTransaction { try flow.recover(at: now, in: $0) }
        try story.sendAll()
        #expect(story.sent.isEmpty)
        #expect(try story.outgoing(of: post).map(\.state) == [.unknown(authorTold: false)])
    }

    @Test("What never left us is tried again")
    func notSent() throws {
        let (story, _) = try storyWithPost()
        try story.sendAll { _ in .notSent("connection refused") }
        try story.pass(.seconds(2))
        try story.sendAll()
        #expect(story.sent.count == 2)
    }

    @Test("A final error is told to the author privately, with what to do", arguments: [131_026, 131_047, 100, 99_999])
    func finalError(code: Int) throws {
        let (story, post) = try storyWithPost()
        try story.sendAll()
        try story.status("failed", of: try #require(try story.outgoing(of: post).first), error: DeliveryError(code: code, details: "x"))
        // 131047 although our clock says open is tried once more.
        try story.pass(.seconds(6))
        try story.sendAll()
        if let again = try story.outgoing(of: post).first, again.state == .sent {
            #expect(code == 131_047)
            try story.status("failed", of: again, error: DeliveryError(code: code))
        }
        try story.postAll()
        #expect(story.notices.count == 1)
        #expect(story.notices[0].request.privateTo == "anna")
        #expect(try story.outgoing(of: post).map(\.state.name) == ["failed"])
    }

    @Test("A refused token stops the account's queue, is said once, and is probed every five minutes")
    func brokenToken() throws {
        let (story, _) = try storyWithPost("first")
        try story.colleagueWrites("second", in: story.roots[0].reference)
        let refused: (SendRequest) -> SendResult = { _ in .refused(DeliveryError(code: 190)) }
        try story.sendAll(result: refused)
        try story.pass(.seconds(299))
        try story.sendAll(result: refused)
        #expect(story.sent.count == 1)
        try story.pass(.seconds(1))
        try story.sendAll(result: refused)
        #expect(story.sent.count == 2)
        try story.pass(.seconds(300))
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.map(\.text) == ["first", "first", "first", "second"])
        #expect(story.notices.count == 1)
    }

    @Test("A post in several parts goes out in order; when one fails, the rest is not sent and the author is told which")
    func parts() throws {
        let text = (0..<3).map { String(repeating: "abc\($0) ", count: 700) }.joined(separator: "\n\n")
        let (story, post) = try storyWithPost(text)
        let parts = try story.outgoing(of: post)
        #expect(parts.count >= 3)
        try story.sendAll { $0.messageID == parts[1].messageID ? .refused(DeliveryError(code: 100)) : .accepted(Wamid(rawValue: $0.messageID)) }
        try story.postAll()
        #expect(story.sent.count == 2)
        #expect(story.notices.count == 1)
        #expect(story.notices[0].text.contains("2"))
        #expect(try story.outgoing(of: post).map(\.state.name) == ["sent"] + Array(repeating: "failed", count: parts.count - 1))
    }

    @Test("What became too old while the token was refused is not sent, and its author is told")
    func tooOld() throws {
        let (story, _) = try storyWithPost()
        try story.sendAll { _ in .refused(DeliveryError(code: 190)) }
        try story.pass(.seconds(86_400))
        try story.sendAll()
        try story.postAll()
        #expect(story.sent.count == 1)
        #expect(story.notices.map(\.text).last == AuthorNotice.tooOld.text(in: .en))
    }
}
