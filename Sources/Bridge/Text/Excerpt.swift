/// A short piece of foreign text for a place where only one line fits.
public enum Excerpt {
    /// The beginning of `text` on one line, at most `limit` characters as people count them and 16 times as many scalars, with an ellipsis where it was cut.
    /// Control characters and the marks that turn the direction of what follows are left out, white space becomes single blanks.
    public static func text(_ text: String, limit: Int) -> String {
        var line = ""
        var count = 0
        var blankWaits = false
        for scalar in text.unicodeScalars {
            if TextScalars.isSpace(scalar) {
                blankWaits = count > 0
                continue
            }
            if turnsDirection(scalar) || scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) { continue }
            if blankWaits { line += " " }
            blankWaits = false
            line.unicodeScalars.append(scalar)
            count += 1
            // Names can be built of endless accents; what is beyond any real name is not looked at.
            if count > limit * 16 { break }
        }
        guard line.count > limit || count > limit * 16 else { return line }
        var cut = String(line.prefix(max(limit - 1, 1)))
        if cut.unicodeScalars.count > limit * 16 { cut = TextScalars.string(cut.unicodeScalars.prefix(limit * 16)) }
        while cut.last == " " { cut.removeLast() }
        return cut + "…"
    }

    private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}
