/// The name of a file as it is shown and stored: safe wherever it is put, and with an extension that tells the truth.
public enum FileName {
    /// The most that a name may have, in bytes of UTF-8.
    public static let limit = 255

    /// A name made safe.
    ///
    /// Path parts, control characters, marks that turn the direction of text, and characters that file systems refuse are taken out, and so are dots and
    /// blanks at both ends. An extension that contradicts the content is replaced, a missing one added. The answer is never empty, never begins
    /// with a dot, and is cut between characters to `limit`.
    ///
    /// - Parameters:
    ///   - name: the name from outside; nil or anything at all.
    ///   - type: what the file is.
    ///   - fallback: what the file is called, without extension, if nothing of its name is left.
    public static func safe(_ name: String?, type: FileType, fallback: String = "file") -> String {
        var base = clean(lastPart(of: name ?? ""))
        var ending = FileType.fileExtension(of: base)
        if let given = ending {
            let rest = trimmed(String(base.dropLast(given.count + 1)))
            if keeps(given, for: type) {
                // As it was written: some systems tell ".PDF" from ".pdf".
                ending = String(base.suffix(given.count))
                base = rest
            } else {
                ending = type.fileExtension
                if FileType.isTelling(given) { base = rest }
            }
        } else {
            ending = type.fileExtension
            // ".pdf" is an extension without a name.
            if let hidden = base.isEmpty ? nil : FileType.fileExtension(of: "." + base), type.extensions.contains(hidden), isHidden(name) {
                base = ""
            }
        }
        if base.isEmpty { base = trimmed(clean(fallback)) }
        if base.isEmpty { base = "file" }
        if isDevice(base) { base = "_" + base }
        let suffix = "." + (ending ?? type.fileExtension)
        return trimmed(cut(base, to: limit - suffix.utf8.count)) + suffix
    }

    /// Tells whether an extension may stay as it is.
    private static func keeps(_ given: String, for type: FileType) -> Bool {
        if type.extensions.contains(given) { return true }
        switch type {
        case .text, .zip:
            // Source code, settings, packages: the world has more of them than any table. "Version 1.2" has no extension.
            return !FileType.isTelling(given) && given.contains { $0.isLetter }
        case .unknown:
            // Formats that are not recognised keep the name they have.
            return given.contains { $0.isLetter }
        default:
            return false
        }
    }

    private static func lastPart(of name: String) -> String {
        TextScalars.string(
            name.unicodeScalars.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last { !clean(TextScalars.string($0)).isEmpty } ?? []
        )
    }

    private static func isHidden(_ name: String?) -> Bool { lastPart(of: name ?? "").hasPrefix(".") }

    private static func clean(_ name: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in name.unicodeScalars where !isRefused(scalar) {
            if TextScalars.isSpace(scalar) {
                if result.last != " " { result.append(" ") }
            } else {
                result.append(scalar)
            }
        }
        return trimmed(String(result))
    }

    private static func isRefused(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x22, 0x2A, 0x2F, 0x3A, 0x3C, 0x3E, 0x3F, 0x5C, 0x7C: true
        // Marks of direction, and signs without width that hide what a name is.
        case 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFF, 0xE0001: true
        default: scalar.value & 0xFFFE == 0xFFFE
        }
    }

    /// Without dots and blanks at both ends: they hide a file on some systems and are lost on others.
    private static func trimmed(_ name: String) -> String {
        let scalars = Array(name.unicodeScalars)
        func isEdge(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || TextScalars.isSpace(scalar) }
        guard let first = scalars.firstIndex(where: { !isEdge($0) }), let last = scalars.lastIndex(where: { !isEdge($0) }) else { return "" }
        return TextScalars.string(scalars[first...last])
    }

    /// The names of devices, which Windows refuses with any extension.
    private static func isDevice(_ base: String) -> Bool {
        let name = TextScalars.string(base.unicodeScalars.prefix(8).prefix { $0 != "." }.map(TextScalars.lowercasedASCII))
        if ["con", "prn", "aux", "nul"].contains(name) { return true }
        return name.utf8.count == 4 && (name.hasPrefix("com") || name.hasPrefix("lpt")) && name.last.map { "0123456789".contains($0) } == true
    }

    /// The beginning of the text in so many bytes, cut between characters; a single one that is longer than that is cut between its scalars.
    static func cut(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var result = ""
        var length = 0
        for character in text {
            let next = String(character).utf8.count
            guard length + next <= limit else { break }
            result.append(character)
            length += next
        }
        guard result.isEmpty else { return result }
        for scalar in text.unicodeScalars {
            let next = UTF8.width(scalar)
            guard length + next <= limit else { break }
            result.unicodeScalars.append(scalar)
            length += next
        }
        return result
    }
}
