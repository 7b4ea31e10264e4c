extension WhatsApp {
    /// The body of a webhook notification (WhatsApp Cloud API, 1.3).
    public struct Webhook: Decodable, Equatable, Sendable {
        /// What the notification is about: `whatsapp_business_account`.
        public let object: String?
        /// The accounts that something happened to. One notification may mix many entries, changes, messages and statuses.
        public let entries: [Decoded<Entry>]

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            object = fields.text("object")
            entries = fields.list("entry")
        }

        /// Decodes a notification's body.
        ///
        /// - Parameter body: the raw bytes, at most ``WhatsApp/maximumBodySize``
        /// - Throws: when the body as a whole is no JSON object or too large; never for the sake of one element.
        public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> Webhook {
            try BoundedJSON.decode(Webhook.self, from: body, maximumSize: maximumBodySize)
        }
    }

    /// What happened to one account.
    public struct Entry: Decodable, Equatable, Sendable {
        /// WhatsApp Business Account ID; in some partner events a business portfolio's ID (WhatsApp Cloud API, 1.3).
        public let id: String?
        /// Unix seconds; usually absent on `messages`.
        public let time: Int64?
        /// What changed.
        public let changes: [Decoded<Change>]

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            id = fields.identifier("id")
            time = fields.seconds("time")
            changes = fields.list("changes")
        }
    }

    /// One change, of one of the fields that a webhook subscribes to.
    public struct Change: Decodable, Equatable, Sendable {
        /// The subscribed field's name, such as `messages` or `account_update` (WhatsApp Cloud API, 1.8).
        public let field: String?
        /// What the change says.
        public let value: Value

        /// A change's value: `messages` is known, everything else is kept as it came.
        public enum Value: Equatable, Sendable {
            /// The value of the field `messages`.
            case messages(MessagesValue)
            /// The value of any other field, or of `messages` when it is no object.
            case other(JSONValue)
        }

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            field = fields.text("field")
            let messages = Self.holdsMessages(field) ? fields.value("value", as: MessagesValue.self) : nil
            if let messages, field == "messages" || !messages.echoes.isEmpty {
                value = .messages(messages)
            } else {
                value = .other(fields.value("value") ?? .null)
            }
        }

        private static func holdsMessages(_ field: String?) -> Bool {
            ["messages", "smb_message_echoes", "message_echoes"].contains(field)
        }
    }
}
