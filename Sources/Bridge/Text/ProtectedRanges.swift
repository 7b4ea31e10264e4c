/// The stretches of a text in which no mark is read or written: links, and what stands between backticks.
struct ProtectedRanges {
    enum Kind: Equatable { case link, code }

    struct Item: Equatable {
        var range: Range<Int>
        var kind: Kind
    }

    /// In the order of the text; they never overlap.
    let items: [Item]
    /// For each character the number of its item, counted from 1; 0 outside of all.
    private let numbers: [Int32]

    init(_ scalars: [Unicode.Scalar]) {
        var items: [Item] = []
        var cursor = 0
        for code in Self.codeRanges(scalars) {
            items += Self.linkRanges(scalars, in: cursor..<code.lowerBound).map { Item(range: $0, kind: .link) }
            items.append(Item(range: code, kind: .code))
            cursor = code.upperBound
        }
        items += Self.linkRanges(scalars, in: cursor..<scalars.count).map { Item(range: $0, kind: .link) }
        var numbers = [Int32](repeating: 0, count: scalars.count)
        for (offset, item) in items.enumerated() {
            for index in item.range { numbers[index] = Int32(truncatingIfNeeded: offset + 1) }
        }
        self.items = items
        self.numbers = numbers
    }

    func contains(_ index: Int) -> Bool { numbers[index] != 0 }

    /// Tells whether the place between `index - 1` and `index` lies inside one stretch.
    func splits(at index: Int) -> Bool {
        index > 0 && index < numbers.count && numbers[index] != 0 && numbers[index] == numbers[index - 1]
    }

    /// `` `code` `` within a line and ```` ```code``` ```` over lines, with their backticks; neither is ever empty.
    static func codeRanges(_ scalars: [Unicode.Scalar]) -> [Range<Int>] {
        var ticks: [(index: Int, line: Int)] = []
        var line = 0
        for (index, scalar) in scalars.enumerated() {
            if scalar == "`" { ticks.append((index, line)) }
            if scalar == "\n" { line += 1 }
        }
        func isFence(_ number: Int) -> Bool {
            number + 2 < ticks.count && ticks[number + 2].index == ticks[number].index + 2
        }
        var result: [Range<Int>] = []
        var number = 0
        var fencesLeft = true
        while number + 1 < ticks.count {
            if fencesLeft, isFence(number) {
                var end = number + 3
                while end < ticks.count, !isFence(end) || ticks[end].index == ticks[number].index + 3 { end += 1 }
                if end < ticks.count {
                    result.append(ticks[number].index..<ticks[end].index + 3)
                    number = end + 3
                    continue
                }
                fencesLeft = false
            }
            let next = ticks[number + 1]
            if next.line == ticks[number].line, next.index > ticks[number].index + 1 {
                result.append(ticks[number].index..<next.index + 1)
                number += 2
            } else {
                number += 1
            }
        }
        return result
    }

    /// Web addresses that begin with `http://` or `https://` at a word's border, without the punctuation of the sentence around.
    static func linkRanges(_ scalars: [Unicode.Scalar], in area: Range<Int>) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var index = area.lowerBound
        while index < area.upperBound {
            guard TextScalars.lowercasedASCII(scalars[index]) == "h", index == 0 || !TextScalars.isWord(scalars[index - 1]) else {
                index += 1
                continue
            }
            let scheme =
                TextScalars.matches(scalars, at: index, "https://") ? 8 : TextScalars.matches(scalars, at: index, "http://") ? 7 : 0
            var host = index + scheme
            // "http://*x*" counts as a link too, because it would be one if the stars were read as marks.
            while scheme > 0, host < area.upperBound, WhatsAppMark.allCases.contains(where: { $0.scalar == scalars[host] }) { host += 1 }
            guard scheme > 0, host < area.upperBound, isHostStart(scalars[host]) else {
                index += 1
                continue
            }
            let end = linkEnd(scalars, from: host, in: area)
            result.append(index..<end)
            index = end
        }
        return result
    }

    private static func isHostStart(_ scalar: Unicode.Scalar) -> Bool { TextScalars.isWord(scalar) || scalar == "[" }

    private static func linkEnd(_ scalars: [Unicode.Scalar], from start: Int, in area: Range<Int>) -> Int {
        var end = start + 1
        var surplus = 0
        while end < area.upperBound {
            let scalar = scalars[end]
            if TextScalars.isSpace(scalar) || scalar == "<" || scalar == ">" || scalar == "\"" || scalar == "`" { break }
            if scalar == "(" { surplus -= 1 }
            if scalar == ")" { surplus += 1 }
            end += 1
        }
        while end > start + 1 {
            switch scalars[end - 1] {
            case ")":
                guard surplus > 0 else { return end }
                surplus -= 1
            case ".", ",", ";", ":", "!", "?", "'", "*", "_", "~", "}", "”", "“", "’", "»", "…", "。", "，":
                break
            default:
                return end
            }
            end -= 1
        }
        return end
    }
}
