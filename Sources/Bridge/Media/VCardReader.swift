/// Gathers the properties of one card.
struct VCardReader {
    private var result = ContactCard(formattedName: "")
    private var count = 0
    /// Where the values of a group stand, for labels that come in lines of their own.
    private var places: [String: Place] = [:]
    private var labels: [String: String] = [:]
    private var countries: [String: String] = [:]

    private enum Place {
        case phone(Int), email(Int), url(Int), address(Int)
    }

    mutating func read(_ property: VCardProperty) {
        guard count < VCard.propertyLimit else { return }
        count += 1
        switch property.name {
        case "FN": if result.formattedName.isEmpty { result.formattedName = property.text ?? "" }
        case "N": readName(property.parts)
        case "ORG": readOrganization(property.parts)
        case "TITLE": result.title = result.title ?? property.text
        case "BDAY": result.birthday = result.birthday ?? property.text
        case "TEL":
            guard let number = property.text.flatMap(Self.number) else { return }
            note(.phone(result.phones.count), property)
            let digits = property.waID.map { $0.unicodeScalars.filter(TextScalars.isDigit).prefix(20) } ?? []
            result.phones.append(.init(number: number, type: property.type, waID: digits.isEmpty ? nil : TextScalars.string(digits)))
        case "EMAIL":
            guard let address = property.text.map({ Self.without("mailto:", $0) }) else { return }
            note(.email(result.emails.count), property)
            result.emails.append(.init(address: address, type: property.type))
        case "URL":
            guard let address = property.text else { return }
            note(.url(result.urls.count), property)
            result.urls.append(.init(address: address, type: property.type))
        case "ADR": readAddress(property)
        case "X-ABLABEL": if let group = property.group, let label = property.text.map(Self.label) { labels[group] = label }
        case "X-ABADR": if let group = property.group { countries[group] = property.text }
        default: count -= 1
        }
    }

    /// The card; nil if there is nothing in it.
    func card() -> ContactCard? {
        var card = result
        for (group, place) in places {
            switch place {
            case .phone(let index): card.phones[index].type = labels[group] ?? card.phones[index].type
            case .email(let index): card.emails[index].type = labels[group] ?? card.emails[index].type
            case .url(let index): card.urls[index].type = labels[group] ?? card.urls[index].type
            case .address(let index):
                card.addresses[index].type = labels[group] ?? card.addresses[index].type
                card.addresses[index].countryCode = countries[group]
            }
        }
        guard let name = card.displayName else { return nil }
        card.formattedName = name
        return card
    }

    private mutating func note(_ place: Place, _ property: VCardProperty) {
        if let group = property.group { places[group] = place }
    }

    private mutating func readName(_ parts: [String?]) {
        func part(_ index: Int) -> String? { index < parts.count ? parts[index] : nil }
        result.familyName = part(0)
        result.givenName = part(1)
        result.middleName = part(2)
        result.namePrefix = part(3)
        result.nameSuffix = part(4)
    }

    private mutating func readOrganization(_ parts: [String?]) {
        guard result.organization == nil, result.department == nil else { return }
        result.organization = parts.first ?? nil
        let units = parts.dropFirst().compactMap(\.self)
        result.department = units.isEmpty ? nil : units.joined(separator: ", ")
    }

    private mutating func readAddress(_ property: VCardProperty) {
        let parts = property.parts
        func part(_ index: Int) -> String? { index < parts.count ? parts[index] : nil }
        let street = parts.prefix(3).compactMap(\.self)
        guard parts.contains(where: { $0 != nil }) else { return }
        note(.address(result.addresses.count), property)
        result.addresses.append(
            ContactCard.Address(
                street: street.isEmpty ? nil : street.joined(separator: ", "),
                city: part(3), state: part(4), zip: part(5), country: part(6), type: property.type
            )
        )
    }

    /// Version 4.0 writes numbers as addresses: `tel:+49-7031-1;ext=5`.
    private static func number(_ text: String) -> String? {
        guard TextScalars.matches(Array(text.unicodeScalars), at: 0, "tel:") else { return text }
        let number = TextScalars.string(text.unicodeScalars.dropFirst(4).prefix { $0 != ";" })
        return number.isEmpty ? nil : number
    }

    private static func without(_ scheme: StaticString, _ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        return TextScalars.matches(scalars, at: 0, scheme) ? TextScalars.string(scalars.dropFirst(scheme.utf8CodeUnitCount)) : text
    }

    /// Apple's programs write their own labels as `_$!<Mobile>!$_`.
    private static func label(_ text: String) -> String {
        text.hasPrefix("_$!<") && text.hasSuffix(">!$_") && text.utf8.count > 8 ? String(text.dropFirst(4).dropLast(4)) : text
    }
}
