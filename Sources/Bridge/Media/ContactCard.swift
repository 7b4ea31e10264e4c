/// A contact: what WhatsApp's contact message and a vCard both can say (Cloud API, 2.2). Labels are free text in the sender's language.
public struct ContactCard: Sendable, Hashable, Codable {
    /// A phone number.
    public struct Phone: Sendable, Hashable, Codable {
        /// The number as it was written.
        public var number: String
        /// Its label, such as `CELL` or `Mobil`.
        public var type: String?
        /// The WhatsApp ID (digits); nil if the number is not known to be on WhatsApp.
        public var waID: String?

        /// A phone number.
        public init(number: String, type: String? = nil, waID: String? = nil) {
            self.number = number
            self.type = type
            self.waID = waID
        }
    }

    /// A mail or web address.
    public struct Link: Sendable, Hashable, Codable {
        /// The address.
        public var address: String
        /// Its label.
        public var type: String?

        /// A mail or web address.
        public init(address: String, type: String? = nil) {
            self.address = address
            self.type = type
        }
    }

    /// A postal address.
    public struct Address: Sendable, Hashable, Codable {
        /// Street and house number, with post box and floor if there are any.
        public var street: String?
        /// Town.
        public var city: String?
        /// State or region.
        public var state: String?
        /// Postal code.
        public var zip: String?
        /// Country in words.
        public var country: String?
        /// ISO country code.
        public var countryCode: String?
        /// Its label.
        public var type: String?

        /// A postal address.
        public init(
            street: String? = nil, city: String? = nil, state: String? = nil, zip: String? = nil, country: String? = nil, countryCode: String? = nil,
            type: String? = nil
        ) {
            self.street = street
            self.city = city
            self.state = state
            self.zip = zip
            self.country = country
            self.countryCode = countryCode
            self.type = type
        }
    }

    /// The whole name as it is shown; never empty in a card that `VCard` has read.
    public var formattedName: String
    /// Given name.
    public var givenName: String?
    /// Family name.
    public var familyName: String?
    /// Further given names.
    public var middleName: String?
    /// Title before the name, such as `Dr.`
    public var namePrefix: String?
    /// What follows the name, such as `jun.`
    public var nameSuffix: String?
    /// Phone numbers in the order of the card.
    public var phones: [Phone] = []
    /// Mail addresses in the order of the card.
    public var emails: [Link] = []
    /// Web addresses in the order of the card.
    public var urls: [Link] = []
    /// Postal addresses in the order of the card.
    public var addresses: [Address] = []
    /// Company.
    public var organization: String?
    /// Department.
    public var department: String?
    /// Position.
    public var title: String?
    /// Birthday as it was written, mostly `YYYY-MM-DD`.
    public var birthday: String?

    /// A contact of which only the name is known.
    public init(formattedName: String) { self.formattedName = formattedName }

    /// The name as it is shown, else what its parts make, else company, number or mail address; nil if there is none of them.
    public var displayName: String? {
        let parts = [namePrefix, givenName, middleName, familyName, nameSuffix].compactMap(\.self).filter { !$0.isEmpty }
        let names: [String?] = [formattedName, parts.joined(separator: " "), organization, phones.first?.number, emails.first?.address]
        return names.compactMap(\.self).first { !$0.isEmpty }
    }
}
