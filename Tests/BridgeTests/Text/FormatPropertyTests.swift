import Bridge
import BridgeTestSupport
import Testing

/// Styled texts made by chance, from side to side and back.
@Suite struct FormatPropertyTests {
    @Test("What a customer styles looks the same in Connect, in 2,000 texts", arguments: 11...14 as ClosedRange<UInt64>)
    func fromWhatsApp(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let model = StyledModel.random(using: &random)
            let html = ConnectMarkup.html(fromWhatsApp: model.marks)
            if VisibleText.cells(html) != model.cells || AllowedMarkup.firstViolation(in: html) != nil
                || WhatsAppText.text(fromConnect: html) != model.marks
            {
                Issue.record(
                    "\(model.marks.debugDescription) became \(html.debugDescription), then \(WhatsAppText.text(fromConnect: html).debugDescription)")
                return
            }
        }
    }

    @Test("What a colleague styles is marked the same for WhatsApp and comes back so, in 2,000 texts", arguments: 21...24 as ClosedRange<UInt64>)
    func fromConnect(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let model = StyledModel.random(using: &random)
            let html = model.html(strong: Bool.random(using: &random))
            let text = WhatsAppText.text(fromConnect: html)
            let back = ConnectMarkup.html(fromWhatsApp: text)
            if text != model.marks || VisibleText.cells(back) != model.cells {
                Issue.record(
                    "\(html.debugDescription) became \(text.debugDescription), then \(back.debugDescription); wanted \(model.marks.debugDescription)")
                return
            }
        }
    }

    @Test("A mark that was typed never spoils one that was set: none of ours shows, in 4,000 texts")
    func typedMarks() {
        var random = SeededGenerator(seed: 25)
        for _ in 0..<4_000 {
            let model = StyledModel.randomWithTypedMarks(using: &random)
            let html = model.html(strong: false)
            let text = WhatsAppText.text(fromConnect: html)
            let seen = VisibleText.string(ConnectMarkup.html(fromWhatsApp: text))
            let shows = "*_".contains { mark in seen.count { $0 == mark } > model.count(of: mark) }
            if shows || Self.essence(seen) != Self.essence(String(model.cells.map(\.character))) {
                Issue.record("\(html.debugDescription) became \(text.debugDescription) and looks like \(seen.debugDescription)")
                return
            }
        }
    }

    private static let hostile = [
        "*", "_", "~", "`", "```", "**", "_*", " ", "\n", "\t", "\r\n", "\u{A0}", "\u{2028}", "- ", "\n- ", "\n* ", "1. ", "\n1. ", "\n2. ", "> ",
        "<", ">", "&", "\"", "'",
        "&lt;", "&#60;", "<b>", "</b>", "<script>", "</script>", "<!--", "-->", "<a href=\"javascript:x\">", "</a>", "<img src=x onerror=y>",
        "https://x.example/", "http://",
        "(", ")", ".", "wort", "Ä", "漢", "😀", "e\u{301}", "\u{202E}", "\u{0}", "7", "<br>", "&nbsp;",
    ]

    @Test("Of a customer's hostile text no sign is lost and none becomes a tag, in 4,000 texts")
    func hostileFromWhatsApp() {
        var random = SeededGenerator(seed: 31)
        for _ in 0..<4_000 {
            let text = random.text(of: Self.hostile, count: Int.random(in: 1...20, using: &random))
            let html = ConnectMarkup.html(fromWhatsApp: text)
            if let problem = AllowedMarkup.firstViolation(in: html) ?? (Self.essence(VisibleText.string(html)) == Self.essence(text) ? nil : "words")
            {
                Issue.record("\(text.debugDescription) became \(html.debugDescription): \(problem)")
                return
            }
        }
    }

    /// The signs that no translation may touch: all but marks, lists' signs, white space and controls.
    private static func essence(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { scalar in
            !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control && !"*_-.0123456789".unicodeScalars.contains(scalar)
        }
    }

    private static let tags = [
        "<b>", "</b>", "<i>", "</i>", "<u>", "</u>", "<s>", "</s>", "<strong>", "</em>", "<em>", "<p>", "</p>", "<br>", "<br/>", "<ul>", "</ul>",
        "<ol>", "</ol>", "<li>", "</li>",
        "<div class='x>y'>", "</div>", "<blockquote>", "</blockquote>", "<table><tr><td>", "</td></tr>", "<h1>", "</h1>", "<x-y z=\">\">", "<svg/>",
        "<a href=\"https://x.example\">",
        "<a href='javascript:x'>", "</a>", "<img alt=\"y\">", "&", "&#", "&amp;", "&lt;", "&gt;", "< ", " <3 ", ">", "*", "_", "~", "`", "```", " ",
        "\n", "\"", "'", "&nbsp;", "\u{0}",
    ]

    @Test("Of a colleague's hostile HTML no word is lost, in 4,000 texts")
    func hostileFromConnect() {
        var random = SeededGenerator(seed: 32)
        for _ in 0..<4_000 {
            var html = ""
            var count = 0
            for _ in 0..<Int.random(in: 1...20, using: &random) {
                html += random.text(of: Self.tags, count: 1)
                guard Bool.random(using: &random) else { continue }
                count += 1
                html += "w\(count)w"
            }
            let text = WhatsAppText.text(fromConnect: html)
            var rest = text[...]
            for number in 1...max(count, 1) where count > 0 {
                guard let range = rest.firstRange(of: "w\(number)w") else {
                    Issue.record("\(html.debugDescription) became \(text.debugDescription): word \(number) is lost")
                    return
                }
                rest = rest[range.upperBound...]
            }
            let messages = WhatsAppText.messages(fromConnect: html)
            if messages.joined().filter({ !$0.isWhitespace }) != text.filter({ !$0.isWhitespace }) {
                Issue.record("\(text.debugDescription) was split into \(messages)")
                return
            }
        }
    }

    @Test("A long styled text is cut without losing a word or a tag, in 4 texts")
    func long() {
        var random = SeededGenerator(seed: 41)
        for _ in 0..<4 {
            let text = (0..<400).map { _ in StyledModel.random(using: &random).marks }.joined(
                separator: random.text(of: ["\n", "\n\n", " "], count: 1))
            let posts = ConnectMarkup.posts(fromWhatsApp: text)
            #expect(posts.allSatisfy { $0.utf8.count <= ConnectMarkup.postLimit && AllowedMarkup.firstViolation(in: $0) == nil })
            let messages = WhatsAppText.messages(fromConnect: ConnectMarkup.escaped(text))
            #expect(messages.allSatisfy { $0.utf16.count <= WhatsAppText.messageLimit })
            #expect(Self.essence(posts.map(VisibleText.string).joined()) == Self.essence(text))
            #expect(Self.essence(messages.joined()) == Self.essence(text))
        }
    }
}
