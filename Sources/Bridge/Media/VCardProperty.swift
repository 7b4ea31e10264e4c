/// One line of a vCard: `group.NAME;PARAMETER=value,value;PARAMETER="value":value`.
struct VCardProperty {
    /// What binds it to other lines, in upper case; nil if nothing does.
    let group: String?
    /// In upper case.
    let name: String
    /// Labels in the order of the line, without those that say nothing to people.
    let types: [String]
    /// The WhatsApp ID of a number.
    let waID: String?
    /// As it stands, decoded, but with its escapes.
    let value: [Unicode.Scalar]

    /// Takes a line apart; nil if it has no name or no colon.
    init?(_ line: [Unicode.Scalar]) {
        guard let colon = Self.firstIndex(of: ":", in: line[...]) else { return nil }
        var parts = Self.split(line[..<colon], at: ";")
        let path = Self.split(parts.removeFirst(), at: ".")
        let word = path.last.map { TextScalars.string($0[TextScalars.trimmed(Array($0)).shifted(by: $0.startIndex)]).uppercased() } ?? ""
        guard !word.isEmpty, word.utf8.count <= 40 else { return nil }
        group = path.count > 1 ? TextScalars.string(path[0]).uppercased() : nil
        name = word
        var types: [String] = []
        var waID: String?
        var isQuoted = false
        var charset: String?
        for part in parts.prefix(30) {
            let (key, values) = Self.parameter(part)
            switch key {
            case "TYPE", nil:
                for value in values {
                    // In version 2.1 encoding and labels stand bare.
                    if value.uppercased() == "QUOTED-PRINTABLE" { isQuoted = true } else { types.append(value) }
                }
            case "ENCODING": isQuoted = values.first?.uppercased() == "QUOTED-PRINTABLE"
            case "CHARSET": charset = values.first?.uppercased()
            case "WAID": waID = values.first
            default: break
            }
        }
        self.types = Array(types.filter { !Self.silent.contains($0.uppercased()) }.prefix(4))
        self.waID = waID
        let raw = Array(line[(colon + 1)...])
        value = isQuoted ? VCardEncoding.quotedPrintable(raw, charset: charset) : raw
    }

    /// What says how to reach somebody and not where, or is for machines.
    private static let silent: Set<String> = ["PREF", "VOICE", "INTERNET", "X400", "TEXT", "MSG", "UTF-8", "8BIT", "BASE64", "B"]

    /// Whether the value names a card, as in `BEGIN:VCARD`.
    var isCardValue: Bool { value[TextScalars.trimmed(value)].map(TextScalars.lowercasedASCII).elementsEqual("vcard".unicodeScalars) }

    /// The label as text.
    var type: String? { types.isEmpty ? nil : types.joined(separator: ", ") }

    /// The value as text, without escapes; nil if it is empty.
    var text: String? { Self.unescaped(value[...]) }

    /// The parts of a value that is a list, such as a name; empty ones are nil.
    var parts: [String?] { Self.split(value[...], at: ";", escapes: true, limit: 20).map(Self.unescaped) }

    private static func parameter(_ part: ArraySlice<Unicode.Scalar>) -> (key: String?, values: [String]) {
        let equals = part.firstIndex(of: "=")
        let key = equals.map { TextScalars.string(part[..<$0]).uppercased() }
        let rest = equals.map { part[($0 + 1)...] } ?? part
        // Version 4.0 writes a list in quotation marks.
        let values = split(rest.filter { $0 != "\"" }[...], at: ",").prefix(10).map { Excerpt.text(TextScalars.string($0), limit: 40) }
        return (key, values.filter { !$0.isEmpty })
    }

    private static func firstIndex(of wanted: Unicode.Scalar, in scalars: ArraySlice<Unicode.Scalar>) -> Int? {
        var isQuoted = false
        for index in scalars.indices {
            if scalars[index] == "\"" { isQuoted.toggle() }
            if scalars[index] == wanted, !isQuoted { return index }
        }
        // A quotation mark that is never closed is a character like any other.
        return isQuoted ? scalars.firstIndex(of: wanted) : nil
    }

    private static func split(
        _ scalars: ArraySlice<Unicode.Scalar>, at separator: Unicode.Scalar, escapes: Bool = false, limit: Int = .max
    ) -> [ArraySlice<Unicode.Scalar>] {
        var result: [ArraySlice<Unicode.Scalar>] = []
        var start = scalars.startIndex
        var index = start
        var isQuoted = false
        while index < scalars.endIndex {
            if escapes, scalars[index] == "\\" {
                index += 2
                continue
            }
            if !escapes, scalars[index] == "\"" { isQuoted.toggle() }
            if scalars[index] == separator, !isQuoted, result.count + 1 < limit {
                result.append(scalars[start..<index])
                start = index + 1
            }
            index += 1
        }
        result.append(scalars[start...])
        return result
    }

    private static func unescaped(_ scalars: ArraySlice<Unicode.Scalar>) -> String? {
        var result: [Unicode.Scalar] = []
        var index = scalars.startIndex
        while index < scalars.endIndex {
            if scalars[index] == "\\", index + 1 < scalars.endIndex {
                index += 1
                result.append(scalars[index] == "n" || scalars[index] == "N" ? "\n" : scalars[index])
            } else {
                result.append(scalars[index])
            }
            index += 1
        }
        let clean = TextScalars.lines(of: TextScalars.string(result))
        let text = clean[TextScalars.trimmed(clean)]
        return text.isEmpty ? nil : TextScalars.string(text)
    }
}

extension Range<Int> {
    fileprivate func shifted(by distance: Int) -> Range<Int> { lowerBound + distance..<upperBound + distance }
}
