import Bridge
import Testing

@testable import AppService

@Suite("Slowing of failed logins")
struct LoginThrottleTests {
    let start = Moment(milliseconds: 1_790_000_000_000)

    @Test("Each failure of an address waits twice as long, up to 15 s; other addresses do not")
    func growth() {
        var throttle = LoginThrottle()
        let waits = (0..<70).map { _ in throttle.failed(from: "192.0.2.1", at: start) }
        #expect(waits.prefix(6) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(15), .seconds(15)])
        #expect(waits.last == .seconds(15))
        #expect(throttle.failed(from: "192.0.2.2", at: start) == .seconds(1))
    }

    @Test("Ten minutes after the last failure all is forgotten")
    func memory() {
        var throttle = LoginThrottle()
        _ = throttle.failed(from: "a", at: start)
        #expect(throttle.failed(from: "a", at: start + .seconds(599)) == .seconds(2))
        #expect(throttle.failed(from: "a", at: start + .seconds(1_198)) == .seconds(4))
        #expect(throttle.failed(from: "a", at: start + .seconds(1_798)) == .seconds(1))
    }

    @Test("Failures from ever new addresses do not fill the memory")
    func capacity() {
        var throttle = LoginThrottle()
        for number in 0..<20_000 { _ = throttle.failed(from: "\(number)", at: start + .milliseconds(number)) }
        #expect(throttle.count <= LoginThrottle.capacity)
        #expect(throttle.failed(from: "19999", at: start + .seconds(21)) == .seconds(2))
    }

    @Test("A challenge is known for a minute, and as long as there are not too many newer ones")
    func challenges() {
        var challenges = RecentChallenges()
        challenges.issued("a", at: start)
        #expect(challenges.contains("a", at: start + .seconds(60)))
        #expect(!challenges.contains("a", at: start + .milliseconds(60_001)))
        #expect(!challenges.contains("b", at: start))
        for number in 0..<5_000 { challenges.issued("\(number)", at: start) }
        #expect(!challenges.contains("a", at: start))
        #expect(challenges.contains("4999", at: start))
        challenges.issued("later", at: start + .seconds(100))
        #expect(challenges.contains("later", at: start + .seconds(100)))
        #expect(!challenges.contains("4999", at: start + .seconds(100)))
    }
}
