/// HTML's character references: `&amp;`, `&#228;`, `&#xE4;`, and the old ones without a semicolon.
enum CharacterReference {
    /// What stands at an `&`: the character and how many characters of the text it takes. What is no reference is the `&` itself.
    ///
    /// - Parameter inAttribute: within an attribute `&copy=1` is a part of an address, not a sign.
    static func read(_ scalars: [Unicode.Scalar], at start: Int, inAttribute: Bool) -> (scalar: Unicode.Scalar, length: Int) {
        guard start + 1 < scalars.count else { return ("&", 1) }
        if scalars[start + 1] == "#" { return readNumber(scalars, at: start) }
        var name = ""
        var index = start + 1
        while index < scalars.count, name.utf8.count < 12, TextScalars.isASCIILetter(scalars[index]) || TextScalars.isDigit(scalars[index]) {
            name.unicodeScalars.append(scalars[index])
            index += 1
        }
        if index < scalars.count, scalars[index] == ";", let scalar = CharacterNames.all[name] { return (scalar, index + 1 - start) }
        while name.utf8.count > 1 {
            if let scalar = CharacterNames.withoutSemicolon[name] {
                let next = start + 1 + name.utf8.count
                if inAttribute, next < scalars.count, continuesAddress(scalars[next]) { break }
                return (scalar, next - start)
            }
            name.removeLast()
        }
        return ("&", 1)
    }

    private static func continuesAddress(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "=" || TextScalars.isASCIILetter(scalar) || TextScalars.isDigit(scalar)
    }

    private static func readNumber(_ scalars: [Unicode.Scalar], at start: Int) -> (scalar: Unicode.Scalar, length: Int) {
        var index = start + 2
        let isHex = index < scalars.count && TextScalars.lowercasedASCII(scalars[index]) == "x"
        if isHex { index += 1 }
        let first = index
        var value: UInt32 = 0
        while index < scalars.count, let digit = digit(scalars[index], isHex: isHex) {
            // Anything beyond Unicode stays beyond it, however long the number is.
            value = min(value * (isHex ? 16 : 10) + digit, 0x11_0000)
            index += 1
        }
        guard index > first else { return ("&", 1) }
        if index < scalars.count, scalars[index] == ";" { index += 1 }
        return (scalar(of: value), index - start)
    }

    private static func digit(_ scalar: Unicode.Scalar, isHex: Bool) -> UInt32? {
        switch scalar.value {
        case 0x30...0x39: scalar.value - 0x30
        case 0x41...0x46 where isHex: scalar.value - 0x41 + 10
        case 0x61...0x66 where isHex: scalar.value - 0x61 + 10
        default: nil
        }
    }

    private static func scalar(of value: UInt32) -> Unicode.Scalar {
        if (0x80...0x9F).contains(value) { return CharacterNames.windows1252[Int(value - 0x80)] }
        return value == 0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}"
    }
}
