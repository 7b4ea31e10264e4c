import BridgeTestSupport
import Testing

@testable import Bridge

/// The end of the 24 hours, second by second and by chance. "Sent" is judged by the one clock against Meta's timestamp.
@Suite struct WindowPropertyTests {
    private static let end = Story.start + .seconds(86_400)

    private func story(answeredAt answer: Moment?, sentAt moment: Moment) throws -> Story {
        let story = Story()
        try story.customerWrites("Hello")
        try story.postAll()
        if let answer {
            story.now = answer
            try story.colleagueWrites("Hi", in: story.roots[0].reference)
        }
        try story.pass(moment.since(story.now))
        if answer == nil { try story.colleagueWrites("Hi", in: story.roots[0].reference) }
        try story.sendAll()
        try story.postAll()
        return story
    }

    @Test("In each second around the window's end a post goes out until 60 s before it, and no longer; else its author is told")
    func everySecond() throws {
        for second in -125...60 {
            for offset in [0, -1] {
                let moment = Self.end + .milliseconds(second * 1_000 + offset)
                let isSent = moment < Self.end - .seconds(60)
                for answer in [nil, Story.start + .seconds(10)] {
                    let story = try story(answeredAt: answer, sentAt: moment)
                    #expect(story.sent.map(\.text) == (isSent ? ["Hi"] : []), "\(second) s, \(offset) ms")
                    let notice: AuthorNotice = answer == nil ? .windowClosed : .tooOld
                    #expect(story.notices.map(\.text) == (isSent ? [] : [notice.text(in: .en)]), "\(second) s, \(offset) ms")
                }
            }
        }
    }

    @Test("A message of the customer at the edge continues the discussion or opens another, by its timestamp and the recorded closing")
    func inboundAtTheEdge() throws {
        for second in -60...60 {
            for delay in [0, 30, 90] {
                for isClosedFirst in [true, false] {
                    let story = Story(closedMessage: "Closed")
                    try story.customerWrites("one")
                    try story.postAll()
                    story.now = Self.end + .seconds(second + delay)
                    if isClosedFirst { try story.pass(.zero) }
                    let isClosed = isClosedFirst && second + delay >= 0
                    try story.customerWrites("two", age: .seconds(delay))
                    try story.postAll()
                    let isContinued = second <= 0 && !isClosed
                    #expect(story.roots.count == (isContinued ? 1 : 2), "\(second) s, \(delay) s, closed: \(isClosed)")
                    // The first one is closed once, with its text, and the second not yet.
                    try story.pass(.zero)
                    try story.postAll()
                    #expect(story.posts.count { $0.text == "Closed" } == (isContinued ? 0 : 1), "\(second) s, \(delay) s, closed: \(isClosed)")
                }
            }
        }
    }

    @Test("Over random histories at the edge, with a clock that jumps: nothing is sent too late, discussions are as they should be, closed once")
    func histories() throws {
        var failures = 0
        var atEdge = 0
        for seed in TestSeed.rounds(400) {
            let history = WindowHistory(seed: seed)
            try history.run()
            atEdge += history.sentAtEdge
            guard !history.faults.isEmpty else { continue }
            Issue.record("\(TestSeed.hint(seed)): \(history.faults.prefix(5).joined(separator: "; "))")
            failures += 1
            if failures == 3 { return }
        }
        #expect(atEdge >= TestScale.rounds(400) / 20)
    }
}
