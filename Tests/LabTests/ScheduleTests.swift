import Testing

@testable import Lab

@Suite struct ScheduleTests {
    @Test("What is due comes in the order of its moments, equal ones in the order of their arrival")
    func order() {
        var schedule = Schedule<String>()
        for (name, due) in [("c", Int64(30)), ("a", 10), ("b", 10), ("d", 40)] { schedule.add(name, at: due) }
        #expect(schedule.nextDue == 10)
        #expect(schedule.take(at: 30) == ["a", "b", "c"])
        #expect(schedule.nextDue == 40)
        #expect(schedule.take(at: 39).isEmpty)
    }

    @Test("Base64 pads as everybody does", arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func base64(_ text: String, _ encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
    }

    @Test("The same seed gives the same numbers")
    func seeds() {
        var first = SeededGenerator(seed: 7)
        var second = SeededGenerator(seed: 7)
        var third = SeededGenerator(seed: 8)
        let digits = first.digits(16)
        #expect(digits == second.digits(16))
        #expect(digits != third.digits(16))
        #expect(digits.count == 16 && digits.allSatisfy(\.isNumber))
    }
}
