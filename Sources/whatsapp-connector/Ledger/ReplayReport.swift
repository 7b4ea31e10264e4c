import AppService
import Bridge

/// What a replay would do, as text for people.
enum ReplayReport {
    /// All lines, without their ends.
    static func lines(of plans: [(InstanceAddress, ReplayPlan)]) -> [String] {
        var groups = [["INSTANCE", "NUMBER", "DIRECTION", "STATE", "REASON", "COUNT", "REPLAY"]]
        var first = [["AT", "INSTANCE", "NUMBER", "DIRECTION", "TYPE", "STATE", "WAMID", "REASON"]]
        for (instance, plan) in plans {
            let rows = plan.groups.map { group, count in
                [
                    "\(instance)", group.number?.rawValue ?? "-", group.direction.rawValue, group.state, group.reason ?? "-", "\(count)",
                    group.obstacle.map { "no: \($0)" } ?? "yes",
                ]
            }
            groups += rows.sorted { $0.lexicographicallyPrecedes($1) }
            first += plan.first.map { row in
                [
                    row.time, row.instance, row.number?.rawValue ?? "-", row.direction.rawValue, row.type, row.state, row.wamid?.rawValue ?? "-",
                    row.reason ?? "-",
                ]
            }
        }
        guard groups.count > 1 else { return [] }
        return aligned(groups) + [""] + (first.count > 1 ? ["The first of them:"] + aligned(first) + [""] : [])
    }

    /// How many rows, in words.
    static func rows(_ count: Int) -> String { count == 1 ? "1 message" : "\(count) messages" }

    private static func aligned(_ table: [[String]]) -> [String] {
        // What came from outside could steer the terminal.
        let table = table.map { $0.map { LogFormat.escaped($0, quoting: false) } }
        let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
        return table.map { LedgerTable.aligned($0, widths) }
    }
}
