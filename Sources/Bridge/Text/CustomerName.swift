/// The name under which a customer appears in Connect.
public enum CustomerName {
    /// The most characters, as people count them, that are shown of a name.
    public static let limit = 80

    /// The name of the customer's profile, else the user name, else "WhatsApp customer" with the telephone number if there is one.
    ///
    /// - Parameters:
    ///   - profile: as the customer wrote it; only what can be read on one line of it is shown.
    ///   - userName: WhatsApp's user name, without `@` (Cloud API, 2.4).
    ///   - phone: digits, with or without `+`.
    public static func text(profile: String?, userName: String? = nil, phone: String? = nil, in language: Language) -> String {
        if let name = profile.map(oneLine), !name.isEmpty { return name }
        if let name = userName.map(oneLine), !name.isEmpty { return name.hasPrefix("@") ? name : "@" + name }
        let fallback = language.pick("WhatsApp customer", "WhatsApp-Kunde")
        let digits = (phone ?? "").unicodeScalars.filter(TextScalars.isDigit).prefix(20)
        return digits.isEmpty ? fallback : fallback + " +" + TextScalars.string(digits)
    }

    /// Foreign text on one line: without control characters and marks that turn the direction of what follows, with single blanks, cut with an ellipsis.
    /// A name of which nothing can be seen is empty.
    public static func oneLine(_ text: String) -> String {
        let line = Excerpt.text(text, limit: limit)
        return line.unicodeScalars.allSatisfy { $0.properties.isDefaultIgnorableCodePoint || TextScalars.isSpace($0) } ? "" : line
    }
}
