/// Cuts a text into parts that each fit into one message or post.
///
/// It cuts at a paragraph if there is one in the second half of what fits, else at a line, a sentence, a word; and where there is none, at any of them
/// in the first half, else between two characters as people count them. It never cuts within a web address that would fit as a whole, and never within
/// a surrogate pair. The parts in their order are the text, but for the white space around the cuts; no part is empty. Takes linear time.
public struct TextSplitter {
    /// What a limit counts.
    public enum Unit: Sendable {
        /// UTF-16 code units, as for WhatsApp (Cloud API, 4.5).
        case utf16
        /// Bytes of UTF-8, as for Connect (Connect, 9.7).
        case utf8

        func size(of scalar: Unicode.Scalar) -> Int {
            switch self {
            case .utf16: UTF16.width(scalar)
            case .utf8: UTF8.width(scalar)
            }
        }
    }

    /// How good a place is to cut at; the higher, the better.
    private enum Place: Int, Comparable {
        case word = 1
        case sentence, line, paragraph

        static func < (left: Place, right: Place) -> Bool { left.rawValue < right.rawValue }
    }

    private let scalars: [Unicode.Scalar]
    /// Whether a character as people count them begins at the scalar.
    private let startsCharacter: [Bool]
    /// Whether the scalar is white space that is no part of another character (an accent can sit on a blank).
    private let isBlank: [Bool]
    /// Web addresses in their order.
    private let links: [Range<Int>]
    private let limit: Int
    private let unit: Unit
    private var nextLink = 0

    /// The parts of a text, each at most `limit` units; none if there is only white space.
    ///
    /// - Parameter limit: at least 4, so that each part can hold a character; a smaller one counts as 4.
    public static func parts(of text: String, limit: Int, unit: Unit) -> [String] {
        let limit = max(limit, 4)
        let size = unit == .utf8 ? text.utf8.count : text.utf16.count
        if size <= limit { return text.unicodeScalars.allSatisfy(TextScalars.isSpace) ? [] : [text] }
        var splitter = TextSplitter(text, limit: limit, unit: unit)
        return splitter.split()
    }

    private init(_ text: String, limit: Int, unit: Unit) {
        var scalars: [Unicode.Scalar] = []
        var starts: [Bool] = []
        for character in text {
            var isFirst = true
            for scalar in character.unicodeScalars {
                scalars.append(scalar)
                starts.append(isFirst)
                isFirst = false
            }
        }
        self.scalars = scalars
        startsCharacter = starts
        isBlank = scalars.indices.map { index in
            let next = index + 1
            return TextScalars.isSpace(scalars[index])
                && (starts[index] || scalars[index] == "\n" && scalars[index - 1] == "\r")
                && (next == scalars.count || starts[next] || scalars[index] == "\r" && scalars[next] == "\n")
        }
        links = ProtectedRanges.linkRanges(scalars, in: 0..<scalars.count)
        self.limit = limit
        self.unit = unit
    }

    private mutating func split() -> [String] {
        var parts: [String] = []
        var start = skippingSpaces(from: 0)
        while start < scalars.count {
            let end = cut(from: start)
            parts.append(TextScalars.string(scalars[start..<withoutTrailingSpaces(start..<end)]))
            start = skippingSpaces(from: end)
        }
        return parts
    }

    private func skippingSpaces(from index: Int) -> Int {
        var index = index
        while index < scalars.count, isBlank[index] { index += 1 }
        return index
    }

    private func withoutTrailingSpaces(_ range: Range<Int>) -> Int {
        var end = range.upperBound
        while end > range.lowerBound, isBlank[end - 1] { end -= 1 }
        return end
    }

    /// Where the part that begins at `start` ends; always behind `start`.
    private mutating func cut(from start: Int) -> Int {
        var end = start
        var size = 0
        var middle = start
        while end < scalars.count {
            let next = size + unit.size(of: scalars[end])
            if next > limit { break }
            if next <= limit / 2 { middle = end + 1 }
            size = next
            end += 1
        }
        if end == scalars.count { return end }
        var found: (place: Place, index: Int)?
        var early: Int?
        var index = end
        while index > start {
            if let place = place(at: index) {
                if index > middle {
                    if place > found?.place ?? .word || found == nil { found = (place, index) }
                } else if early == nil {
                    early = index
                    break
                }
            }
            if index <= middle, found != nil { break }
            index -= 1
        }
        return found?.index ?? early ?? hardCut(start..<end)
    }

    /// What kind of place lies before the scalar at `index`: a place is where white space begins, and behind the stops that need none.
    private func place(at index: Int) -> Place? {
        let previous = scalars[index - 1]
        guard isBlank[index] else {
            let endsSentence = previous == "。" || previous == "！" || previous == "？"
            return endsSentence && startsCharacter[index] && !isWithinLink(index) ? .sentence : nil
        }
        if isBlank[index - 1] { return nil }
        // How many lines end decides; the look ahead is short, so that long stretches of white space stay cheap.
        var lines = 0
        for next in index..<min(index + 8, scalars.count) {
            guard isBlank[next] else { break }
            if isLineEnd(next) { lines += 1 }
        }
        if lines > 1 { return .paragraph }
        if lines == 1 { return .line }
        return endsSentence(index - 1) ? .sentence : .word
    }

    private func isWithinLink(_ index: Int) -> Bool {
        var low = 0
        var high = links.count
        while low < high {
            let middle = (low + high) / 2
            if links[middle].upperBound <= index { low = middle + 1 } else { high = middle }
        }
        return low < links.count && links[low].lowerBound < index
    }

    private func isLineEnd(_ index: Int) -> Bool {
        switch scalars[index].value {
        case 0x0A: index == 0 || scalars[index - 1] != "\r"
        case 0x0B...0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }

    private func endsSentence(_ last: Int) -> Bool {
        var index = last
        while index > 0, last - index < 3 {
            switch scalars[index] {
            case ".", "!", "?", "…", "。", "！", "？": return true
            case "\"", "'", ")", "]", "”", "’", "»", "“": index -= 1
            default: return false
            }
        }
        return false
    }

    /// A cut where no white space is: before a web address, else between two characters, else, within a character longer than the limit, anywhere.
    private mutating func hardCut(_ range: Range<Int>) -> Int {
        while nextLink < links.count, links[nextLink].upperBound <= range.lowerBound { nextLink += 1 }
        var candidate = nextLink
        while candidate < links.count, links[candidate].upperBound <= range.upperBound { candidate += 1 }
        if candidate < links.count, links[candidate].lowerBound > range.lowerBound, links[candidate].lowerBound < range.upperBound,
            startsCharacter[links[candidate].lowerBound]
        {
            return links[candidate].lowerBound
        }
        var index = range.upperBound
        while index > range.lowerBound, !startsCharacter[index] { index -= 1 }
        return index > range.lowerBound ? index : max(range.upperBound, range.lowerBound + 1)
    }
}
