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

    @Test("Every file that a document links or shows is there", arguments: documents)
    func links(_ document: String) throws {
        let place = Repository.root.appendingPathComponent(document)
        // What stands between backticks is an example.
        let text = try String(contentsOf: place, encoding: .utf8).split(separator: "`").enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) }.joined()
        let links = text.matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)|(?:src|srcset)="([^":]+)"/).map { String($0.1 ?? $0.2 ?? "") }
        for link in links {
            let file = place.deletingLastPathComponent().appendingPathComponent(link)
            #expect(FileManager.default.fileExists(atPath: file.path), "\(document): \(link)")
        }
    }

    @Test("Every section that a document links is there", arguments: documents)
    func sections(_ document: String) throws {
        let place = Repository.root.appendingPathComponent(document)
        let text = try String(contentsOf: place, encoding: .utf8)
        for link in text.matches(of: /\]\(([^)#:]*)#([^)]+)\)/) {
            let file = link.1.isEmpty ? place : place.deletingLastPathComponent().appendingPathComponent(String(link.1))
            let headings = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("#") }.map(Self.anchor)
            #expect(headings.contains(String(link.2)), "\(document): \(link.0)")
        }
    }

    @Test("The administrator's guide shows each of its pictures, light and dark")
    func pictures() throws {
        let folder = Repository.root.appendingPathComponent("docs/images/administrator")
        let text = try String(contentsOf: Repository.root.appendingPathComponent("docs/administrator.md"), encoding: .utf8)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".png") }
        let shown = text.matches(of: /images\/administrator\/([a-z-]+\.png)/).map { String($0.1) }
        #expect(files.count >= 40 && Set(files) == Set(shown))
        for name in Set(shown.map { $0.replacing(/-(light|dark)\.png$/, with: "") }) {
            #expect(files.contains("\(name)-light.png") && files.contains("\(name)-dark.png"), "\(name)")
        }
    }

    private static let documents = [
        "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "bench/README.md", "bench/peers/README.md", "docs/administrator.md",
        "docs/architecture.md", "docs/formats.md", "docs/messages.md", "docs/operator.md", "docs/protocols.md", "docs/reliability.md",
        "docs/shared-service.md", "manifest/README.md",
    ]

    /// The anchor of a heading: lower case, hyphens for blanks, without punctuation.
    private static func anchor(_ heading: Substring) -> String {
        heading.drop { $0 == "#" || $0 == " " }.lowercased().replacing(/[^a-z0-9 _-]/, with: "").replacing(" ", with: "-")
    }

    private static func isThere(_ suite: String, _ test: String) throws -> Bool {
        let folder = Repository.root.appendingPathComponent("Tests/EndToEndTests")
        let files = ["\(suite).swift", "Faults/\(suite).swift"].map(folder.appendingPathComponent)
        guard let source = files.lazy.compactMap({ try? String(contentsOf: $0, encoding: .utf8) }).first else { return false }
        return source.contains("struct \(suite) ") && source.contains("    func \(test)(")
    }
}
