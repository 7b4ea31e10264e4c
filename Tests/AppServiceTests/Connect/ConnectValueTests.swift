import Bridge
import Protocol
import Testing

@testable import AppService

@Suite("The adapter's small values")
struct ConnectValueTests {
    private let zone = Zone(rawValue: "whatsapp")

    @Test("A reference names its Connect app, and is read back only there")
    func references() {
        let reading = PostReading(app: "Connect")
        let reference = reading.reference(Connect.ID(rawValue: .max))
        #expect(reading.id(reference) == Connect.ID(rawValue: .max))
        #expect(PostReading(app: "connect").id(reference) != nil)
        #expect(PostReading(app: "social").id(reference) == nil)
    }

    @Test(
        "A reference that the adapter did not make is none",
        arguments: ["", ":", "1", "connect", "connect:", "connect:0", "connect:-1", "connect:x", ":1", "connect:1:2"])
    func brokenReference(text: String) {
        #expect(PostReading(app: "connect").id(PostReference(rawValue: text)) == nil)
    }

    @Test("A reference's app may have a colon in its name")
    func colon() {
        let reading = PostReading(app: "a:b")
        #expect(reading.id(reading.reference(Connect.ID(rawValue: 7))) == Connect.ID(rawValue: 7))
    }

    @Test("A reply that names no target answers its root, and a post that names itself is a root")
    func places() throws {
        let reading = PostReading(app: "connect")
        func read(addsTo: UInt64?, repliesTo: UInt64?) -> (Bool, String?, String)? {
            reading.post(
                Connect.Add(
                    id: Connect.ID(rawValue: 9), addsTo: addsTo.map(Connect.ID.init(rawValue:)), repliesTo: repliesTo.map(Connect.ID.init(rawValue:)),
                    author: "anna",
                    timestamp: 1), in: zone
            ).map { ($0.isRoot, $0.repliesTo?.rawValue, $0.discussion.rawValue) }
        }
        #expect(try #require(read(addsTo: nil, repliesTo: nil)) == (true, nil, "connect:9"))
        #expect(try #require(read(addsTo: 9, repliesTo: nil)) == (true, nil, "connect:9"))
        #expect(try #require(read(addsTo: 9, repliesTo: 9)) == (true, nil, "connect:9"))
        #expect(try #require(read(addsTo: 5, repliesTo: nil)) == (false, "connect:5", "connect:5"))
        #expect(try #require(read(addsTo: 5, repliesTo: 7)) == (false, "connect:7", "connect:5"))
        #expect(try #require(read(addsTo: nil, repliesTo: 7)) == (false, "connect:7", "connect:7"))
    }

    @Test("Posts wait in their order, and a zone's cursor never goes back")
    func buffer() throws {
        var buffer = EventBuffer(postLimit: 10)
        buffer.append([], of: zone, upTo: position(5))
        #expect(buffer.append(try post(7), at: position(7)))
        #expect(buffer.append(try post(9), at: position(9)))
        #expect(buffer.append(try post(8), at: position(8)))
        buffer.append(.disconnected("x"))
        #expect(buffer.append(try post(3), at: position(3)))
        var seen: [String] = []
        while let event = buffer.popFirst() {
            switch event {
            case .posted(let post): seen.append("\(post.reference) \(post.cursor.rawValue)")
            case .caughtUp(_, _, let cursor): seen.append("caught up \(cursor.rawValue)")
            default: seen.append("other")
            }
        }
        #expect(seen == ["caught up 5/5", "connect:7 7/7", "connect:8 8/8", "connect:9 9/9", "other", "connect:3 9/9"])
        #expect(buffer.isEmpty)
    }

    @Test("Only so many posts wait; taking one makes room, and other events need none")
    func bufferLimit() throws {
        var buffer = EventBuffer(postLimit: 2)
        #expect(buffer.append(try post(1), at: position(1)))
        #expect(buffer.append(try post(2), at: position(2)))
        #expect(try !buffer.append(post(3), at: position(3)))
        buffer.append(.disconnected("x"))
        _ = buffer.popFirst()
        #expect(buffer.append(try post(3), at: position(3)))
    }

    @Test("Many events go through without the buffer growing out of order")
    func longBuffer() throws {
        var buffer = EventBuffer(postLimit: 10_000)
        var next: UInt64 = 1
        var expected: UInt64 = 1
        for round in 0..<200 {
            for _ in 0..<(round % 7) * 30 {
                #expect(buffer.append(try post(next), at: position(next)))
                next += 1
            }
            for _ in 0..<(round % 5) * 40 {
                guard case .posted(let post)? = buffer.popFirst() else { break }
                #expect(post.reference.rawValue == "connect:\(expected)")
                expected += 1
            }
        }
        #expect(expected > 10_000)
    }

    @Test("Waits double up to a minute, and begin anew after a success")
    func delays() {
        var delay = ReconnectDelay()
        #expect((0..<8).map { _ in delay.next(jitter: 1) } == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
        delay.reset()
        #expect(delay.next(jitter: 0.8) == .milliseconds(800))
        #expect(delay.next(jitter: 1.2) == .milliseconds(2_400))
    }

    @Test("What Connect says in a failure is shown up to 200 characters")
    func words() {
        #expect(Connect.Failure().words == "Connect refused it")
        #expect(Connect.Failure(code: "BUSY", text: "start-up").words == "BUSY: start-up")
        #expect(Connect.Failure(detail: String(repeating: "x", count: 900)).words.count == 200)
    }

    private func position(_ id: UInt64) -> ZonePosition { ZonePosition(timestamp: id, id: Connect.ID(rawValue: id)) }

    private func post(_ id: UInt64) throws -> ConnectPost {
        try #require(PostReading(app: "connect").post(Connect.Add(id: Connect.ID(rawValue: id), author: "anna", timestamp: id), in: zone))
    }
}
