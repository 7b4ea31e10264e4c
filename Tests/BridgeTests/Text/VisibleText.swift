/// What people see of a post, read from its HTML by rules of its own.
enum VisibleText {
    /// The visible characters of HTML that holds allowed tags only.
    static func cells(_ html: String) -> [StyledModel.Cell] {
        var cells: [StyledModel.Cell] = []
        var style = StyledModel.Cell(character: " ")
        var counters: [Int?] = []
        func line() { cells.append(StyledModel.Cell(character: "\n")) }
        var rest = html[...]
        while let first = rest.first {
            if first == "<", let end = rest.firstIndex(of: ">") {
                let tag = String(rest[rest.index(after: rest.startIndex)..<end])
                rest = rest[rest.index(after: end)...]
                switch tag {
                case "b", "/b": style.isBold = tag == "b"
                case "i", "/i": style.isItalic = tag == "i"
                case "/a": style.link = nil
                case "br": line()
                case "ul", "ol":
                    if !cells.isEmpty, cells.last?.character != "\n" { line() }
                    counters.append(tag == "ol" ? 0 : nil)
                case "/ul", "/ol": counters.removeLast()
                case "li":
                    if let last = counters.last, let count = last {
                        counters[counters.count - 1] = count + 1
                        cells += "\(count + 1). ".map { StyledModel.Cell(character: $0) }
                    } else {
                        cells += "- ".map { StyledModel.Cell(character: $0) }
                    }
                case "/li": line()
                default: style.link = decoded(tag.dropFirst(8).dropLast())
                }
                continue
            }
            var text = String(first)
            if first == "&", let end = rest.prefix(7).firstIndex(of: ";") {
                text = decoded(rest[...end])
                rest = rest[rest.index(after: end)...]
            } else {
                rest.removeFirst()
            }
            for character in text {
                var cell = style
                cell.character = character
                cells.append(cell)
            }
        }
        while cells.last?.character == "\n" { cells.removeLast() }
        return cells
    }

    /// The visible characters without their looks.
    static func string(_ html: String) -> String { String(cells(html).map(\.character)) }

    private static func decoded(_ text: Substring) -> String {
        var result = String(text)
        for (name, sign) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")] {
            result = result.split(separator: name, omittingEmptySubsequences: false).joined(separator: sign)
        }
        return result
    }
}
