import AppService
import Bridge
import Testing

@testable import whatsapp_connector

@Suite("The summary of the ledger for people")
struct LedgerSummaryTableTests {
    private func summary(_ number: String?, posted: Int, held: [String: Int], failed: Int) -> LedgerSummary {
        var summary = LedgerSummary(instance: "example.com/whatsapp", number: number.map(PhoneNumberID.init(rawValue:)))
        summary.inbound.states["posted"] = posted
        summary.inbound.held = held
        summary.inbound.total = posted + held.values.reduce(0, +)
        summary.outbound.states["failed"] = failed
        summary.outbound.total = failed
        summary.oldestHeld = held.isEmpty ? nil : Moment(milliseconds: 1_772_600_767_089)
        return summary
    }

    @Test("Both directions have a table with a line for all numbers together, and a column for each reason that something is held for")
    func lines() {
        let lines = LedgerSummaryTable.lines(of: [
            summary("104222333444555", posted: 12, held: ["no licence": 3], failed: 0), summary("7", posted: 1, held: ["no zone": 20], failed: 2),
        ])
        #expect(
            lines == [
                "INSTANCE              NUMBER           RECEIVED  POSTED  MERGED  IGNORED  QUARANTINED  HELD: no licence  HELD: no zone",
                "example.com/whatsapp  104222333444555  15        12      0       0        0            3                 0",
                "example.com/whatsapp  7                21        1       0       0        0            0                 20",
                "total                                  36        13      0       0        0            3                 20",
                "",
                "INSTANCE              NUMBER           WRITTEN  QUEUED  SENDING  SENT  DELIVERED  READ  FAILED  UNKNOWN",
                "example.com/whatsapp  104222333444555  0        0       0        0     0          0     0       0",
                "example.com/whatsapp  7                2        0       0        0     0          0     2       0",
                "total                                  2        0       0        0     0          0     2       0",
                "",
                "INSTANCE              NUMBER           OLDEST HELD               OLDEST QUEUED",
                "example.com/whatsapp  104222333444555  2026-03-04T05:06:07.089Z  -",
                "example.com/whatsapp  7                2026-03-04T05:06:07.089Z  -",
                "total                                  2026-03-04T05:06:07.089Z  -",
            ])
    }

    @Test("A ledger without rows is a table without numbers")
    func empty() {
        #expect(LedgerSummaryTable.lines(of: []).count == 8)
    }
}
