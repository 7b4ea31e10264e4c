import Bridge
import BridgeTestSupport
import Testing

/// What holds for every text.
@Suite struct MarkupPropertyTests {
    private static let pieces = [
        "*", "_", "~", "`", "```", " ", "  ", "\n", "\n\n", "a", "Wort", "ä", "1. ", "2. ", "- ", "\n- ", "\n1. ", "\n2. ", "> ", "<", ">", "&", "\"",
        "'",
        "&amp;", "&lt;", "<b>", "</b>", "<i>", "https://x.example/a_b_(c)", "http://", "HTTPS://y.example?", "(", ")", ".", ",", "!", "😀", "👨‍👩‍👧",
        "e\u{301}",
        "漢字", "。", "*_", "_*", "**", "__", "javascript:", "\u{200B}", "9", "\n* ", "\u{202E}",
    ]

    private static let hostilePieces =
        pieces + [
            "<a href=\"", "<a href='https://x.example'>", "</a>", "<a href=https://x.example/\" onclick=x>", "<script>", "</script>", "<!--", "-->",
            "<style>",
            "<ul>", "<ol>", "<li>", "</li>", "</ul>", "<p>", "</p>", "<br>", "<br/>", "<u>", "</u>", "&#", "&#x", "&#x1F600;", "&nbsp;", "&#0;",
            "&notit;", "<div ",
            "=", "\"", "'", "/>", "</", "<!", "<?", "\u{0}", "\r\n", "\t", "\u{A0}", "<blockquote>", "<img alt=\"<b>\">", "<s>", "<svg/>", "<b",
            "<strong>",
        ]

    @Test("What a customer writes comes back as it was, in 20,000 texts")
    func roundTrip() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let text = Self.expressible(random.text(of: Self.pieces, count: Int.random(in: 1...14, using: &random)))
            let html = ConnectMarkup.html(fromWhatsApp: text)
            let back = WhatsAppText.text(fromConnect: html)
            if back != text {
                Issue.record("\(text.debugDescription) became \(html.debugDescription) and came back as \(back.debugDescription)")
                return
            }
        }
    }

    @Test("HTML made by us comes back as it was after a turn through WhatsApp, in 10,000 texts")
    func fixedPoint() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<10_000 {
            let html = random.text(of: Self.hostilePieces, count: Int.random(in: 1...14, using: &random))
            let once = WhatsAppText.text(fromConnect: html)
            let twice = WhatsAppText.text(fromConnect: ConnectMarkup.html(fromWhatsApp: once))
            if Self.expressible(once) == once, once != twice {
                Issue.record("\(html.debugDescription) became \(once.debugDescription), then \(twice.debugDescription)")
                return
            }
        }
    }

    @Test("No tag but the allowed ones ever comes out, in 20,000 texts")
    func onlyAllowedTags() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            let text = random.text(of: Self.hostilePieces, count: Int.random(in: 1...14, using: &random))
            let outputs = [ConnectMarkup.html(fromWhatsApp: text), ConnectMarkup.escaped(text), ConnectMarkup.linked(text)]
            for html in outputs + [ConnectMarkup.post(sender: text, html: outputs[0], lines: [text])] {
                if let found = AllowedMarkup.firstViolation(in: html) {
                    Issue.record("\(text.debugDescription) became \(html.debugDescription): \(found)")
                    return
                }
            }
        }
    }

    /// A text that both sides can express: no star as a list's sign, no white space that HTML has no sign for, none at the ends.
    private static func expressible(_ text: String) -> String {
        var text = text
        for (old, new) in [("\r\n", "\n"), ("\t", " "), ("\u{A0}", " "), ("\u{0}", "")] { text = text.split(separator: old).joined(separator: new) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
            $0.unicodeScalars.starts(with: "* ".unicodeScalars) ? "x" + $0 : $0[...]
        }
        let scalars = Array(lines.joined(separator: "\n").unicodeScalars)
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[first...last])
        let trimmed = String(view)
        // Trimming can bring a star and a blank to a line's start.
        return trimmed.unicodeScalars.starts(with: "* ".unicodeScalars) ? expressible("x" + trimmed) : trimmed
    }
}

/// Reads HTML strictly: what may stand in a post of ours and nothing else.
enum AllowedMarkup {
    private static let tags: Set<String> = ["<b>", "</b>", "<i>", "</i>", "<br>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "</a>"]
    private static let references: Set<String> = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&nbsp;"]

    /// What is wrong, or nil.
    static func firstViolation(in html: String) -> String? {
        var open: [String] = []
        var rest = html.unicodeScalars[...]
        while let scalar = rest.first {
            switch scalar {
            case "<":
                guard let end = rest.firstIndex(of: ">") else { return "unclosed tag" }
                let tag = String(rest[...end])
                rest = rest[rest.index(after: end)...]
                if tag.hasPrefix("<a ") {
                    guard
                        tag.hasPrefix("<a href=\"http://") || tag.lowercased().hasPrefix("<a href=\"https://")
                            || tag.lowercased().hasPrefix("<a href=\"http://")
                    else { return tag }
                    let value = tag.dropFirst(9).dropLast(2)
                    guard tag.hasSuffix("\">"), !value.contains(where: { "\"'<> \n\t".contains($0) }) else { return tag }
                    open.append("a")
                } else {
                    guard tags.contains(tag) else { return tag }
                    if tag == "<br>" { continue }
                    if tag.hasPrefix("</") {
                        guard open.popLast() == String(tag.dropFirst(2).dropLast()) else { return "crossing \(tag)" }
                    } else {
                        open.append(String(tag.dropFirst().dropLast()))
                    }
                }
            case "&":
                guard let end = rest.prefix(7).firstIndex(of: ";"), references.contains(String(rest[...end])) else { return "bare ampersand" }
                rest = rest[rest.index(after: end)...]
            case ">", "\"", "'": return "bare \(scalar)"
            default: rest.removeFirst()
            }
        }
        return open.isEmpty ? nil : "never closed: \(open)"
    }
}
