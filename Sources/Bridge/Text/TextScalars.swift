/// What both directions agree on about single characters: what a space is, what belongs to a word, how lines end.
enum TextScalars {
    /// Tells whether a mark may not touch this character from the inside: white space of any kind and line ends.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x80 ? scalar == " " || (9...13).contains(scalar.value) : scalar.properties.isWhitespace
    }

    /// Tells whether the character belongs to a word: letters, digits and the accents that ride on them.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return isASCIILetter(scalar) || isDigit(scalar) }
        let properties = scalar.properties
        if properties.isAlphabetic || properties.numericType != nil { return true }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }

    static func isASCIILetter(_ scalar: Unicode.Scalar) -> Bool {
        (0x41...0x5A).contains(scalar.value) || (0x61...0x7A).contains(scalar.value)
    }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

    static func lowercasedASCII(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        (0x41...0x5A).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) + 0x20) : scalar
    }

    /// Tells whether `scalars` reads `word` (lower case ASCII) from `index` on, whatever the case.
    static func matches(_ scalars: [Unicode.Scalar], at index: Int, _ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard index >= 0, index + length <= scalars.count else { return false }
        return word.withUTF8Buffer { bytes in
            for offset in 0..<length where lowercasedASCII(scalars[index + offset]).value != UInt32(bytes[offset]) { return false }
            return true
        }
    }

    /// The text as characters with `\n` as the only line end, a blank for each tab, and no control characters.
    static func lines(of text: String) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(text.utf8.count)
        var afterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A where afterReturn: break
            case 0x0A...0x0D, 0x85, 0x2028, 0x2029: result.append("\n")
            case 0x09: result.append(" ")
            case 0..<0x20, 0x7F..<0xA0: break
            default: result.append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        return result
    }

    /// The part without white space at either end.
    static func trimmed(_ scalars: [Unicode.Scalar]) -> Range<Int> {
        var lower = 0
        var upper = scalars.count
        while lower < upper, isSpace(scalars[lower]) { lower += 1 }
        while upper > lower, isSpace(scalars[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
