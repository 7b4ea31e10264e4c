/// Collects the words of a post as a browser would lay them out in lines.
struct StyledTextBuilder {
    private struct List {
        var isOrdered: Bool
        var items = 0
    }

    /// The marks of what is added next.
    var style = StyledText.Style.plain
    private let keepsBlanks: Bool
    private var text = StyledText()
    private var lists: [List] = []
    private var quotes = 0
    private var lineHasWords = false
    private var blankWaits = false
    private var blankStyle = StyledText.Style.plain
    private var prefix = ""
    private var gapWaits = false
    /// Where the words since `beginWords` start; nil as long as there are none.
    private var wordsStart: Int?
    private var wordsWait = false

    /// - Parameter keepsBlanks: whether blanks and line ends count as they stand, as in plain text.
    init(keepsBlanks: Bool) {
        self.keepsBlanks = keepsBlanks
    }

    mutating func add(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x0A, 0x0B, 0x0C, 0x85, 0x2028, 0x2029:
            if keepsBlanks || scalar.value > 0x80 { breakLine() } else { waitWithBlank() }
        case 0x0D: if !keepsBlanks { waitWithBlank() }
        case 0x20, 0x09: if keepsBlanks { addWord(" ") } else { waitWithBlank() }
        case 0xA0: addWord(" ")
        case 0..<0x20, 0x7F..<0xA0: break
        default: addWord(scalar)
        }
    }

    private mutating func waitWithBlank() {
        guard lineHasWords, !blankWaits else { return }
        blankWaits = true
        blankStyle = style
    }

    private mutating func addWord(_ scalar: Unicode.Scalar) {
        startLine()
        if blankWaits {
            text.append(" ", blankStyle)
            blankWaits = false
        }
        if wordsWait {
            wordsStart = text.scalars.count
            wordsWait = false
        }
        text.append(scalar, style)
    }

    private mutating func startLine() {
        guard !lineHasWords else { return }
        lineHasWords = true
        if gapWaits, text.scalars.last != nil, text.scalars.suffix(2) != ["\n", "\n"] { text.append("\n", .plain) }
        gapWaits = false
        if quotes > 0 { for scalar in "> ".unicodeScalars { text.append(scalar, .plain) } }
        for scalar in prefix.unicodeScalars { text.append(scalar, .plain) }
        prefix = ""
    }

    /// `<br>`: ends the line, even an empty one.
    mutating func breakLine() {
        if !lineHasWords, !prefix.isEmpty { return }
        gapWaits = false
        endLine()
    }

    /// A block begins or ends: what follows stands in a line of its own.
    mutating func block() {
        if lineHasWords { endLine() }
        blankWaits = false
    }

    private mutating func endLine() {
        text.append("\n", .plain)
        lineHasWords = false
        blankWaits = false
    }

    /// A paragraph begins or ends: outside lists, an empty line parts it from what else there is.
    mutating func paragraph() {
        block()
        if lists.isEmpty { gapWaits = true }
    }

    mutating func quote(opens: Bool) {
        block()
        quotes = max(0, quotes + (opens ? 1 : -1))
    }

    mutating func openList(ordered: Bool) {
        block()
        prefix = ""
        lists.append(List(isOrdered: ordered))
    }

    mutating func closeList() {
        block()
        prefix = ""
        _ = lists.popLast()
    }

    mutating func openItem() {
        block()
        // What hangs deeper is set in, but never far: WhatsApp knows one level only.
        let indent = String(repeating: " ", count: 2 * min(max(lists.count - 1, 0), 8))
        guard let last = lists.indices.last, lists[last].isOrdered else {
            prefix = indent + "- "
            return
        }
        lists[last].items += 1
        prefix = indent + "\(lists[last].items). "
    }

    mutating func closeItem() {
        block()
        prefix = ""
    }

    /// From now on `wordsSinceBegin` counts. A list's sign or a blank before the first word is not one of the words.
    mutating func beginWords() {
        wordsStart = nil
        wordsWait = true
    }

    /// The words added since `beginWords`, without white space at both ends.
    func wordsSinceBegin() -> [Unicode.Scalar] {
        guard let wordsStart else { return [] }
        let words = Array(text.scalars[wordsStart...])
        return Array(words[TextScalars.trimmed(words)])
    }

    /// Writes a link's address, in brackets behind its words or alone.
    mutating func addAddress(_ address: String, alone: Bool) {
        if alone {
            for scalar in address.unicodeScalars { addWord(scalar) }
        } else {
            if lineHasWords { waitWithBlank() }
            for scalar in ("(" + address + ")").unicodeScalars { addWord(scalar) }
        }
    }

    /// The whole text without white space at both ends.
    func finished() -> StyledText { text.trimmed() }
}
