import Testing

@testable import AppService

@Suite struct SpoolBudgetTests {
    private var budget = SpoolBudget(limit: 100)

    @Test("Room is granted until it is used up, then wishes wait in their order")
    mutating func order() {
        #expect(budget.ask(60, for: "a", mayWait: true).answer == .granted)
        #expect(budget.ask(60, for: "b", mayWait: true).answer == .waits(1))
        #expect(budget.ask(10, for: "c", mayWait: true).answer == .waits(2))
        #expect(budget.used == 60)
        #expect(budget.release("a") == [1, 2])
        #expect(budget.claims == ["b": 60, "c": 10])
        #expect(budget.used == 70)
    }

    @Test("A small wish does not overtake a large one, or the large one might wait for ever")
    mutating func noOvertaking() {
        _ = budget.ask(50, for: "a", mayWait: true)
        _ = budget.ask(30, for: "b", mayWait: true)
        #expect(budget.ask(80, for: "large", mayWait: true).answer == .waits(1))
        #expect(budget.ask(10, for: "small", mayWait: true).answer == .waits(2))
        #expect(budget.release("a") == [])
        #expect(budget.release("b") == [1, 2])
    }

    @Test("Who does not want to wait is told that it is full")
    mutating func full() {
        #expect(budget.ask(100, for: "a", mayWait: false).answer == .granted)
        #expect(budget.ask(1, for: "b", mayWait: false).answer == .full)
        #expect(budget.ask(0, for: "c", mayWait: false).answer == .granted)
        #expect(budget.release("b") == [])
        #expect(budget.used == 100)
    }

    @Test("What can never fit does not wait", arguments: [101, Int64.max])
    mutating func never(bytes: Int64) {
        #expect(budget.ask(bytes, for: "a", mayWait: true).answer == .full)
        _ = budget.ask(1, for: "b", mayWait: true)
        #expect(budget.ask(bytes, for: "b", mayWait: true).answer == .full)
        #expect(budget.claims == ["b": 1])
    }

    @Test("Who holds room gets more at once or not at all, and gives some back at any time")
    mutating func growing() {
        _ = budget.ask(50, for: "a", mayWait: true)
        _ = budget.ask(40, for: "b", mayWait: true)
        #expect(budget.ask(60, for: "a", mayWait: true).answer == .granted)
        #expect(budget.ask(41, for: "b", mayWait: true).answer == .full)
        #expect(budget.ask(30, for: "c", mayWait: true).answer == .waits(1))
        let shrunk = budget.ask(20, for: "a", mayWait: true)
        #expect(shrunk.answer == .granted)
        #expect(shrunk.granted == [1])
        #expect(budget.claims == ["a": 20, "b": 40, "c": 30])
    }

    @Test("A wish that is given up lets those behind it pass")
    mutating func cancelled() {
        _ = budget.ask(50, for: "a", mayWait: true)
        _ = budget.ask(90, for: "b", mayWait: true)
        _ = budget.ask(50, for: "c", mayWait: true)
        #expect(budget.cancel(1) == [2])
        #expect(budget.cancel(1) == [])
        #expect(budget.used == 100)
    }

    @Test("What was there at the start counts, even if it is too much")
    mutating func taken() {
        budget.take(150, for: "old")
        budget.take(20, for: "old")
        #expect(budget.used == 150)
        #expect(budget.ask(1, for: "a", mayWait: true).answer == .waits(1))
        #expect(budget.ask(160, for: "old", mayWait: true).answer == .full)
        #expect(budget.release("old") == [1])
    }

    @Test("Nothing negative is reserved")
    mutating func negative() {
        #expect(budget.ask(-5, for: "a", mayWait: true).answer == .granted)
        #expect(budget.used == 0)
    }
}
