import AppService
import Bridge

/// The summary of ledgers as text for people: a table of what came and a table of what went, each with a line for all numbers together.
enum LedgerSummaryTable {
    /// All lines, without their ends.
    static func lines(of summaries: [LedgerSummary]) -> [String] {
        var total = LedgerSummary(instance: "all", number: nil)
        for summary in summaries { total.add(summary) }
        return table("RECEIVED", LedgerSummary.inboundStates, of: summaries, total, half: \.inbound)
            + [""] + table("WRITTEN", LedgerSummary.outboundStates, of: summaries, total, half: \.outbound)
            + [""] + waiting(summaries, total)
    }

    private static func table(
        _ title: String, _ states: [String], of summaries: [LedgerSummary], _ total: LedgerSummary, half: (LedgerSummary) -> LedgerSummary.Half
    ) -> [String] {
        // A reason has a column as soon as something is held for it.
        let reasons = half(total).held.keys.sorted()
        let titles = [title] + states.map { $0.uppercased() } + reasons.map { "HELD: \(escaped($0))" }
        func cells(_ summary: LedgerSummary) -> [String] {
            let half = half(summary)
            let counts = [half.total] + states.map { half.states[$0] ?? 0 } + reasons.map { half.held[$0] ?? 0 }
            return names(summary) + counts.map(String.init)
        }
        return aligned([["INSTANCE", "NUMBER"] + titles] + summaries.map(cells) + [["total", ""] + cells(total).dropFirst(2)])
    }

    private static func waiting(_ summaries: [LedgerSummary], _ total: LedgerSummary) -> [String] {
        func cells(_ summary: LedgerSummary) -> [String] {
            names(summary) + [summary.oldestHeld, summary.oldestQueued].map { $0.map(LedgerRow.time) ?? "-" }
        }
        return aligned(
            [["INSTANCE", "NUMBER", "OLDEST HELD", "OLDEST QUEUED"]] + summaries.map(cells) + [["total", ""] + cells(total).dropFirst(2)])
    }

    private static func names(_ summary: LedgerSummary) -> [String] {
        [escaped(summary.instance), summary.number.map { escaped($0.rawValue) } ?? "-"]
    }

    /// What came from outside could steer the terminal.
    private static func escaped(_ text: String) -> String { LogFormat.escaped(text, quoting: false) }

    private static func aligned(_ table: [[String]]) -> [String] {
        let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        return table.map { LedgerTable.aligned($0, widths) }
    }
}
