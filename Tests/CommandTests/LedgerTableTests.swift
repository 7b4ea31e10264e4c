import AppService
import Bridge
import Testing

@testable import whatsapp_connector

@Suite("The ledger for people")
struct LedgerTableTests {
    private func row(_ number: String?, _ direction: LedgerRow.Direction, _ state: String, type: String = "text", reason: String? = nil) -> LedgerRow
    {
        LedgerRow(
            instance: "example.com/whatsapp", number: number.map(PhoneNumberID.init(rawValue:)), direction: direction, type: type, wamid: nil,
            state: state, reason: reason, at: Moment(milliseconds: 1_772_600_767_089)
        )
    }

    @Test("Columns are aligned, and each number's states are counted")
    func table() {
        let rows = [
            row("104222333444555", .inbound, "posted"), row("7", .outbound, "failed", reason: "131047"), row(nil, .inbound, "quarantined"),
            row("7", .outbound, "failed"),
        ]
        var table = LedgerTable()
        for row in rows { table.measure(row) }
        #expect(
            [table.header] + rows.map { table.line(for: $0) } == [
                "AT                        INSTANCE              NUMBER           DIRECTION  TYPE  STATE        WAMID  REASON",
                "2026-03-04T05:06:07.089Z  example.com/whatsapp  104222333444555  in         text  posted       -      -",
                "2026-03-04T05:06:07.089Z  example.com/whatsapp  7                out        text  failed       -      131047",
                "2026-03-04T05:06:07.089Z  example.com/whatsapp  -                in         text  quarantined  -      -",
                "2026-03-04T05:06:07.089Z  example.com/whatsapp  7                out        text  failed       -      -",
            ]
        )
        #expect(
            table.summary == [
                "INSTANCE              NUMBER           STATE        COUNT",
                "example.com/whatsapp  -                quarantined  1",
                "example.com/whatsapp  104222333444555  posted       1",
                "example.com/whatsapp  7                failed       2",
            ]
        )
    }

    @Test("What came from outside cannot steer the terminal")
    func controlCharacters() {
        var table = LedgerTable()
        let row = row("7", .inbound, "quarantined", type: "te\u{1B}[31mxt", reason: "a\nb")
        table.measure(row)
        #expect(table.line(for: row).hasSuffix("te\\u001b[31mxt  quarantined  -      a\\nb"))
    }
}
