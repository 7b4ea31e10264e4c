import Bridge
import BridgeTestSupport
import Testing

@Suite struct TextSplitterTests {
    @Test(
        "It cuts at the best place in the second half",
        arguments: [
            ("aaaa bbbb", 20, ["aaaa bbbb"]),
            ("aaaaaaaaaa. bb\n\ncc dd ee ff", 20, ["aaaaaaaaaa. bb", "cc dd ee ff"]),
            ("aaaaaaaaaa. bb\ncc dd ee ff", 20, ["aaaaaaaaaa. bb", "cc dd ee ff"]),
            ("aaaaaaaaaa. bb cc dd ee ff", 20, ["aaaaaaaaaa.", "bb cc dd ee ff"]),
            ("aaaaaaaaaa bb cc dd ee ff", 20, ["aaaaaaaaaa bb cc dd", "ee ff"]),
            ("aaaaaaaaaa bb cc ddd ee ff", 20, ["aaaaaaaaaa bb cc ddd", "ee ff"]),
            ("aa bbbbbbbbbbbbbbbbbbbbbb", 20, ["aa", "bbbbbbbbbbbbbbbbbbbb", "bb"]),
            ("aa (\"bb cc.\") dd ee ff gg hh", 20, ["aa (\"bb cc.\")", "dd ee ff gg hh"]),
            ("こんにちは。世界の皆さん、お元気ですか", 10, ["こんにちは。", "世界の皆さん、お元気", "ですか"]),
            ("see https://x.example/abc now", 24, ["see", "https://x.example/abc", "now"]),
            ("x(https://x.example/abc)", 22, ["x(", "https://x.example/abc)"]),
            ("https://x.example/abcdefghijkl", 20, ["https://x.example/ab", "cdefghijkl"]),
            ("  \n ", 20, []),
            ("", 20, []),
            (" aaaa ", 20, [" aaaa "]),
            ("aaaaaaaaa" + String(repeating: " ", count: 50) + "b", 10, ["aaaaaaaaa", "b"]),
        ]
    )
    func places(text: String, limit: Int, parts: [String]) {
        #expect(TextSplitter.parts(of: text, limit: limit, unit: .utf16) == parts)
    }

    @Test("It never cuts a character, unless that alone is too long")
    func characters() {
        let family = "👨‍👩‍👧‍👦"
        #expect(TextSplitter.parts(of: String(repeating: family, count: 4), limit: 25, unit: .utf16) == [family + family, family + family])
        #expect(TextSplitter.parts(of: String(repeating: "😀", count: 5), limit: 5, unit: .utf16) == ["😀😀", "😀😀", "😀"])
        #expect(TextSplitter.parts(of: String(repeating: "ä", count: 5), limit: 5, unit: .utf8) == ["ää", "ää", "ä"])
        #expect(TextSplitter.parts(of: String(repeating: "😀", count: 2), limit: 0, unit: .utf8) == ["😀", "😀"])
        let accents = "a" + String(repeating: "\u{301}", count: 30)
        let parts = TextSplitter.parts(of: accents, limit: 10, unit: .utf16)
        #expect(parts.joined().unicodeScalars.elementsEqual(accents.unicodeScalars))
        #expect(parts.allSatisfy { $0.utf16.count <= 10 })
    }

    private static let pieces = [
        "a", "Wort", "ein langes Wort", " ", "  ", "\n", "\n\n", "\r\n", ". ", "! ", "? ", "。", "😀", "👨‍👩‍👧‍👦", "e\u{301}", " \u{301}", "🇩🇪", "漢字",
        " https://x.example/path?a=b ", " (https://y.example/(z)) ", "\t", "\u{A0}", "\u{2003}",
    ]

    @Test("Parts fit, keep order and content, and keep characters and links whole, in 5,000 texts", arguments: [TextSplitter.Unit.utf16, .utf8])
    func properties(unit: TextSplitter.Unit) {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<5_000 {
            let text = random.text(of: Self.pieces, count: Int.random(in: 0...60, using: &random))
            let limit = Int.random(in: 32...80, using: &random)
            let parts = TextSplitter.parts(of: text, limit: limit, unit: unit)
            let comment = Comment(rawValue: "\(text.debugDescription) at \(limit): \(parts)")
            #expect(parts.allSatisfy { (unit == .utf8 ? $0.utf8.count : $0.utf16.count) <= limit && !$0.isEmpty }, comment)
            #expect(Self.words(parts.joined()) == Self.words(text), comment)
            // Every part is found in the text behind the one before it, with nothing but white space between.
            var rest = Array(text.unicodeScalars)[...]
            for part in parts {
                while !rest.starts(with: part.unicodeScalars), rest.first?.properties.isWhitespace == true { rest.removeFirst() }
                #expect(rest.starts(with: part.unicodeScalars), comment)
                rest = rest.dropFirst(part.unicodeScalars.count)
            }
            #expect(!rest.contains { !$0.properties.isWhitespace }, comment)
            // A cut lies between two characters as people count them.
            let characters = Set(text.map { $0 })
            #expect(parts.joined(separator: "\n").filter { !characters.contains($0) && $0 != "\n" }.isEmpty, comment)
            let links = ["https://x.example/path?a=b", "https://y.example/(z)"]
            for link in links {
                #expect(parts.reduce(0) { $0 + Self.count(of: link, in: $1) } == Self.count(of: link, in: text), comment)
            }
        }
    }

    private static func words(_ text: String) -> [Unicode.Scalar] { text.unicodeScalars.filter { !$0.properties.isWhitespace } }

    private static func count(of word: String, in text: String) -> Int {
        let text = Array(text.unicodeScalars)
        let word = Array(word.unicodeScalars)
        guard text.count >= word.count else { return 0 }
        return (0...text.count - word.count).count { text[$0..<$0 + word.count].elementsEqual(word) }
    }
}
