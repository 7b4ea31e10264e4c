extension WhatsApp {
    /// The value of the field `messages`: messages, statuses and errors of one business number, each independent of the others.
    public struct MessagesValue: Decodable, Equatable, Sendable {
        /// The business number that this is about.
        public let metadata: Metadata?
        /// The persons who take part. They belong to the change, not to a message: match by identifier, never by position.
        public let contacts: [Decoded<Contact>]
        /// Messages from customers, in the order of the payload, which promises nothing.
        public let messages: [Decoded<Message>]
        /// What became of messages to customers.
        public let statuses: [Decoded<Status>]
        /// Problems of the number, app or account; or of a message beside them.
        public let errors: [ErrorNotice]
        /// What the business wrote with WhatsApp's own app; only in echoes.
        public let echoes: [Decoded<Message>]

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            metadata = fields.value("metadata")
            contacts = fields.list("contacts")
            messages = fields.list("messages")
            statuses = fields.list("statuses")
            errors = fields.values("errors")
            echoes = fields.list("message_echoes")
        }
    }

    /// The business number that a change is about.
    public struct Metadata: Decodable, Equatable, Sendable {
        /// The number for people: normally bare digits, but formatted ones were seen.
        public let displayPhoneNumber: String?
        /// The Graph ID of the number, which routes the change.
        public let phoneNumberID: String?

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            displayPhoneNumber = fields.identifier("display_phone_number")
            phoneNumberID = fields.identifier("phone_number_id")
        }
    }

    /// A person as the change presents them.
    public struct Contact: Decodable, Equatable, Sendable {
        /// The name of the person's own choice; missing for WhatsApp's system numbers.
        public let name: String?
        /// The username, if the person adopted one and Meta shows it.
        public let username: String?
        /// WhatsApp ID, today the digits of a phone number; absent when Meta withholds it.
        public let waID: String?
        /// Business-scoped user ID.
        public let userID: String?
        /// Parent business-scoped user ID, valid across enrolled portfolios.
        public let parentUserID: String?
        /// Hash of the person's identity key, when the identity check is on.
        public let identityKeyHash: String?

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            let profile = fields.object("profile")
            name = profile?.identifier("name")
            username = profile?.identifier("username")
            waID = fields.identifier("wa_id")
            userID = fields.identifier("user_id")
            parentUserID = fields.identifier("parent_user_id")
            identityKeyHash = fields.identifier("identity_key_hash")
        }
    }

    /// An error inside a notification; the details may stand in `error_data` or flat beside the code (WhatsApp Cloud API, 2.2).
    public struct ErrorNotice: Decodable, Equatable, Sendable {
        /// What to branch on (WhatsApp Cloud API, 3.5).
        public let code: Int64?
        /// A short text that changes over time for the same code.
        public let title: String?
        /// A text, mostly the title again.
        public let message: String?
        /// What is worth showing.
        public let details: String?
        /// Where Meta documents the error.
        public let href: String?

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            let data = fields.object("error_data")
            code = fields.integer("code")
            title = fields.identifier("title")
            message = fields.identifier("message")
            details = data?.identifier("details") ?? fields.identifier("details")
            href = fields.identifier("href")
        }
    }
}
