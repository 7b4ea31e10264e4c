/// Reads Connect's HTML as text with marks. The input is hostile: nothing in it can make this fail, recurse, or take more than linear time.
///
/// Known tags make marks, lines and lists; of unknown ones only the words between them remain; comments, scripts and styles vanish. A `<` that never
/// finds its `>` is a character. A post without any tag is plain text: its line breaks and blanks count as they stand.
struct ConnectMarkupReader {
    private let scalars: [Unicode.Scalar]
    private let lastGreater: Int
    private let showsAddresses: Bool
    private var index = 0
    private var builder: StyledTextBuilder
    private var counts: [WhatsAppMark: Int] = [:]
    /// The address of the link that is open.
    private var link: String?
    /// The place that the open link leads to.
    private var place: GeoLink?
    /// The places that links with other words lead to, in their order.
    private(set) var places: [GeoLink] = []
    /// Set when a quotation mark within a tag never closed; from then on a tag ends at its first `>`, which keeps the time linear.
    private var ignoresQuotes = false

    /// - Parameter showsAddresses: whether a link's address is written behind its words.
    init(_ html: String, showsAddresses: Bool) {
        scalars = Array(html.unicodeScalars)
        lastGreater = scalars.lastIndex(of: ">") ?? -1
        self.showsAddresses = showsAddresses
        builder = StyledTextBuilder(keepsBlanks: false)
    }

    mutating func read() -> StyledText {
        if !hasTags() { builder = StyledTextBuilder(keepsBlanks: true) }
        while index < scalars.count {
            switch scalars[index] {
            case "<" where startsTag(at: index):
                readTag()
            case "&":
                let found = CharacterReference.read(scalars, at: index, inAttribute: false)
                builder.add(found.scalar)
                index += found.length
            default:
                builder.add(scalars[index])
                index += 1
            }
        }
        endLink()
        return builder.finished()
    }

    private func hasTags() -> Bool {
        scalars.indices.contains { scalars[$0] == "<" && startsTag(at: $0) }
    }

    private func startsTag(at index: Int) -> Bool {
        guard index < lastGreater || TextScalars.matches(scalars, at: index, "<!--") else { return false }
        let next = scalars[index + 1]
        if next == "/" { return index + 2 < scalars.count && (TextScalars.isASCIILetter(scalars[index + 2]) || scalars[index + 2] == ">") }
        return next == "!" || next == "?" || TextScalars.isASCIILetter(next)
    }

    private mutating func readTag() {
        if TextScalars.matches(scalars, at: index, "<!--") {
            index = endOfComment(index + 4)
        } else if scalars[index + 1] == "!" || scalars[index + 1] == "?" {
            index = (scalars[index...].firstIndex(of: ">") ?? scalars.count - 1) + 1
        } else {
            var scanner = MarkupTagScanner(scalars, at: index, ignoresQuotes: ignoresQuotes)
            var tag = scanner.scan()
            if tag == nil {
                ignoresQuotes = true
                scanner = MarkupTagScanner(scalars, at: index, ignoresQuotes: true)
                tag = scanner.scan()
            }
            guard let tag else {
                builder.add("<")
                index += 1
                return
            }
            index = tag.end
            if tag.closes { close(tag) } else { open(tag) }
        }
    }

    private func endOfComment(_ start: Int) -> Int {
        if start < scalars.count, scalars[start] == ">" { return start + 1 }
        if TextScalars.matches(scalars, at: start, "->") { return start + 2 }
        var index = start
        while index < scalars.count {
            if TextScalars.matches(scalars, at: index, "-->") { return index + 3 }
            if TextScalars.matches(scalars, at: index, "--!>") { return index + 4 }
            index += 1
        }
        return scalars.count
    }

    private mutating func open(_ tag: MarkupTag) {
        switch tag.name {
        case "br": builder.breakLine()
        case "b", "strong", "i", "em", "s", "del", "strike": if let mark = mark(of: tag.name) { change(mark, by: 1) }
        case "a":
            endLink()
            let address = tag.attributes["href"] ?? ""
            place = LinkAddress.place(address)
            link = LinkAddress.readable(address)
            builder.beginWords()
        case "img": for scalar in (tag.attributes["alt"] ?? "").unicodeScalars { builder.add(scalar) }
        case "ul": builder.openList(ordered: false)
        case "ol": builder.openList(ordered: true)
        case "li": builder.openItem()
        case "p": builder.paragraph()
        case "blockquote": builder.quote(opens: true)
        case "td", "th": builder.add(" ")
        case "script", "style", "title", "textarea", "iframe", "noscript", "noembed", "noframes", "template", "xmp":
            skip(to: tag.name)
        case "svg", "math": if !tag.closesItself { skip(to: tag.name) }
        default: if Self.isBlock(tag.name) { builder.block() }
        }
    }

    private mutating func close(_ tag: MarkupTag) {
        switch tag.name {
        case "b", "strong", "i", "em", "s", "del", "strike": if let mark = mark(of: tag.name) { change(mark, by: -1) }
        case "a": endLink()
        case "ul", "ol": builder.closeList()
        case "li": builder.closeItem()
        case "p": builder.paragraph()
        case "blockquote": builder.quote(opens: false)
        default: if Self.isBlock(tag.name) { builder.block() }
        }
    }

    private func mark(of name: String) -> WhatsAppMark? {
        switch name {
        case "b", "strong": .bold
        case "i", "em": .italic
        case "s", "del", "strike": .strike
        default: nil
        }
    }

    private mutating func change(_ mark: WhatsAppMark, by difference: Int) {
        let before = counts[mark] ?? 0
        let after = max(0, before + difference)
        counts[mark] = after
        if before == 0, after == 1 { builder.style.append(mark) }
        if before == 1, after == 0 { builder.style.remove(mark) }
    }

    private static func isBlock(_ name: String) -> Bool {
        switch name {
        case "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "table", "tr", "section", "article", "header", "footer", "main", "aside", "nav",
            "address", "figure", "figcaption", "form", "fieldset", "dl", "dt", "dd", "body", "html", "center", "details", "summary":
            true
        default: false
        }
    }

    /// Moves behind the end tag of an element whose content is not for readers, or to the end.
    private mutating func skip(to name: String) {
        let word = Array(name.unicodeScalars)
        while index < scalars.count {
            if scalars[index] == "<", index + 1 < scalars.count, scalars[index + 1] == "/", reads(word, at: index + 2) {
                index = (scalars[index...].firstIndex(of: ">") ?? scalars.count - 1) + 1
                return
            }
            index += 1
        }
    }

    private func reads(_ word: [Unicode.Scalar], at start: Int) -> Bool {
        guard start + word.count < scalars.count else { return false }
        for (offset, scalar) in word.enumerated() where TextScalars.lowercasedASCII(scalars[start + offset]) != scalar { return false }
        let next = scalars[start + word.count]
        return next == ">" || next == "/" || TextScalars.isSpace(next)
    }

    /// Writes a link's address behind its words, unless the words are the address. An address that is a place is kept apart.
    private mutating func endLink() {
        guard let address = link else { return }
        link = nil
        let words = TextScalars.string(builder.wordsSinceBegin())
        if var place, GeoLink(words) == nil, places.count < GeoLink.limit {
            self.place = nil
            let name = CustomerName.oneLine(words)
            if place.label == nil, !name.isEmpty { place.label = name }
            return places.append(place)
        }
        place = nil
        guard showsAddresses, !address.isEmpty else { return }
        if LinkAddress.isSame(words, address) { return }
        builder.addAddress(address, alone: words.isEmpty)
    }
}
