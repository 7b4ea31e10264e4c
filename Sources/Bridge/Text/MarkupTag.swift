/// A start or end tag as it was found.
struct MarkupTag: Equatable {
    /// In lower case.
    var name: String
    var closes: Bool
    var closesItself: Bool
    /// Only `href` and `alt`; the first of each counts.
    var attributes: [String: String]
    /// Behind the tag's `>`.
    var end: Int
}

/// Scans one tag, with its quoted attributes, in one pass.
struct MarkupTagScanner {
    private let scalars: [Unicode.Scalar]
    private let ignoresQuotes: Bool
    private var index: Int

    /// - Parameter index: of the `<`.
    init(_ scalars: [Unicode.Scalar], at index: Int, ignoresQuotes: Bool) {
        self.scalars = scalars
        self.index = index
        self.ignoresQuotes = ignoresQuotes
    }

    /// The tag, or nil if the text ends within it.
    mutating func scan() -> MarkupTag? {
        index += 1
        let closes = index < scalars.count && scalars[index] == "/"
        if closes { index += 1 }
        let name = scanName()
        var attributes: [String: String] = [:]
        var closesItself = false
        while index < scalars.count {
            let scalar = scalars[index]
            if scalar == ">" {
                return MarkupTag(name: name, closes: closes, closesItself: closesItself, attributes: attributes, end: index + 1)
            }
            closesItself = scalar == "/"
            if scalar == "/" || TextScalars.isSpace(scalar) {
                index += 1
            } else {
                guard let attribute = scanAttribute() else { return nil }
                if attribute.name == "href" || attribute.name == "alt", attributes[attribute.name] == nil {
                    attributes[attribute.name] = decoded(attribute.value)
                }
            }
        }
        return nil
    }

    private mutating func scanName() -> String {
        var name: [Unicode.Scalar] = []
        while index < scalars.count, scalars[index] != ">", scalars[index] != "/", !TextScalars.isSpace(scalars[index]) {
            if name.count < 16 { name.append(TextScalars.lowercasedASCII(scalars[index])) }
            index += 1
        }
        return TextScalars.string(name)
    }

    private mutating func scanAttribute() -> (name: String, value: Range<Int>)? {
        var name: [Unicode.Scalar] = []
        while index < scalars.count, scalars[index] != ">", scalars[index] != "/", !TextScalars.isSpace(scalars[index]) {
            if scalars[index] == "=", !name.isEmpty { break }
            if name.count < 16 { name.append(TextScalars.lowercasedASCII(scalars[index])) }
            index += 1
        }
        skipSpaces()
        let text = TextScalars.string(name)
        guard index < scalars.count, scalars[index] == "=" else { return (text, index..<index) }
        index += 1
        skipSpaces()
        guard index < scalars.count else { return nil }
        let quote = scalars[index]
        if !ignoresQuotes, quote == "\"" || quote == "'" {
            guard let end = scalars[(index + 1)...].firstIndex(of: quote) else { return nil }
            defer { index = end + 1 }
            return (text, index + 1..<end)
        }
        let start = index
        while index < scalars.count, scalars[index] != ">", !TextScalars.isSpace(scalars[index]) { index += 1 }
        return (text, start..<index)
    }

    private mutating func skipSpaces() {
        while index < scalars.count, TextScalars.isSpace(scalars[index]) { index += 1 }
    }

    /// The value with its character references resolved; what is longer than an address can be is no address.
    private func decoded(_ value: Range<Int>) -> String {
        guard value.count <= 8_192 else { return "" }
        var result: [Unicode.Scalar] = []
        var index = value.lowerBound
        while index < value.upperBound {
            if scalars[index] == "&" {
                let found = CharacterReference.read(scalars, at: index, inAttribute: true)
                result.append(found.scalar)
                index += found.length
            } else {
                result.append(scalars[index])
                index += 1
            }
        }
        return TextScalars.string(result)
    }
}
