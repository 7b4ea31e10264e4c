import Testing

@testable import Bridge

@Suite struct DiscussionWatchTests {
    private let start = Moment(seconds: 1_790_000_000)
    private let root = PostReference(rawValue: "root")
    private let zone = Zone(rawValue: "whatsapp")

    private func post(_ name: String) -> PostReference { PostReference(rawValue: name) }

    /// The minutes at which something is read, up to a number of minutes; a note may come in between.
    private func minutes(of watch: inout DiscussionWatch, until end: Int, meanwhile: (Int, inout DiscussionWatch) -> Void = { _, _ in }) -> [Int] {
        var minutes: [Int] = []
        for minute in 0...end {
            let now = start + .seconds(60 * minute)
            meanwhile(minute, &watch)
            while watch.take(at: now) != nil { minutes.append(minute) }
        }
        return minutes
    }

    @Test("A discussion is read again 1, 5, 15 and 60 minutes after its newest answer, and no more")
    func ages() {
        var watch = DiscussionWatch()
        #expect(watch.due == nil)
        watch.note(post("a"), in: root, of: zone, at: start)
        #expect(watch.due == start + .seconds(60))
        #expect(minutes(of: &watch, until: 300) == [1, 5, 15, 60])
        #expect(watch.due == nil)
    }

    @Test("A newer answer begins anew")
    func newer() {
        var watch = DiscussionWatch()
        watch.note(post("a"), in: root, of: zone, at: start)
        let read = minutes(of: &watch, until: 300) { minute, watch in
            if minute == 10 { watch.note(self.post("b"), in: self.root, of: self.zone, at: self.start + .seconds(600)) }
        }
        #expect(read == [1, 5, 11, 15, 25, 70])
    }

    @Test("What was missed is read once, not several times")
    func missed() {
        var watch = DiscussionWatch()
        watch.note(post("a"), in: root, of: zone, at: start)
        let late = start + .seconds(20 * 60)
        #expect(watch.take(at: late) == DiscussionWatch.Reading(discussion: root, zone: zone, posts: [post("a")]))
        #expect(watch.take(at: late) == nil)
        #expect(watch.due == start + .seconds(3_600))
    }

    @Test("The posts of the last hour are looked for; who is due first comes first")
    func readings() {
        var watch = DiscussionWatch()
        watch.note(post("a"), in: root, of: zone, at: start)
        watch.note(post("b"), in: root, of: zone, at: start + .seconds(1_800))
        watch.note(post("c"), in: root, of: zone, at: start + .seconds(3_600))
        watch.note(post("x"), in: post("other"), of: zone, at: start + .seconds(3_590))
        let now = start + .seconds(3_700)
        #expect(watch.take(at: now)?.discussion == post("other"))
        #expect(watch.take(at: now)?.posts == [post("b"), post("c")])
        #expect(watch.take(at: now) == nil)
    }

    @Test("It is bounded: the discussion that is due last makes room")
    func bounded() {
        var watch = DiscussionWatch(limit: 3)
        for number in 0..<5 { watch.note(post("p\(number)"), in: post("d\(number)"), of: zone, at: start + .milliseconds(number)) }
        var read: [String] = []
        while let reading = watch.take(at: start + .seconds(3_000)) { read.append(reading.discussion.rawValue) }
        #expect(read == ["d0", "d1", "d4"])
    }

    @Test("A post counts as gone only if the answer shows its discussion, and is short enough to be all")
    func gone() {
        func shown(_ names: [String]) -> [ConnectPost] {
            names.map { name in
                ConnectPost(
                    reference: post(name), discussion: root, repliesTo: nil, zone: zone, author: "anna", html: "", writtenAt: start,
                    readOn: .plain, cursor: ConnectCursor(rawValue: "0"))
            }
        }
        let reading = DiscussionWatch.Reading(discussion: root, zone: zone, posts: [post("a"), post("b")])
        #expect(reading.gone(from: shown(["root", "a", "c"])) == [post("b")])
        #expect(reading.gone(from: shown(["root", "b", "a"])).isEmpty)
        #expect(reading.gone(from: shown(["a"])).isEmpty)
        #expect(reading.gone(from: []).isEmpty)
        let many = (0..<DiscussionWatch.longestAnswer).map { "p\($0)" }
        #expect(reading.gone(from: shown(["root"] + many.dropLast())).count == 2)
        #expect(reading.gone(from: shown(["root"] + many)).isEmpty)
    }
}
