extension WhatsApp {
    /// What became of a message to a customer (WhatsApp Cloud API, 2.8).
    public struct Status: Decodable, Equatable, Sendable {
        /// The wamid of the message that this is about.
        public let id: String?
        /// What became of it.
        public let kind: Kind?
        /// When, in Unix seconds.
        public let timestamp: Int64?
        /// The recipient's phone number, or the group's ID.
        public let recipientID: String?
        /// `group`, or absent for a person.
        public let recipientType: String?
        /// The recipient's business-scoped user ID.
        public let recipientUserID: String?
        /// The recipient's parent business-scoped user ID, in either spelling.
        public let recipientParentUserID: String?
        /// In a group: the member's phone number.
        public let participantID: String?
        /// In a group: the member's business-scoped user ID.
        public let participantUserID: String?
        /// What the sender gave to the message: our own identifier of it.
        public let callbackData: String?
        /// Why it failed.
        public let errors: [ErrorNotice]
        /// What it costs, on some of the statuses.
        public let pricing: Pricing?
        /// The conversation that Meta bills; gone in newer payload versions, and useless as a thread's identifier.
        public let conversation: Conversation?
        /// Hash of the recipient's identity key, when the identity check is on.
        public let identityKeyHash: String?

        /// What became of a message, as an open string; unknown ones only inform.
        public struct Kind: RawRepresentable, Hashable, Sendable {
            /// The word as it stands on the wire.
            public let rawValue: String

            /// Wraps the word as it stands on the wire.
            public init(rawValue: String) { self.rawValue = rawValue }

            /// It left Meta's servers.
            public static let sent = Kind(rawValue: "sent")
            /// It is on a device; skipped when read at once.
            public static let delivered = Kind(rawValue: "delivered")
            /// It was shown.
            public static let read = Kind(rawValue: "read")
            /// The voice note was played for the first time.
            public static let played = Kind(rawValue: "played")
            /// It failed, maybe days after `sent`.
            public static let failed = Kind(rawValue: "failed")
        }

        /// What a message costs. The names grow over time, so they are open.
        public struct Pricing: Decodable, Equatable, Sendable {
            /// Whether it costs at all.
            public let isBillable: Bool?
            /// `CBP` or `PMP`.
            public let model: String?
            /// Such as `regular` or `free_customer_service`.
            public let type: String?
            /// Such as `service` or `marketing`.
            public let category: String?

            /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
            public init(from decoder: any Decoder) throws {
                let fields = try decoder.wireFields()
                isBillable = fields.flag("billable")
                model = fields.identifier("pricing_model")
                type = fields.identifier("type")
                category = fields.identifier("category")
            }
        }

        /// The conversation that Meta bills.
        public struct Conversation: Decodable, Equatable, Sendable {
            /// Its ID.
            public let id: String?
            /// What opened it, such as `service`.
            public let origin: String?
            /// When it ends, in Unix seconds; only on `sent`.
            public let expiration: Int64?

            /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
            public init(from decoder: any Decoder) throws {
                let fields = try decoder.wireFields()
                id = fields.identifier("id")
                origin = fields.object("origin")?.identifier("type")
                expiration = fields.seconds("expiration_timestamp")
            }
        }

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            id = fields.identifier("id")
            kind = fields.identifier("status").map(Kind.init(rawValue:))
            timestamp = fields.seconds("timestamp")
            recipientID = fields.identifier("recipient_id")
            recipientType = fields.identifier("recipient_type")
            recipientUserID = fields.identifier("recipient_user_id")
            recipientParentUserID = fields.identifier("recipient_parent_user_id", "parent_recipient_user_id")
            participantID = fields.identifier("recipient_participant_id")
            participantUserID = fields.identifier("recipient_participant_user_id")
            callbackData = fields.identifier("biz_opaque_callback_data")
            errors = fields.values("errors")
            pricing = fields.value("pricing")
            conversation = fields.value("conversation")
            identityKeyHash = fields.identifier("recipient_identity_key_hash")
        }
    }
}
