/// Writes vCard 3.0.
enum VCardWriter {
    /// The labels that every program understands; others are written beside the value, as Apple's and WhatsApp's programs do.
    private static let knownTypes: Set<String> = [
        "CELL", "HOME", "WORK", "MAIN", "FAX", "PAGER", "IPHONE", "VOICE", "INTERNET", "PREF", "CAR", "VIDEO", "MSG", "OTHER",
    ]

    static func text(for card: ContactCard) -> String {
        var writer = Lines()
        writer.add("BEGIN:VCARD")
        writer.add("VERSION:3.0")
        let names = [card.familyName, card.givenName, card.middleName, card.namePrefix, card.nameSuffix]
        let shown = card.displayName ?? ""
        // Telephones show the parts of the name and not the whole: there must be one.
        let hasParts = names.contains { $0?.isEmpty == false }
        writer.add("N:" + list(hasParts ? names : [nil, shown, nil, nil, nil]))
        writer.add("FN:" + escaped(shown))
        if let company = card.organization { writer.add("ORG:" + list(card.department.map { [company, $0] } ?? [company])) }
        if card.organization == nil, let department = card.department { writer.add("ORG:" + list([nil, department])) }
        if let title = card.title { writer.add("TITLE:" + escaped(title)) }
        for phone in card.phones {
            let digits = (phone.waID ?? "").unicodeScalars.filter(TextScalars.isDigit).prefix(20)
            let parameter = digits.isEmpty ? "" : ";waid=" + TextScalars.string(digits)
            writer.add("TEL", type: phone.type, parameter: parameter, value: escaped(phone.number))
        }
        for email in card.emails { writer.add("EMAIL", type: email.type, value: escaped(email.address)) }
        for url in card.urls { writer.add("URL", type: url.type, value: escaped(url.address)) }
        for address in card.addresses {
            let value = list([nil, nil, address.street, address.city, address.state, address.zip, address.country])
            writer.add("ADR", type: address.type, value: value, beside: address.countryCode.map { "X-ABADR:" + escaped($0) })
        }
        if let birthday = card.birthday { writer.add("BDAY:" + escaped(birthday)) }
        writer.add("END:VCARD")
        return writer.text
    }

    private struct Lines {
        var text = ""
        private var groups = 0

        mutating func add(_ line: String) { text += VCardLines.folded(line) + "\r\n" }

        mutating func add(_ name: String, type: String?, parameter: String = "", value: String, beside line: String? = nil) {
            var further = line.map { [$0] } ?? []
            var types = ""
            if let type, !type.isEmpty {
                let words = type.split(separator: ",").map { $0.filter { $0 != " " } }
                if words.allSatisfy({ knownTypes.contains($0.uppercased()) }) {
                    types = ";TYPE=" + words.joined(separator: ",")
                } else {
                    further.append("X-ABLabel:" + escaped(type))
                }
            }
            guard !further.isEmpty else { return add(name + types + parameter + ":" + value) }
            groups += 1
            add("item\(groups)." + name + types + parameter + ":" + value)
            for line in further { add("item\(groups)." + line) }
        }
    }

    private static func list(_ parts: [String?]) -> String { parts.map { escaped($0 ?? "") }.joined(separator: ";") }

    private static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in TextScalars.lines(of: text) {
            switch scalar {
            case "\\", ",", ";": result.append(contentsOf: ["\\", scalar])
            case "\n": result.append(contentsOf: ["\\", "n"])
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
