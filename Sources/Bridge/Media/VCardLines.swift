/// The lines of a vCard, which are folded when they are long.
enum VCardLines {
    /// The most bytes of a line, without its end.
    private static let width = 75

    /// The line in pieces of at most 75 bytes, the further ones behind a blank, never cut within a character.
    static func folded(_ line: String) -> String {
        var result = ""
        var length = 0
        for character in line {
            let next = String(character)
            // Characters of endless accents are the exception: they are cut between their scalars.
            let pieces = next.utf8.count < width ? [next] : next.unicodeScalars.map { String($0) }
            for piece in pieces {
                if length + piece.utf8.count > width {
                    result += "\r\n "
                    length = 1
                }
                result += piece
                length += piece.utf8.count
            }
        }
        return result
    }

    /// The lines as they were before folding, without empty ones. Lines end with CRLF, LF or CR.
    static func unfolded(_ text: String) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = []
        // In quoted-printable, a line that ends with "=" goes on in the next one, which need not begin with a blank.
        var goesOn = false
        for physical in text.unicodeScalars.split(whereSeparator: { $0 == "\n" || $0 == "\r" }) {
            if goesOn, !lines.isEmpty {
                lines[lines.count - 1].removeLast()
                lines[lines.count - 1] += physical
            } else if let first = physical.first, first == " " || first == "\t", !lines.isEmpty {
                lines[lines.count - 1] += physical.dropFirst()
            } else {
                lines.append(Array(physical))
            }
            guard let line = lines.last, line.last == "=" else {
                goesOn = false
                continue
            }
            goesOn = goesOn || isQuotedPrintable(line)
        }
        return lines
    }

    private static func isQuotedPrintable(_ line: [Unicode.Scalar]) -> Bool {
        TextScalars.string(line.prefix(200).prefix { $0 != ":" }).uppercased().contains("QUOTED-PRINTABLE")
    }
}
