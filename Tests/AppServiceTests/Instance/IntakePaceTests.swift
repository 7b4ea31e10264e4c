import Testing

@testable import AppService

@Suite("How fast webhooks are taken apart") struct IntakePaceTests {
    struct Look: Sendable {
        var arrived: Int
        var after: Duration
        var waited = Duration.zero
        var rests: Bool
    }

    @Test(
        "The intake rests while webhooks pour in, unless one has waited too long",
        arguments: [
            Look(arrived: 0, after: .milliseconds(1), rests: false),
            Look(arrived: 31, after: .zero, rests: false),
            Look(arrived: 32, after: .zero, rests: true),
            Look(arrived: 32, after: .milliseconds(31), rests: true),
            Look(arrived: 32, after: .milliseconds(32), rests: false),
            Look(arrived: 10_000, after: .seconds(9), rests: true),
            Look(arrived: 10_000, after: .seconds(10), rests: false),
            Look(arrived: 500, after: .milliseconds(60), waited: .milliseconds(4_999), rests: true),
            Look(arrived: 500, after: .milliseconds(60), waited: .seconds(5), rests: false),
        ])
    func rests(_ look: Look) {
        var pace = IntakePace()
        _ = pace.rest(received: 70, after: .seconds(100), oldestWaited: .zero)
        #expect((pace.rest(received: 70 + look.arrived, after: look.after, oldestWaited: look.waited) != nil) == look.rests)
    }

    @Test("Only what came in since the last look counts")
    func countsAnew() {
        var pace = IntakePace()
        #expect(pace.rest(received: 1_000, after: .milliseconds(10), oldestWaited: .zero) == .milliseconds(50))
        #expect(pace.rest(received: 1_000, after: .milliseconds(60), oldestWaited: .zero) == nil)
        #expect(pace.rest(received: 1_031, after: .milliseconds(1), oldestWaited: .zero) == nil)
    }
}
