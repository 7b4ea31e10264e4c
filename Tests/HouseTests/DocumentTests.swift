import Foundation
import Testing

@Suite("The documents") struct DocumentTests {
    @Test("Every row of docs/messages.md names a test that there is")
    func rows() throws {
        let text = try String(contentsOf: Repository.root.appendingPathComponent("docs/messages.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.contains("| test |") }
        #expect(rows.count > 50)
        for row in rows {
            let names = row.matches(of: /`([A-Z][A-Za-z]+Tests)\.([a-zA-Z]+)`/)
            #expect(!names.isEmpty, "\(row)")
            for name in names { #expect(try Self.isThere(String(name.1), String(name.2)), "\(name.0)") }
        }
    }

    private static func isThere(_ suite: String, _ test: String) throws -> Bool {
        let file = Repository.root.appendingPathComponent("Tests/EndToEndTests/\(suite).swift")
        guard let source = try? String(contentsOf: file, encoding: .utf8) else { return false }
        return source.contains("struct \(suite) ") && source.contains("    func \(test)(")
    }
}
