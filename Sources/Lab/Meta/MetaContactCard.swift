/// A contact card (WhatsApp, Types: `contacts`).
public struct MetaContactCard: Sendable, Equatable {
    /// A value and what it is for, as free text.
    public struct Entry: Sendable, Equatable {
        /// A phone number, an email address, a web address.
        public var value: String
        /// For example `WORK`.
        public var type: String?
        /// The WhatsApp ID of a phone number; nil if it is not on WhatsApp.
        public var waID: String?

        /// An entry.
        public init(_ value: String, type: String? = nil, waID: String? = nil) {
            self.value = value
            self.type = type
            self.waID = waID
        }
    }

    /// A postal address.
    public struct Address: Sendable, Equatable {
        /// Street and house number.
        public var street: String?
        /// The city.
        public var city: String?
        /// The postal code.
        public var zip: String?
        /// The country's name.
        public var country: String?
        /// For example `HOME`.
        public var type: String?

        /// An address of whatever is known.
        public init(street: String? = nil, city: String? = nil, zip: String? = nil, country: String? = nil, type: String? = nil) {
            self.street = street
            self.city = city
            self.zip = zip
            self.country = country
            self.type = type
        }
    }

    /// The whole name.
    public var formattedName: String
    /// The first name.
    public var firstName: String?
    /// The last name.
    public var lastName: String?
    /// Phone numbers.
    public var phones: [Entry] = []
    /// Email addresses.
    public var emails: [Entry] = []
    /// Web addresses.
    public var urls: [Entry] = []
    /// Postal addresses.
    public var addresses: [Address] = []
    /// The company.
    public var company: String?
    /// The department in it.
    public var department: String?
    /// The person's title there.
    public var title: String?
    /// The day of birth as `YYYY-MM-DD`.
    public var birthday: String?
    /// Whether the webhook carries the card as vCard text, too.
    public var hasVCard = false
    /// Why it was sent: `contact_request` or `other`.
    public var origin: String?

    /// A card with names; the rest is set afterwards.
    public init(formattedName: String, firstName: String? = nil, lastName: String? = nil) {
        self.formattedName = formattedName
        self.firstName = firstName
        self.lastName = lastName
    }

    /// The card as vCard 3.0 text.
    public var vCard: String {
        var lines = ["BEGIN:VCARD", "VERSION:3.0", "N:\(Self.escaped(lastName ?? ""));\(Self.escaped(firstName ?? formattedName));;;"]
        lines.append("FN:\(Self.escaped(formattedName))")
        if company != nil || department != nil { lines.append("ORG:\(Self.escaped(company ?? ""));\(Self.escaped(department ?? ""))") }
        if let title { lines.append("TITLE:\(Self.escaped(title))") }
        for phone in phones {
            lines.append("TEL\(phone.waID.map { ";waid=\($0)" } ?? "")\(phone.type.map { ";type=\($0)" } ?? ""):\(Self.escaped(phone.value))")
        }
        for email in emails { lines.append("EMAIL\(email.type.map { ";type=\($0)" } ?? ""):\(Self.escaped(email.value))") }
        for url in urls { lines.append("URL:\(Self.escaped(url.value))") }
        for address in addresses {
            let parts = ["", "", address.street, address.city, "", address.zip, address.country].map { Self.escaped($0 ?? "") }
            lines.append("ADR\(address.type.map { ";type=\($0)" } ?? ""):\(parts.joined(separator: ";"))")
        }
        if let birthday { lines.append("BDAY:\(birthday)") }
        return (lines + ["END:VCARD"]).joined(separator: "\r\n") + "\r\n"
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\", ";", ",": result += "\\\(character)"
            case "\n", "\r\n", "\r": result += "\\n"
            default: result.append(character)
            }
        }
    }
}

extension MetaContactCard {
    /// From an element of `contacts`; nil without a whole name and a part of it.
    init?(_ json: LabJSON) {
        guard let name = json["name"], let formattedName = name["formatted_name"]?.string, !formattedName.isEmpty else { return nil }
        let parts = ["first_name", "last_name", "middle_name", "prefix", "suffix"].compactMap { name[$0]?.string }
        guard parts.contains(where: { !$0.isEmpty }) else { return nil }
        self.init(formattedName: formattedName, firstName: name["first_name"]?.string, lastName: name["last_name"]?.string)
        phones = Self.entries(json["phones"], "phone")
        emails = Self.entries(json["emails"], "email")
        urls = Self.entries(json["urls"], "url")
        addresses = (json["addresses"]?.array ?? []).map {
            Address(
                street: $0["street"]?.string, city: $0["city"]?.string, zip: $0["zip"]?.string, country: $0["country"]?.string,
                type: $0["type"]?.string)
        }
        company = json["org"]?["company"]?.string
        department = json["org"]?["department"]?.string
        title = json["org"]?["title"]?.string
        birthday = json["birthday"]?.string
    }

    private static func entries(_ json: LabJSON?, _ name: String) -> [Entry] {
        (json?.array ?? []).compactMap { entry in
            entry[name]?.string.map { Entry($0, type: entry["type"]?.string, waID: entry["wa_id"]?.string) }
        }
    }

    var json: LabJSON {
        func array(_ entries: [Entry], _ name: String) -> LabJSON? {
            entries.isEmpty
                ? nil
                : .array(
                    entries.map {
                        .object((name, .string($0.value)), ("wa_id", $0.waID.map(LabJSON.string)), ("type", $0.type.map(LabJSON.string)))
                    })
        }
        let addresses: [LabJSON] = addresses.map {
            .object(
                ("street", $0.street.map(LabJSON.string)), ("city", $0.city.map(LabJSON.string)), ("zip", $0.zip.map(LabJSON.string)),
                ("country", $0.country.map(LabJSON.string)), ("type", $0.type.map(LabJSON.string)))
        }
        let org = LabJSON.object(
            ("company", company.map(LabJSON.string)), ("department", department.map(LabJSON.string)), ("title", title.map(LabJSON.string)))
        return .object(
            (
                "name",
                .object(
                    ("formatted_name", .string(formattedName)), ("first_name", firstName.map(LabJSON.string)),
                    ("last_name", lastName.map(LabJSON.string)))
            ),
            ("phones", array(phones, "phone")), ("emails", array(emails, "email")), ("addresses", addresses.isEmpty ? nil : .array(addresses)),
            ("org", org == [:] ? nil : org), ("urls", array(urls, "url")), ("birthday", birthday.map(LabJSON.string)),
            ("vcard", hasVCard ? .string(vCard) : nil), ("origin", origin.map(LabJSON.string)))
    }
}
