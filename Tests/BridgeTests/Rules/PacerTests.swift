import Testing

@testable import Bridge

@Suite struct PacerTests {
    private let number = PhoneNumberID(rawValue: "1090")
    private let start = Moment(seconds: 1_790_000_000)

    private func conversation(_ id: Int64) -> Conversation.ID { Conversation.ID(rawValue: id) }

    @Test("Ten messages to one person go at once, the next ones every six seconds")
    func pair() {
        var pacer = Pacer()
        for _ in 0..<10 {
            #expect(pacer.turn(number: number, conversation: conversation(1), at: start) == start)
            pacer.sent(number: number, conversation: conversation(1), at: start)
        }
        #expect(pacer.turn(number: number, conversation: conversation(1), at: start) == start + .seconds(6))
        #expect(pacer.turn(number: number, conversation: conversation(2), at: start) == start)
        pacer.sent(number: number, conversation: conversation(1), at: start + .seconds(6))
        #expect(pacer.turn(number: number, conversation: conversation(1), at: start + .seconds(7)) == start + .seconds(12))
    }

    @Test("A number sends at most sixty messages a second, whoever they go to")
    func throughput() {
        var pacer = Pacer()
        var now = start
        for index in 0..<600 {
            now = max(now, pacer.turn(number: number, conversation: conversation(Int64(index)), at: now))
            pacer.sent(number: number, conversation: conversation(Int64(index)), at: now)
        }
        #expect(now.since(start) >= .seconds(9))
        #expect(now.since(start) < .seconds(10))
        let other = PhoneNumberID(rawValue: "1091")
        #expect(pacer.turn(number: other, conversation: conversation(9_999), at: now) == now)
    }

    @Test("A number that Meta wants to be quiet waits, and only that number")
    func rest() {
        var pacer = Pacer()
        pacer.rest(number: number, until: start + .seconds(30))
        pacer.rest(number: number, until: start + .seconds(10))
        #expect(pacer.turn(number: number, conversation: conversation(1), at: start) == start + .seconds(30))
        #expect(pacer.turn(number: number, conversation: conversation(1), at: start + .seconds(31)) == start + .seconds(31))
        #expect(pacer.turn(number: PhoneNumberID(rawValue: "1091"), conversation: conversation(1), at: start) == start)
    }

    @Test("A clock that was set back freezes nothing")
    func clockSetBack() {
        var pacer = Pacer()
        for _ in 0..<10 { pacer.sent(number: number, conversation: conversation(1), at: start) }
        let earlier = start - .seconds(3_600)
        #expect(pacer.turn(number: number, conversation: conversation(1), at: earlier) <= earlier + .seconds(6))
    }
}
