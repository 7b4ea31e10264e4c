import BridgeTestSupport

/// A text that both sides can express, and how each side writes it; made by chance, written by rules that share nothing with the product's.
struct StyledModel {
    /// A stretch that looks the same all over.
    indirect enum Span {
        case plain(String)
        case link(String)
        case bold([Span])
        case italic([Span])
    }

    enum Block {
        case line([Span])
        case empty
        case list(isOrdered: Bool, items: [[Span]])
    }

    /// A visible character and how it looks.
    struct Cell: Hashable {
        var character: Character
        var isBold = false
        var isItalic = false
        var link: String?
    }

    var blocks: [Block]

    // MARK: Both sides' writing

    /// As a customer writes it.
    var marks: String { blocks.map(Self.marks).joined(separator: "\n") }

    private static func marks(_ block: Block) -> String {
        switch block {
        case .line(let spans): marks(spans)
        case .empty: ""
        case .list(let isOrdered, let items):
            items.enumerated().map { (isOrdered ? "\($0.offset + 1). " : "- ") + marks($0.element) }.joined(separator: "\n")
        }
    }

    private static func marks(_ spans: [Span]) -> String {
        spans.map { span in
            switch span {
            case .plain(let text), .link(let text): text
            case .bold(let inner): "*" + marks(inner) + "*"
            case .italic(let inner): "_" + marks(inner) + "_"
            }
        }.joined()
    }

    /// As a colleague's Connect may write it: other names for tags, a list in lines of its own.
    func html(strong: Bool) -> String {
        var result = ""
        for (index, block) in blocks.enumerated() {
            let followsLine = index > 0 && !blocks[index - 1].isList
            switch block {
            case .line(let spans): result += (followsLine ? "<br>" : "") + Self.html(spans, strong)
            case .empty: result += followsLine ? "<br>" : ""
            case .list(let isOrdered, let items):
                let tag = isOrdered ? "ol" : "ul"
                // An empty line before a list needs its own break: the list alone would only end the line before.
                if index > 0, blocks[index - 1].isEmpty { result += "<br>" }
                result += "<\(tag)>" + items.map { "<li>" + Self.html($0, strong) + "</li>" }.joined() + "</\(tag)>"
            }
        }
        return result
    }

    private static func html(_ spans: [Span], _ strong: Bool) -> String {
        spans.map { span in
            switch span {
            case .plain(let text): escaped(text)
            case .link(let address): "<a href=\"\(escaped(address))\">\(escaped(address))</a>"
            case .bold(let inner): strong ? "<strong>" + html(inner, strong) + "</strong>" : "<b>" + html(inner, strong) + "</b>"
            case .italic(let inner): strong ? "<em>" + html(inner, strong) + "</em>" : "<i>" + html(inner, strong) + "</i>"
            }
        }.joined()
    }

    private static func escaped(_ text: String) -> String {
        text.map { ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"][$0] ?? String($0) }.joined()
    }

    // MARK: What people see

    /// The visible characters, lines parted by line ends, items behind a sign.
    var cells: [Cell] { Self.lines(blocks.map(Self.cells)) }

    private static func cells(_ block: Block) -> [Cell] {
        switch block {
        case .line(let spans): return cells(spans, Cell(character: " "))
        case .empty: return []
        case .list(let isOrdered, let items):
            return lines(
                items.enumerated().map { number, spans in
                    styled(isOrdered ? "\(number + 1). " : "- ", Cell(character: " ")) + cells(spans, Cell(character: " "))
                })
        }
    }

    private static func lines(_ lines: [[Cell]]) -> [Cell] { Array(lines.joined(separator: [Cell(character: "\n")])) }

    private static func cells(_ spans: [Span], _ style: Cell) -> [Cell] {
        spans.flatMap { span in
            var style = style
            switch span {
            case .plain(let text): return styled(text, style)
            case .link(let address):
                style.link = address
                return styled(address, style)
            case .bold(let inner):
                style.isBold = true
                return cells(inner, style)
            case .italic(let inner):
                style.isItalic = true
                return cells(inner, style)
            }
        }
    }

    private static func styled(_ text: String, _ style: Cell) -> [Cell] {
        text.map { character in
            var cell = style
            cell.character = character
            return cell
        }
    }
}

extension StyledModel.Block {
    var isList: Bool { if case .list = self { true } else { false } }
    var isEmpty: Bool { if case .empty = self { true } else { false } }
}

// MARK: By chance

extension StyledModel {
    private static let words = [
        "Hallo", "x", "Größe", "漢字", "😀", "a_b", "2*3", "~weg~", "`a*b*`", "5 < 6", "R&D", "\"q\"", "it's", "1.5", "n°7", "e\u{301}", "<b>",
        "&amp;",
    ]
    private static let plainWords = ["Hallo", "x", "Größe", "漢字", "5", "R&D", "it's", "<i>", "e\u{301}n"]
    private static let typedMarks = ["*", "_", "(*", "_x", "x*", "*x", "x_", "\"_", "_)", "*_"]
    private static let gaps = [" ", ", ", " - ", " (", ") ", ": ", " / "]
    private static let links = ["https://x.example/a_b_c?d=1&e=*2*x", "http://y.example", "https://z.example/(p)"]

