import AppService
import Bridge

/// The ledger as text for people: aligned columns, and a summary for every number and state.
///
/// The columns' widths have to be known before the first line is written, so rows are shown twice: first to ``measure(_:)``, then to
/// ``line(for:)``. Memory does not grow with the rows.
struct LedgerTable {
    private static let titles = ["AT", "INSTANCE", "NUMBER", "DIRECTION", "TYPE", "STATE", "WAMID", "REASON"]

    private struct SummaryKey: Hashable, Comparable {
        var instance: String
        var number: String
        var state: String

        static func < (left: SummaryKey, right: SummaryKey) -> Bool {
            (left.instance, left.number, left.state) < (right.instance, right.number, right.state)
        }
    }

    private var widths = LedgerTable.titles.map(\.count)
    private var counts: [SummaryKey: Int] = [:]

    /// Widens the columns to what a row needs.
    mutating func measure(_ row: LedgerRow) {
        for (index, cell) in Self.cells(of: row).enumerated() { widths[index] = max(widths[index], cell.count) }
    }

    /// The line of titles.
    var header: String { joined(Self.titles) }

    /// The line of a row, which is counted in the summary.
    mutating func line(for row: LedgerRow) -> String {
        let cells = Self.cells(of: row)
        counts[SummaryKey(instance: cells[1], number: cells[2], state: cells[5]), default: 0] += 1
        return joined(cells)
    }

    /// How many rows each number has in each state, of the rows that were written.
    var summary: [String] {
        let rows = counts.sorted { $0.key < $1.key }.map { [$0.key.instance, $0.key.number, $0.key.state, String($0.value)] }
        let table = [["INSTANCE", "NUMBER", "STATE", "COUNT"]] + rows
        let widths = (0..<4).map { column in table.map { $0[column].count }.max() ?? 0 }
        return table.map { Self.aligned($0, widths) }
    }

    private static func cells(of row: LedgerRow) -> [String] {
        let values: [String?] = [
            row.time, row.instance, row.number?.rawValue, row.direction.rawValue, row.type, row.state, row.wamid?.rawValue, row.reason,
        ]
        // What came from outside could steer the terminal.
        return values.map { value in value.map { LogFormat.escaped($0, quoting: false) } ?? "-" }
    }

    private func joined(_ cells: [String]) -> String { Self.aligned(cells, widths) }

    static func aligned(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (cell, width) in zip(cells, widths) {
            if !line.isEmpty { line += "  " }
            line += cell + String(repeating: " ", count: max(0, width - cell.count))
        }
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }
}
