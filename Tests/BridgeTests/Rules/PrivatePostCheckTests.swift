import FoundationEssentials
import Testing

@testable import Bridge

@Suite("The check of private posts") struct PrivatePostCheckTests {
    private static let now = Moment(seconds: 1_790_000_000)
    private static let zone = Zone(rawValue: "whatsapp")
    private static let foreign = "check-1a2b3c4d"
    private static let own = "check-5e6f7a8b"

    private static func started() -> PrivatePostCheck {
        var check = PrivatePostCheck()
        check.start(in: [zone], foreignText: foreign, ownText: own, at: now)
        return check
    }

    private static func post(
        _ text: String, isPrivate: Bool = true, in zone: Zone = zone, on login: ConnectLogin = .plain
    ) -> ConnectPost {
        let reference = PostReference(rawValue: "post")
        return ConnectPost(
            reference: reference, discussion: reference, repliesTo: nil, zone: zone, author: "anna", html: text, writtenAt: now,
            isPrivate: isPrivate, readOn: login, cursor: ConnectCursor(rawValue: "1"))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var posts: [ConnectPost]
        var expected: PrivatePostCheck.Result
    }

    @Test(
        "What was seen decides",
        arguments: [
            Case(testDescription: "its own, marked", posts: [post(own)], expected: .verified(at: now)),
            Case(testDescription: "its own, with a mention and formats", posts: [post("<b>@WhatsApp</b> \(own)<br>")], expected: .verified(at: now)),
            Case(testDescription: "nothing", posts: [], expected: .failed(.ownNotSeen, at: now)),
            Case(testDescription: "others only", posts: [post("check-")], expected: .failed(.ownNotSeen, at: now)),
            Case(testDescription: "in another zone", posts: [post(own, in: Zone(rawValue: "sales"))], expected: .failed(.ownNotSeen, at: now)),
            Case(testDescription: "as moderator", posts: [post(own, on: .moderator)], expected: .failed(.ownNotSeen, at: now)),
            Case(testDescription: "the foreign one as moderator", posts: [post(foreign, on: .moderator), post(own)], expected: .verified(at: now)),
            Case(testDescription: "its own without mark", posts: [post(own, isPrivate: false)], expected: .failed(.markMissing, at: now)),
            Case(testDescription: "the foreign one", posts: [post(foreign)], expected: .failed(.foreignSeen, at: now)),
            Case(
                testDescription: "the foreign one after its own", posts: [post(own), post(foreign, isPrivate: false)],
                expected: .failed(.foreignSeen, at: now)),
        ])
    func results(_ item: Case) {
        var check = Self.started()
        for post in item.posts { check.seen(post, at: Self.now) }
        check.confirm(at: Self.now)
        #expect(check.result == item.expected)
        #expect(check.run == nil)
    }

    @Test("After ten minutes it has failed, not before, and nothing that comes later changes that")
    func expiry() {
        var check = Self.started()
        let end = Self.now + .seconds(600)
        #expect(check.run?.until == end)
        check.expire(at: end - .milliseconds(1))
        #expect(check.run != nil)
        check.seen(Self.post(Self.own), at: end)
        #expect(check.result == .failed(.expired, at: end))
        check.confirm(at: end)
        check.seen(Self.post(Self.foreign), at: end)
        #expect(check.result == .failed(.expired, at: end))
    }

    @Test("Cancelling brings back what was known; starting anew forgets what the one before saw")
    func cancel() {
        var check = Self.started()
        check.seen(Self.post(Self.own), at: Self.now)
        check.confirm(at: Self.now)
        check.start(in: [Self.zone], foreignText: "f", ownText: "o", at: Self.now)
        check.cancel()
        #expect(check.result == .verified(at: Self.now))
        check = Self.started()
        check.seen(Self.post(Self.own), at: Self.now)
        check.start(in: [Self.zone], foreignText: "check-f", ownText: "check-o", at: Self.now)
        #expect(check.run?.ownSeen == false)
        check.confirm(at: Self.now)
        #expect(check.result == .failed(.ownNotSeen, at: Self.now))
    }

    @Test("Its posts are nobody's message, in every zone, whatever their marks say, and also when it is over")
    func owns() {
        var check = PrivatePostCheck()
        #expect(!check.owns(Self.post(Self.own)))
        check = Self.started()
        for _ in 0..<2 {
            #expect(check.owns(Self.post(Self.own, isPrivate: false, in: Zone(rawValue: "sales"))))
            #expect(check.owns(Self.post(Self.foreign)))
            #expect(!check.owns(Self.post("Hello")))
            check.cancel()
        }
    }

    @Test("It survives being written and read, at every stage")
    func coding() throws {
        var verified = Self.started()
        verified.seen(Self.post(Self.own), at: Self.now)
        let seen = verified
        verified.confirm(at: Self.now)
        var failed = Self.started()
        failed.seen(Self.post(Self.foreign), at: Self.now)
        for check in [PrivatePostCheck(), Self.started(), seen, verified, failed] {
            let data = try JSONEncoder().encode(check)
            #expect(try JSONDecoder().decode(PrivatePostCheck.self, from: data) == check)
        }
    }
}