    /// How often a character is in the words.
    func count(of character: Character) -> Int { cells.count { $0.character == character } }

    /// A text of one line with marks that were typed as characters between the styled words.
    static func randomWithTypedMarks(using random: inout SeededGenerator) -> StyledModel {
        var spans: [Span] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            spans += [.plain(pick(typedMarks, &random)), .plain(pick(gaps, &random))] + line(using: &random) + [.plain(pick(gaps, &random))]
        }
        return StyledModel(blocks: [.line(spans + [.plain(pick(typedMarks, &random))])])
    }

    /// A text of up to four blocks.
    static func random(using random: inout SeededGenerator) -> StyledModel {
        var blocks: [Block] = []
        for number in 0..<Int.random(in: 1...4, using: &random) {
            let isInside = number > 0
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where isInside: blocks.append(.empty)
            // Two lists in a row would be one.
            case 1 where blocks.last?.isList != true, 2 where blocks.last?.isList != true:
                let items = (0..<Int.random(in: 1...3, using: &random)).map { _ in line(using: &random) }
                blocks.append(.list(isOrdered: Bool.random(using: &random), items: items))
            default: blocks.append(.line(line(using: &random)))
            }
        }
        while blocks.last?.isEmpty == true { blocks.removeLast() }
        return StyledModel(blocks: blocks)
    }

    private static func line(using random: inout SeededGenerator) -> [Span] {
        // A line begins with a word that is no list's sign.
        var spans: [Span] = [.plain("Zeile ")]
        for number in 0..<Int.random(in: 1...4, using: &random) {
            if number > 0 { spans.append(.plain(pick(gaps, &random))) }
            switch Int.random(in: 0..<5, using: &random) {
            case 0: spans.append(.bold(inner(mayNest: true, isBold: true, using: &random)))
            case 1: spans.append(.italic(inner(mayNest: true, isBold: false, using: &random)))
            case 2: spans.append(.link(pick(links, &random)))
            default: spans.append(.plain(pick(words, &random)))
            }
        }
        // Blanks at the end of a line cannot be seen.
        if case .plain(let text) = spans.last, text.last == " " { spans.append(.plain("x")) }
        return spans
    }

    /// What stands between a pair of marks: words without marks, perhaps with a pair of the other kind.
    private static func inner(mayNest: Bool, isBold: Bool, using random: inout SeededGenerator) -> [Span] {
        var spans: [Span] = []
        for number in 0..<Int.random(in: 1...3, using: &random) {
            if number > 0 { spans.append(.plain(" ")) }
            if mayNest, Int.random(in: 0..<4, using: &random) == 0 {
                let nested = inner(mayNest: false, isBold: !isBold, using: &random)
                spans.append(isBold ? .italic(nested) : .bold(nested))
            } else if Int.random(in: 0..<6, using: &random) == 0 {
                spans.append(.link("https://w.example/p"))
            } else {
                spans.append(.plain(pick(plainWords, &random)))
            }
        }
        return spans
    }

    private static func pick(_ list: [String], _ random: inout SeededGenerator) -> String { list[Int.random(in: 0..<list.count, using: &random)] }
}
