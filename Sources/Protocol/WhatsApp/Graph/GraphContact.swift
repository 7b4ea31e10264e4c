/// A contact card that is sent to a customer (WhatsApp Cloud API, 3.1 and 2.2).
///
/// Meta wants the formatted name and at least one part of it.
public struct GraphContact: Hashable, Sendable {
    /// The name, whole and in parts.
    public var name: Name
    /// Phone numbers.
    public var phones: [Phone]
    /// Mail addresses.
    public var emails: [Labelled]
    /// Web addresses.
    public var urls: [Labelled]
    /// Postal addresses.
    public var addresses: [Address]
    /// Where the person works.
    public var organization: Organization?
    /// `YYYY-MM-DD`.
    public var birthday: String?

    /// A name.
    public struct Name: Codable, Hashable, Sendable {
        /// The whole name, as it is shown.
        public var formatted: String
        /// Given name.
        public var first: String?
        /// Family name.
        public var last: String?
        /// What stands between the two.
        public var middle: String?
        /// Title before the name.
        public var prefix: String?
        /// What follows the name.
        public var suffix: String?

        /// - Parameters:
        ///   - formatted: the whole name
        ///   - first: given name
        ///   - last: family name
        ///   - middle: what stands between the two
        ///   - prefix: title before the name
        ///   - suffix: what follows the name
        public init(
            formatted: String, first: String? = nil, last: String? = nil, middle: String? = nil, prefix: String? = nil, suffix: String? = nil
        ) {
            self.formatted = formatted
            self.first = first
            self.last = last
            self.middle = middle
            self.prefix = prefix
            self.suffix = suffix
        }

        private enum CodingKeys: String, CodingKey {
            case formatted = "formatted_name"
            case first = "first_name"
            case last = "last_name"
            case middle = "middle_name"
            case prefix, suffix
        }
    }

    /// A phone number.
    public struct Phone: Codable, Hashable, Sendable {
        /// The number as it is shown.
        public var phone: String
        /// Label, such as `WORK`.
        public var type: String?
        /// WhatsApp ID: with it the customer is offered to write there.
        public var waID: String?

        /// - Parameters:
        ///   - phone: the number as it is shown
        ///   - type: label
        ///   - waID: WhatsApp ID, if the number has one
        public init(phone: String, type: String? = nil, waID: String? = nil) {
            self.phone = phone
            self.type = type
            self.waID = waID
        }

        private enum CodingKeys: String, CodingKey {
            case phone, type
            case waID = "wa_id"
        }
    }

    /// A mail or web address with its label.
    public struct Labelled: Hashable, Sendable {
        /// The address.
        public var value: String
        /// Label, such as `WORK`.
        public var type: String?

        /// - Parameters:
        ///   - value: the address
        ///   - type: label
        public init(_ value: String, type: String? = nil) {
            self.value = value
            self.type = type
        }
    }

    /// A postal address.
    public struct Address: Codable, Hashable, Sendable {
        /// Street and house number.
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
        /// Label, such as `HOME`.
        public var type: String?

        /// - Parameters:
        ///   - street: street and house number
        ///   - city: town
        ///   - state: state or region
        ///   - zip: postal code
        ///   - country: country in words
        ///   - countryCode: ISO country code
        ///   - type: label
        public init(
            street: String? = nil, city: String? = nil, state: String? = nil, zip: String? = nil, country: String? = nil,
            countryCode: String? = nil, type: String? = nil
        ) {
            self.street = street
            self.city = city
            self.state = state
            self.zip = zip
            self.country = country
            self.countryCode = countryCode
            self.type = type
        }

        private enum CodingKeys: String, CodingKey {
            case street, city, state, zip, country, type
            case countryCode = "country_code"
        }
    }

    /// Where a person works.
    public struct Organization: Codable, Hashable, Sendable {
        /// Company.
        public var company: String?
        /// Department.
        public var department: String?
        /// Position.
        public var title: String?

        /// - Parameters:
        ///   - company: company
        ///   - department: department
        ///   - title: position
        public init(company: String? = nil, department: String? = nil, title: String? = nil) {
            self.company = company
            self.department = department
            self.title = title
        }
    }

    /// - Parameters:
    ///   - name: the name, whole and in parts
    ///   - phones: phone numbers
    ///   - emails: mail addresses
    ///   - urls: web addresses
    ///   - addresses: postal addresses
    ///   - organization: where the person works
    ///   - birthday: `YYYY-MM-DD`
    public init(
        name: Name, phones: [Phone] = [], emails: [Labelled] = [], urls: [Labelled] = [], addresses: [Address] = [],
        organization: Organization? = nil, birthday: String? = nil
    ) {
        self.name = name
        self.phones = phones
        self.emails = emails
        self.urls = urls
        self.addresses = addresses
        self.organization = organization
        self.birthday = birthday
    }
}
