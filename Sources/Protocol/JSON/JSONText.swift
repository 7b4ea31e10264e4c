/// What an escape inside a JSON text stands for.
enum JSONEscape {
    /// A character; two escapes that are a surrogate pair stand for one.
    case scalar(Unicode.Scalar)
    /// Half of a surrogate pair whose other half is missing.
    case loneSurrogate(UInt16)
}

extension [UInt8] {
    /// The code unit of the `\uXXXX` that begins at an index, if one does.
    func codeUnit(ofEscapeAt start: Int) -> UInt16? {
        guard start + 6 <= count, self[start] == UInt8(ascii: "\\"), self[start + 1] == UInt8(ascii: "u") else { return nil }
        var unit: UInt16 = 0
        for index in (start + 2)..<(start + 6) {
            guard let digit = self[index].hexDigitValue else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }

    /// Reads the escape that begins at an index of well-formed JSON.
    ///
    /// - Returns: what it stands for, and the index after it
    func escape(at start: Int) -> (JSONEscape, end: Int) {
        guard let unit = codeUnit(ofEscapeAt: start) else {
            let character: Unicode.Scalar =
                switch self[start + 1] {
                case UInt8(ascii: "b"): "\u{8}"
                case UInt8(ascii: "f"): "\u{C}"
                case UInt8(ascii: "n"): "\n"
                case UInt8(ascii: "r"): "\r"
                case UInt8(ascii: "t"): "\t"
                default: Unicode.Scalar(self[start + 1])
                }
            return (.scalar(character), start + 2)
        }
        if let scalar = Unicode.Scalar(unit) { return (.scalar(scalar), start + 6) }
        if UTF16.isLeadSurrogate(unit), let trail = codeUnit(ofEscapeAt: start + 6), UTF16.isTrailSurrogate(trail) {
            return (.scalar(UTF16.decode(UTF16.EncodedScalar([unit, trail]))), start + 12)
        }
        return (.loneSurrogate(unit), start + 6)
    }

    /// The text between two quotes of well-formed JSON. A lone surrogate becomes U+FFFD, as no Swift string can hold it.
    func text(in range: Range<Int>) -> String {
        guard self[range].contains(UInt8(ascii: "\\")) else { return String(decoding: self[range], as: UTF8.self) }
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard self[index] == UInt8(ascii: "\\") else {
                text.append(self[index])
                index += 1
                continue
            }
            let (escape, end) = escape(at: index)
            switch escape {
            case .scalar(let scalar): text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            case .loneSurrogate: text.append(contentsOf: UTF8.encodedReplacementCharacter)
            }
            index = end
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends a text with its quotes, escaped no more than JSON demands, as `JSON.stringify` does.
    mutating func appendJSON(_ text: String) {
        append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            // Mostly there is nothing to escape, and all of it is one piece.
            var start = 0
            for (index, byte) in bytes.enumerated() where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                append(contentsOf: bytes[start..<index])
                appendJSON(textByte: byte)
                start = index + 1
            }
            append(contentsOf: bytes[start...])
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends one UTF-8 byte of a text, escaped if JSON demands it.
    mutating func appendJSON(textByte byte: UInt8) {
        let letter: Unicode.Scalar
        switch byte {
        case UInt8(ascii: "\""): letter = "\""
        case UInt8(ascii: "\\"): letter = "\\"
        case 0x08: letter = "b"
        case 0x0C: letter = "f"
        case 0x0A: letter = "n"
        case 0x0D: letter = "r"
        case 0x09: letter = "t"
        case 0..<0x20:
            appendJSON(codeUnit: UInt16(byte))
            return
        default:
            append(byte)
            return
        }
        append(UInt8(ascii: "\\"))
        append(UInt8(ascii: letter))
    }

    /// Appends `\uxxxx` in lower case.
    mutating func appendJSON(codeUnit unit: UInt16) {
        append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "u")])
        append(contentsOf: Hex.text([UInt8(unit >> 8), UInt8(unit & 0xFF)]).utf8)
    }
}
