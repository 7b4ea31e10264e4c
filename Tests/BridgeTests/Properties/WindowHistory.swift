import BridgeTestSupport

@testable import Bridge

/// One random history around the ends of windows, beside a model that knows nothing but D6: Meta's timestamps decide what continues a
/// discussion, the recorded closing ends it, and sending is judged by the clock. The clock may be set forward or back by an hour at any step.
final class WindowHistory {
    /// A discussion as it has to be.
    private struct Expected {
        var newest: Moment
        var closesAt: Moment
        var isClosed = false
        /// What the customer wrote in it, in order.
        var texts: [String] = []
    }

    /// A post of a colleague, and what has to become of it.
    private struct Answer {
        var post: ConnectPost
        var discussion: Int
    }

    /// An ordinary day, and the days before summer time begins and ends in Europe.
    private static let days = [Story.start, Moment(seconds: 1_774_699_200), Moment(seconds: 1_792_843_200)]
    private static let day: Duration = .seconds(86_400)
    private static let closing = "Closed for now"

    private let story = Story(closedMessage: WindowHistory.closing)
    private var random: SeededGenerator
    private var discussions: [Expected] = []
    private var answers: [Answer] = []
    private var counter = 0
    private(set) var faults: [String] = []
    private(set) var sentAtEdge = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        story.now = random.pick(Self.days)
    }

    // MARK: The course

    func run() throws {
        try customerWrites()
        for _ in 0..<(20 + random.number(below: 30)) {
            try step()
            if random.happens(8) { story.now = story.now + .seconds(random.pick([-3_600, 3_600])) }
        }
        try send()
        try close()
        try story.postAll()
        check()
    }

    private func step() throws {
        switch random.number(below: 10) {
        case 0..<2: try customerWrites()
        case 2..<4: try colleagueWrites()
        case 4: try story.postAll()
        case 5..<7: try send()
        case 7: try close()
        default: moveClock()
        }
    }

    /// Mostly to within a minute or two of the end of a window.
    private func moveClock() {
        guard let last = discussions.last, random.happens(70) else {
            story.now = story.now + .seconds(random.number(below: 40_000))
            return
        }
        let edge = last.newest + Self.day + .milliseconds(random.number(below: 240_000) - 120_000)
        story.now = max(story.now + .seconds(1), random.happens(30) ? last.newest + Self.day - .seconds(60) : edge)
    }

    private func customerWrites() throws {
        counter += 1
        // Meta counts in seconds.
        let age = random.pick([0, 0, 1, 30, 61, 200, 90_000])
        let written = Moment(seconds: (story.now.milliseconds / 1_000) - Int64(age))
        let text = "c\(counter)."
        try story.customerWrites(text, age: story.now.since(written))
        let end = written + Self.day
        let closes = story.now < end ? end : max(end, story.now + .seconds(60))
        if let index = discussions.indices.last, !discussions[index].isClosed, written <= discussions[index].newest + Self.day {
            let newest = max(discussions[index].newest, written)
            discussions[index].newest = newest
            let end = newest + Self.day
            discussions[index].closesAt = max(discussions[index].closesAt, story.now < end ? end : max(end, story.now + .seconds(60)))
            discussions[index].texts.append(text)
        } else {
            if let index = discussions.indices.last { discussions[index].isClosed = true }
            discussions.append(Expected(newest: written, closesAt: closes, texts: [text]))
        }
    }

    private func colleagueWrites() throws {
        try story.postAll()
        // More than there should be is found at the end.
        guard !story.roots.isEmpty, story.roots.count <= discussions.count else { return }
        let index = random.happens(80) ? story.roots.count - 1 : random.number(below: story.roots.count)
        counter += 1
        let before = story.store.contents.outgoing.all.count
        let post = try story.colleagueWrites("m\(counter)", in: story.roots[index].reference)
        answers.append(Answer(post: post, discussion: index))
        let isSent = !discussions[index].isClosed && isOpen(index)
        let state = story.store.contents.outgoing.all.dropFirst(before).first?.state.name
        if isSent, state != "queued" { faults.append("\(post.html) is \(state ?? "nothing") although the window is open") }
    }

    private func isOpen(_ discussion: Int) -> Bool {
        story.now < discussions[discussion].newest + Self.day - .seconds(60)
    }

    private func send() throws {
        let before = story.sent.count
        try story.sendAll()
        for request in story.sent.dropFirst(before) {
            guard let answer = answers.first(where: { $0.post.html == request.text }) else {
                faults.append("nobody wrote \(request.text)")
                continue
            }
            let left = (discussions[answer.discussion].newest + Self.day).since(story.now)
            if left <= .seconds(60) { faults.append("\(request.text) is sent \(left) before the end of the window") }
            if left < .seconds(180) { sentAtEdge += 1 }
        }
        for answer in answers where isOpen(answer.discussion) && !discussions[answer.discussion].isClosed {
            let waiting = try story.outgoing(of: answer.post).filter { $0.state == .queued }
            if !waiting.isEmpty { faults.append("\(answer.post.html) is not sent although the window is open") }
        }
    }

    private func close() throws {
        try story.pass(.zero)
        for index in discussions.indices where !discussions[index].isClosed && discussions[index].closesAt <= story.now {
            discussions[index].isClosed = true
        }
    }

    // MARK: The end

    private func check() {
        let roots = story.roots.map(\.reference)
        if roots.count != discussions.count { faults.append("\(roots.count) discussions instead of \(discussions.count)") }
        for (root, expected) in zip(roots, discussions) {
            let posts = story.posts.filter { ($0.request.discussion ?? $0.reference) == root && $0.request.privateTo == nil }
            let texts = posts.compactMap { post in post.text.split(separator: "\n").first { $0.hasPrefix("c") && $0.hasSuffix(".") }.map(String.init)
            }
            if texts != expected.texts { faults.append("a discussion has \(texts) instead of \(expected.texts)") }
            let closings = posts.count { $0.text == Self.closing }
            if closings != (expected.isClosed ? 1 : 0) { faults.append("a discussion is closed \(closings) times, expected: \(expected.isClosed)") }
        }
        for answer in answers {
            let wasSent = story.sent.count { $0.text == answer.post.html }
            let told = story.notices.count { $0.request.repliesTo == answer.post.reference }
            if wasSent + told != 1 { faults.append("\(answer.post.html) is sent \(wasSent) times, and told of \(told) times") }
        }
    }
}
