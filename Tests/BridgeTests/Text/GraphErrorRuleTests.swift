import Bridge
import Testing

@Suite struct GraphErrorRuleTests {
    @Test(
        "Each code has its rule",
        arguments: [
            (190, 1, GraphErrorRule.Action.stopAccount), (0, 1, .stopAccount),
            (2, 1, .retry(after: 1_000)), (131_016, 3, .retry(after: 4_000)), (133_004, 20, .retry(after: 60_000)),
            (131_057, 9, .retry(after: 60_000)), (2_494_100, 1, .retry(after: 60_000)),
            (131_000, 1, .retry(after: 1_000)), (131_000, 2, .retry(after: 2_000)), (131_000, 3, .fail),
            (1, 1, .retry(after: 1_000)), (1, 2, .fail),
            (4, 1, .slowDown(.number(after: 60_000))), (17, 1, .slowDown(.number(after: 60_000))), (32, 1, .slowDown(.number(after: 60_000))),
            (613, 2, .slowDown(.number(after: 120_000))), (80_007, 9, .slowDown(.number(after: 3_600_000))),
            (130_429, 1, .slowDown(.number(after: 1_000))), (130_429, 40, .slowDown(.number(after: 60_000))),
            (131_056, 1, .slowDown(.pair(after: 1_000))), (131_056, 2, .slowDown(.pair(after: 4_000))), (131_056, 3, .slowDown(.pair(after: 16_000))),
            (131_056, Int.max, .slowDown(.pair(after: 1_024_000))), (131_056, Int.min, .slowDown(.pair(after: 1_000))),
            (131_047, 1, .fail), (131_026, 1, .fail), (131_009, 1, .fail), (100, 1, .fail), (10, 1, .fail), (299, 1, .fail), (368, 1, .fail),
            (131_048, 1, .fail), (131_209, 1, .fail), (999_999, 1, .fail), (-1, 1, .fail), (Int.max, 1, .fail),
        ]
    )
    func rules(code: Int, attempt: Int, action: GraphErrorRule.Action) {
        #expect(GraphErrorRule.action(after: GraphFailure(code: code), attempt: attempt, jitter: 1) == action)
    }

    @Test(
        "Jitter spreads a delay over its second half and nothing else",
        arguments: [(0.0, 2_000), (0.5, 3_000), (1.0, 4_000), (-3.0, 2_000), (.nan, 4_000)])
    func jitter(jitter: Double, delay: Int64) {
        #expect(GraphErrorRule.action(after: GraphFailure(code: 2), attempt: 3, jitter: jitter) == .retry(after: delay))
        #expect(GraphErrorRule.action(after: GraphFailure(code: 131_056), attempt: 2, jitter: jitter) == .slowDown(.pair(after: 4_000)))
    }

    @Test("What Meta asks for comes before our own delays, up to an hour")
    func suggestion() {
        #expect(
            GraphErrorRule.action(after: GraphFailure(code: 80_007), attempt: 1, jitter: 1, suggested: 300_000) == .slowDown(.number(after: 300_000)))
        #expect(GraphErrorRule.action(after: GraphFailure(code: 2), attempt: 1, jitter: 1, suggested: Int64.max) == .retry(after: 3_600_000))
        #expect(GraphErrorRule.action(after: GraphFailure(code: 2), attempt: 1, jitter: 1, suggested: -5) == .retry(after: 0))
    }

    @Test("An unclear fault is only repeated if our request was what failed")
    func status() {
        #expect(GraphErrorRule.action(after: GraphFailure(code: 131_000, source: .status), attempt: 1, jitter: 1) == .fail)
        #expect(GraphErrorRule.action(after: GraphFailure(code: 131_016, source: .status), attempt: 1, jitter: 1) == .retry(after: 1_000))
    }

    @Test("What Meta calls transient is tried five times, but never with a dead token")
    func transient() {
        let failure = GraphFailure(code: 135_000, isTransient: true)
        #expect(GraphErrorRule.action(after: failure, attempt: 4, jitter: 1) == .retry(after: 8_000))
        #expect(GraphErrorRule.action(after: failure, attempt: 5, jitter: 1) == .fail)
        #expect(GraphErrorRule.action(after: GraphFailure(code: 190, isTransient: true), attempt: 1, jitter: 1) == .stopAccount)
    }

    @Test("A window that our clock holds for open gets one more attempt after five seconds")
    func window() {
        let failure = GraphFailure(code: 131_047, source: .status)
        #expect(GraphErrorRule.action(after: failure, attempt: 1, jitter: 1, windowIsOpen: true) == .retry(after: 5_000))
        #expect(GraphErrorRule.action(after: failure, attempt: 2, jitter: 1, windowIsOpen: true) == .fail)
    }

    @Test("Every row has its codes to itself and speaks both languages")
    func table() {
        var seen: Set<Int> = []
        for row in GraphErrorTable.rows {
            #expect(row.text(in: .en) != row.text(in: .de))
            #expect(row.text(in: .en).hasSuffix(".") && row.text(in: .de).hasSuffix("."))
            guard row.subcode == nil else { continue }
            for code in row.codes.joined() { #expect(seen.insert(code).inserted, "\(code)") }
        }
        let listed = [
            0, 190, 3, 10, 200, 299, 131_005, 104, 1, 2, 131_016, 133_004, 4, 17, 32, 613, 80_007, 33, 100, 368, 130_403, 130_429, 130_472, 130_497,
            131_000,
            131_008, 131_009, 131_021, 131_026, 131_030, 131_031, 131_037, 131_042, 131_045, 133_010, 131_047, 131_048, 131_049, 131_050, 131_051,
            131_052,
            131_053, 131_056, 131_057, 2_494_100, 131_060, 131_062, 131_063, 131_064, 132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016,
            132_018,
            132_068, 132_069, 133_000, 133_005, 133_006, 133_008, 133_009, 133_015, 133_016, 134_011, 135_000, 136_024, 137_000, 131_020, 131_041,
            131_201,
            131_209, 2_593_107, 2_593_108,
        ]
        #expect(listed.filter { !seen.contains($0) }.isEmpty)
        #expect(GraphErrorTable.row(for: 100, subcode: 33).text(in: .en).contains("file"))
        #expect(GraphErrorTable.row(for: 100, subcode: 7).text(in: .en) == GraphErrorTable.row(for: 131_009).text(in: .en))
    }
}
