/// Finds the addresses of places in a text.
enum GeoScanner {
    /// The most characters of one address.
    static let lengthLimit = 300

    struct Found {
        var range: Range<Int>
        var place: GeoLink
    }

    static func places(in scalars: [Unicode.Scalar], limit: Int) -> [Found] {
        var result: [Found] = []
        var index = 0
        while index < scalars.count, result.count < limit {
            guard index == 0 || !TextScalars.isWord(scalars[index - 1]) else {
                index += 1
                continue
            }
            if let found = geo(scalars, at: index) ?? map(scalars, at: index) {
                result.append(found)
                index = found.range.upperBound
            } else {
                index += 1
            }
        }
        return result
    }

    private static func geo(_ scalars: [Unicode.Scalar], at start: Int) -> Found? {
        guard TextScalars.matches(scalars, at: start, "geo:") else { return nil }
        let bound = min(scalars.count, start + lengthLimit)
        var end = start
        var depth = 0
        // A label in brackets may have blanks, though they should be written as codes; brackets elsewhere are not one.
        var query: Bool?
        while end < bound, !isEnd(scalars[end]) || (depth > 0 && scalars[end] == " ") {
            switch scalars[end] {
            case "?" where depth == 0, "&" where depth == 0:
                // The first one that there is counts.
                query = query == nil && TextScalars.matches(scalars, at: end + 1, "q=") ? true : query.map { _ in false }
            case "(" where query == true: depth += 1
            case ")" where query == true: depth -= 1
            default: break
            }
            end += 1
        }
        if depth > 0 { end = scalars[start..<bound].firstIndex(where: isEnd) ?? bound }
        return shortened(scalars, start..<end, GeoAddress.geo)
    }

    private static func map(_ scalars: [Unicode.Scalar], at start: Int) -> Found? {
        guard TextScalars.matches(scalars, at: start, "https://www.openstreetmap.org/?mlat=") else { return nil }
        let bound = min(scalars.count, start + lengthLimit)
        let end = scalars[start..<bound].firstIndex(where: isEnd) ?? bound
        return shortened(scalars, start..<end, GeoAddress.map)
    }

    /// The address without the punctuation of the sentence around, if it is one.
    private static func shortened(_ scalars: [Unicode.Scalar], _ range: Range<Int>, _ read: ([Unicode.Scalar]) -> GeoLink?) -> Found? {
        var range = range
        while let last = range.last {
            switch scalars[last] {
            case ".", ",", ";", ":", "!", "?", "'", "”", "“", "’", "»", "…", "*", "_", "~": range = range.dropLast()
            case ")" where !scalars[range].contains("("): range = range.dropLast()
            default: return read(Array(scalars[range])).map { Found(range: range, place: $0) }
            }
        }
        return nil
    }

    private static func isEnd(_ scalar: Unicode.Scalar) -> Bool {
        TextScalars.isSpace(scalar) || scalar == "<" || scalar == ">" || scalar == "\"" || scalar == "`"
    }

    /// The text without these pieces. A line that has nothing else goes with them, and so does a blank before them that nothing needs.
    static func text(_ scalars: [Unicode.Scalar], without ranges: [Range<Int>]) -> String {
        var kept: [Unicode.Scalar] = []
        var lineStart = 0
        var lineLostPlace = false
        var cursor = 0
        var next = 0
        func joinsPrevious(_ scalar: Unicode.Scalar?) -> Bool {
            scalar.map { TextScalars.isSpace($0) || ".,;:!?)".unicodeScalars.contains($0) } ?? true
        }
        while cursor <= scalars.count {
            if next < ranges.count, ranges[next].lowerBound == cursor {
                cursor = ranges[next].upperBound
                next += 1
                lineLostPlace = true
                let following = cursor < scalars.count ? scalars[cursor] : nil
                if joinsPrevious(following), kept.count > lineStart, kept.last == " " { kept.removeLast() }
                if following == " ", kept.count == lineStart { cursor += 1 }
                continue
            }
            let atEnd = cursor == scalars.count
            if atEnd || scalars[cursor] == "\n" {
                let isEmpty = kept[lineStart...].allSatisfy(TextScalars.isSpace)
                if lineLostPlace, isEmpty {
                    kept.removeSubrange(lineStart...)
                } else if !atEnd {
                    kept.append("\n")
                }
                lineStart = kept.count
                lineLostPlace = false
            } else {
                kept.append(scalars[cursor])
            }
            cursor += 1
        }
        return TextScalars.string(kept[TextScalars.trimmed(kept)])
    }
}
