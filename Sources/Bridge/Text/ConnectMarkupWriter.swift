/// Writes one customer's text as Connect's HTML, line by line.
struct ConnectMarkupWriter {
    private enum Line: Equatable {
        case text
        case bullet(content: Int)
        /// `number` is the one that stands in the text.
        case numbered(number: Int, content: Int)
    }

    private let scalars: [Unicode.Scalar]
    private let protected: ProtectedRanges
    private let roles: [WhatsAppMarks.Role]
    private var output = ""
    private var nextItem = 0

    init(_ scalars: [Unicode.Scalar]) {
        self.scalars = scalars
        protected = ProtectedRanges(scalars)
        roles = WhatsAppMarks.roles(in: scalars, protected: protected)
    }

    mutating func write() -> String {
        let lines = lineRanges()
        let kinds = kinds(of: lines)
        for (number, range) in lines.enumerated() {
            let next = number + 1 < lines.count ? kinds[number + 1] : nil
            switch kinds[number] {
            case .text:
                writeInline(range)
                // A list begins its own line, unless the line before it is empty.
                if let next, range.isEmpty || next == .text { output += "<br>" }
            case .bullet(let content):
                if number == 0 || !isBullet(kinds[number - 1]) { output += "<ul>" }
                writeItem(content..<range.upperBound)
                if next.map(isBullet) != true { output += "</ul>" }
            case .numbered(let value, let content):
                if value == 1 { output += "<ol>" }
                writeItem(content..<range.upperBound)
                if case .numbered(let following, _) = next, following == value + 1 { break }
                output += "</ol>"
            }
        }
        return output
    }

    private func lineRanges() -> [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        for (index, scalar) in scalars.enumerated() where scalar == "\n" {
            result.append(start..<index)
            start = index + 1
        }
        result.append(start..<scalars.count)
        return result
    }

    /// Numbers are a list only as far as they count 1, 2, 3: Connect counts for itself, and "3. May" must stay the third.
    private func kinds(of lines: [Range<Int>]) -> [Line] {
        var result: [Line] = []
        var expected = 1
        for line in lines {
            var kind = kind(of: line)
            if case .numbered(let number, _) = kind, number != 1, number != expected { kind = .text }
            if case .numbered(let number, _) = kind { expected = number + 1 } else { expected = 1 }
            result.append(kind)
        }
        return result
    }

    private func kind(of line: Range<Int>) -> Line {
        guard line.count > 2, !protected.contains(line.lowerBound) else { return .text }
        let first = scalars[line.lowerBound]
        if first == "-" || first == "*" {
            let content = line.lowerBound + 2
            return scalars[content - 1] == " " && hasWords(content..<line.upperBound) ? .bullet(content: content) : .text
        }
        var index = line.lowerBound
        var number = 0
        while index < line.upperBound, index < line.lowerBound + 4, TextScalars.isDigit(scalars[index]) {
            number = number * 10 + Int(scalars[index].value - 0x30)
            index += 1
        }
        guard first != "0", number > 0, index + 2 < line.upperBound, scalars[index] == ".", scalars[index + 1] == " ",
            hasWords(index + 2..<line.upperBound)
        else { return .text }
        return .numbered(number: number, content: index + 2)
    }

    private func hasWords(_ range: Range<Int>) -> Bool { range.contains { !TextScalars.isSpace(scalars[$0]) } }

    private func isBullet(_ line: Line) -> Bool {
        if case .bullet = line { true } else { false }
    }

    private mutating func writeItem(_ range: Range<Int>) {
        output += "<li>"
        writeInline(range)
        output += "</li>"
    }

    private mutating func writeInline(_ range: Range<Int>) {
        for index in range {
            let scalar = scalars[index]
            openLink(at: index)
            switch roles[index] {
            case .opens: output += scalar == "*" ? "<b>" : "<i>"
            case .closes: output += scalar == "*" ? "</b>" : "</i>"
            case .none:
                // HTML joins blanks and drops those at a line's ends; these stay.
                let stays = scalar == " " && (index == range.lowerBound || index == range.upperBound - 1 || scalars[index - 1] == " ")
                ConnectMarkup.append(stays ? "\u{A0}" : scalar, to: &output)
            }
            closeLink(at: index)
        }
    }

    private mutating func openLink(at index: Int) {
        while nextItem < protected.items.count, protected.items[nextItem].range.upperBound <= index { nextItem += 1 }
        guard nextItem < protected.items.count, protected.items[nextItem].kind == .link, protected.items[nextItem].range.lowerBound == index
        else { return }
        output += "<a href=\""
        for place in protected.items[nextItem].range { ConnectMarkup.append(scalars[place], to: &output) }
        output += "\">"
    }

    private mutating func closeLink(at index: Int) {
        guard nextItem < protected.items.count, protected.items[nextItem].kind == .link,
            protected.items[nextItem].range.upperBound == index + 1
        else { return }
        output += "</a>"
    }
}
