import Bridge
import Protocol
import Testing

@testable import AppService

@Suite("Catching up a zone")
struct ZoneCatchUpTests {
    @Test("It begins with a subscription of the zone's newest 50")
    func subscription() {
        let catchUp = ZoneCatchUp(topic: "whatsapp", cursor: nil)
        #expect(catchUp.subscription == Connect.SetFilter(filter: Connect.Filter(topics: ["whatsapp"]), count: 50))
    }

    @Test("First contact ends with the first page")
    func firstContact() {
        var catchUp = ZoneCatchUp(topic: "whatsapp", cursor: nil)
        #expect(finished(catchUp.pageReceived(posts(60...109))) == .init(posts(60...109), at: 109))
        var empty = ZoneCatchUp(topic: "whatsapp", cursor: nil)
        #expect(finished(empty.pageReceived([])) == Result([], position: .origin))
    }

    @Test("Pages follow until one reaches behind the overlap, and what is older than that is left out")
    func pages() {
        var catchUp = ZoneCatchUp(topic: "whatsapp", cursor: position(100).cursor)
        #expect(
            catchUp.pageReceived(posts(151...200).reversed())
                == .getMore(Connect.GetMore(count: 50, timestamp: 151_001, id: Connect.ID(rawValue: 151))))
        #expect(
            catchUp.pageReceived(posts(101...150).shuffled())
                == .getMore(Connect.GetMore(count: 50, timestamp: 101_001, id: Connect.ID(rawValue: 101))))
        // The cursor is at 100 s, and the overlap a minute.
        #expect(
            catchUp.pageReceived(posts(51...100)) == .getMore(Connect.GetMore(count: 50, timestamp: 51_001, id: Connect.ID(rawValue: 51))))
        #expect(finished(catchUp.pageReceived(posts(1...50))) == .init(posts(40...200), at: 200))
    }

    @Test("It ends when there is nothing older")
    func nothingOlder() {
        var catchUp = ZoneCatchUp(topic: "whatsapp", cursor: ZonePosition.origin.cursor)
        #expect(next(catchUp.pageReceived(posts(1...3))) != nil)
        #expect(finished(catchUp.pageReceived([])) == .init(posts(1...3), at: 3))
    }

    @Test("A zone without posts keeps its cursor")
    func emptyZone() {
        var catchUp = ZoneCatchUp(topic: "whatsapp", cursor: position(100).cursor)
        #expect(finished(catchUp.pageReceived([])) == .init([], at: 100))
    }

    @Test("The same post twice counts once, with its newest text")
    func duplicates() {
        var catchUp = ZoneCatchUp(topic: "whatsapp", cursor: nil)
        var edited = post(2)
        edited.text = "edited"
        #expect(finished(catchUp.pageReceived([post(1), post(2), post(1), edited])) == .init([post(1), edited], at: 2))
    }

    @Test("A full page of what is known asks for larger ones, up to a limit", arguments: [(20_000, true), (40_000, false)])
    func largerPages(count: Int, isComplete: Bool) {
        var endless = ZoneCatchUp(topic: "whatsapp", cursor: ZonePosition.origin.cursor, pageSize: 2)
        let same = (1...count).map { post(UInt64($0), at: 5) }
        var step = endless.pageReceived(Array(same.suffix(2)))
        var sizes: [UInt64] = []
        while let request = next(step) {
            sizes.append(request.count ?? 0)
            step = endless.pageReceived(Array(same.suffix(Int(request.count ?? 0))))
        }
        #expect(sizes.first == 2)
        #expect(sizes.last == 32_768)
        #expect(finished(step)?.isComplete == isComplete)
        #expect(finished(step)?.posts.count == min(count, 32_768))
    }

    @Test("What is posted between the pages waits, in order and once")
    func waiting() {
        var catchUp = ZoneCatchUp(topic: "whatsapp", cursor: position(100).cursor)
        _ = catchUp.pageReceived(posts(151...200))
        #expect(catchUp.live(post(203)) == 1)
        #expect(catchUp.live(post(202)) == 2)
        #expect(catchUp.live(post(202)) == 2)
        // A change of a post that was read belongs to that post.
        var edited = post(160)
        edited.text = "edited"
        #expect(catchUp.live(edited) == 2)
        // This one comes between the posts of a page.
        let result = finished(catchUp.pageReceived(posts(1...150) + [post(201)]))
        #expect(result?.waiting == posts(201...203))
        #expect(result?.posts.first { $0.id == edited.id } == edited)
        #expect(result?.position == position(200))
    }

    @Test("Posts of other zones, and those without a place, are passed over")
    func strangers() {
        var catchUp = ZoneCatchUp(topic: "WhatsApp", cursor: nil)
        var other = post(1)
        other.topic = "sales"
        var silent = post(2)
        silent.topic = nil
        var timeless = post(3)
        timeless.timestamp = nil
        var nameless = post(4)
        nameless.id = nil
        #expect(finished(catchUp.pageReceived([other, silent, timeless, nameless, post(5)])) == .init([silent, post(5)], at: 5))
        #expect(catchUp.live(other) == 0)
    }

    @Test("There is an end to how much can be caught up")
    func tooMuch() {
        var catchUp = ZoneCatchUp(topic: "whatsapp", cursor: ZonePosition.origin.cursor, postLimit: 100)
        #expect(next(catchUp.pageReceived(posts(951...1_000))) != nil)
        let result = finished(catchUp.pageReceived(posts(901...950)))
        #expect(result?.isComplete == false)
        #expect(result?.posts == posts(901...1_000))
    }

    @Test("Times at the edge do no harm")
    func edges() {
        var late = ZoneCatchUp(topic: "whatsapp", cursor: ConnectCursor(rawValue: "\(UInt64.max)/\(UInt64.max)"))
        #expect(next(late.pageReceived([post(1, at: .max)]))?.timestamp == .max)
        var early = ZoneCatchUp(topic: "whatsapp", cursor: ConnectCursor(rawValue: "5/1"))
        #expect(next(early.pageReceived([post(1, at: 0)]))?.timestamp == 1)
    }

    @Test(
        "A cursor that the adapter did not make is none",
        arguments: ["", "/", "1", "1/", "/1", "1/2/3", "-1/2", "a/b", "1.5/2", "18446744073709551616/1"])
    func brokenCursor(text: String) {
        #expect(ZonePosition(ConnectCursor(rawValue: text)) == nil)
    }

    @Test("A cursor keeps every digit", arguments: [0, 1, 1_788_264_000_000, UInt64.max])
    func cursor(number: UInt64) {
        let position = ZonePosition(timestamp: number, id: Connect.ID(rawValue: number))
        #expect(ZonePosition(position.cursor) == position)
    }

    // MARK: Helpers

    private struct Result: Equatable {
        var posts: [Connect.Add]
        var waiting: [Connect.Add] = []
        var position: ZonePosition
        var isComplete = true

        init(_ posts: [Connect.Add], position: ZonePosition) {
            self.posts = posts
            self.position = position
        }

        init(_ posts: [Connect.Add], at id: UInt64) {
            self.init(posts, position: ZonePosition(timestamp: id * 1_000, id: Connect.ID(rawValue: id)))
        }

        init(_ outcome: ZoneCatchUp.Outcome) {
            posts = outcome.posts
            waiting = outcome.waiting
            position = outcome.position
            isComplete = outcome.isComplete
        }
    }

    private func finished(_ step: ZoneCatchUp.Step) -> Result? {
        if case .finished(let outcome) = step { return Result(outcome) }
        return nil
    }

    private func next(_ step: ZoneCatchUp.Step) -> Connect.GetMore? {
        if case .getMore(let request) = step { return request }
        return nil
    }

    private func position(_ id: UInt64) -> ZonePosition { ZonePosition(timestamp: id * 1_000, id: Connect.ID(rawValue: id)) }

    private func post(_ id: UInt64, at timestamp: UInt64? = nil) -> Connect.Add {
        Connect.Add(id: Connect.ID(rawValue: id), author: "anna", topic: "whatsapp", text: "post", timestamp: timestamp ?? id * 1_000)
    }

    private func posts(_ ids: ClosedRange<UInt64>) -> [Connect.Add] { ids.map { post($0) } }
}
