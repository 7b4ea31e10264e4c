extension WhatsApp {
    /// A contact card that a customer sent. Labels are free text in the customer's language.
    public struct ContactCard: Decodable, Equatable, Sendable {
        /// The whole name, or what its parts make.
        public let formattedName: String?
        /// Given name.
        public let firstName: String?
        /// Family name.
        public let lastName: String?
        /// Phone numbers.
        public let phones: [Phone]
        /// Mail addresses, with their labels.
        public let emails: [Labelled]
        /// Web addresses, with their labels.
        public let urls: [Labelled]
        /// Postal addresses.
        public let addresses: [Address]
        /// Where the person works.
        public let organization: Organization?
        /// Birthday as it came, mostly `YYYY-MM-DD`.
        public let birthday: String?
        /// The whole card in vCard form.
        public let vcard: String?
        /// `contact_request` if the customer tapped our request button.
        public let origin: String?

        /// A phone number.
        public struct Phone: Decodable, Equatable, Sendable {
            /// The number as the customer keeps it.
            public let phone: String?
            /// WhatsApp ID; absent if the number is not on WhatsApp.
            public let waID: String?
            /// Label.
            public let type: String?

            /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
            public init(from decoder: any Decoder) throws {
                let fields = try decoder.wireFields()
                phone = fields.identifier("phone")
                waID = fields.identifier("wa_id")
                type = fields.identifier("type")
            }
        }

        /// A mail or web address with its label.
        public struct Labelled: Decodable, Equatable, Sendable {
            /// The address.
            public let value: String?
            /// Label.
            public let type: String?

            /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
            public init(from decoder: any Decoder) throws {
                let fields = try decoder.wireFields()
                value = fields.identifier("email", "url")
                type = fields.identifier("type")
            }
        }

        /// A postal address.
        public struct Address: Decodable, Equatable, Sendable {
            /// Street and house number.
            public let street: String?
            /// Town.
            public let city: String?
            /// State or region.
            public let state: String?
            /// Postal code.
            public let zip: String?
            /// Country in words.
            public let country: String?
            /// ISO country code.
            public let countryCode: String?
            /// Label.
            public let type: String?

            /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
            public init(from decoder: any Decoder) throws {
                let fields = try decoder.wireFields()
                street = fields.identifier("street")
                city = fields.identifier("city")
                state = fields.identifier("state")
                zip = fields.identifier("zip")
                country = fields.identifier("country")
                countryCode = fields.identifier("country_code")
                type = fields.identifier("type")
            }
        }

        /// Where a person works.
        public struct Organization: Decodable, Equatable, Sendable {
            /// Company.
            public let company: String?
            /// Department.
            public let department: String?
            /// Position.
            public let title: String?

            /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
            public init(from decoder: any Decoder) throws {
                let fields = try decoder.wireFields()
                company = fields.identifier("company")
                department = fields.identifier("department")
                title = fields.identifier("title")
            }
        }

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            let name = fields.object("name")
            firstName = name?.identifier("first_name")
            lastName = name?.identifier("last_name")
            let parts = [firstName, name?.identifier("middle_name"), lastName].compactMap(\.self)
            formattedName = name?.identifier("formatted_name") ?? (parts.isEmpty ? nil : parts.joined(separator: " "))
            phones = fields.values("phones")
            emails = fields.values("emails")
            urls = fields.values("urls")
            addresses = fields.values("addresses")
            organization = fields.value("org")
            birthday = fields.identifier("birthday")
            vcard = fields.identifier("vcard")
            origin = fields.identifier("origin")
        }
    }
}
