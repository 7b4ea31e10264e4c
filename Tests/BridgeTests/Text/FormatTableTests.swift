import Bridge
import Foundation
import Testing

/// Walks through the tables of `docs/formats.md`.
@Suite struct FormatTableTests {
    @Test("Every line of the first table holds, and comes back as it says")
    func fromWhatsApp() throws {
        let rows = try FormatTable.rows(below: "## From WhatsApp to Connect")
        try #require(rows.count >= 20)
        for row in rows {
            try #require(row.count == 4, "\(row)")
            let html = ConnectMarkup.html(fromWhatsApp: row[1])
            // In the page's cell a break within code is drawn; in HTML it is a tag.
            #expect(html == row[2].replacingOccurrences(of: "\n", with: "<br>"), "\(row[0])")
            #expect(WhatsAppText.text(fromConnect: html) == (row[3] == "same" ? row[1] : row[3]), "\(row[0])")
        }
    }

    @Test("Every line of the second table holds")
    func fromConnect() throws {
        let rows = try FormatTable.rows(below: "## From Connect to WhatsApp")
        try #require(rows.count >= 25)
        for row in rows {
            try #require(row.count == 3, "\(row)")
            #expect(WhatsAppText.text(fromConnect: row[1]) == row[2], "\(row[0])")
        }
    }
}

/// Reads a table of the page.
enum FormatTable {
    static func rows(below heading: String, file: String = #filePath) throws -> [[String]] {
        let root = URL(filePath: file).deletingLastPathComponent().appending(path: "../../..")
        let page = try String(contentsOf: root.appending(path: "docs/formats.md"), encoding: .utf8)
        let lines = page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(lines.firstIndex(of: heading))
        return lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }.filter { $0.hasPrefix("| ") }.dropFirst().map { line in
            line.dropFirst(2).dropLast(2).components(separatedBy: " | ").map(cell)
        }
    }

    private static func cell(_ text: String) -> String {
        let fence = text.prefix { $0 == "`" }
        guard !fence.isEmpty, text.count > 2 * fence.count, text.hasSuffix(fence) else { return text }
        var content = text.dropFirst(fence.count).dropLast(fence.count)
        if fence.count > 1 { content = content.dropFirst().dropLast() }
        return content.replacingOccurrences(of: "⏎", with: "\n")
    }
}
