extension WhatsApp {
    /// A change of a person's number or identifiers (WhatsApp Cloud API, 2.5).
    public struct SystemNotice: Equatable, Sendable {
        /// What happened.
        public let kind: Kind?
        /// A sentence in words. Old values that stand only here are a last resort.
        public let body: String?
        /// The new WhatsApp ID; `wa_id`, or `new_wa_id` in older payloads.
        public let waID: String?
        /// The new business-scoped user ID.
        public let userID: String?
        /// The new parent business-scoped user ID.
        public let parentUserID: String?
        /// The business-scoped user ID until now.
        public let previousUserID: String?
        /// The parent business-scoped user ID until now.
        public let previousParentUserID: String?
        /// The WhatsApp ID until now, in older payloads.
        public let customer: String?

        /// What happened, as an open string.
        public struct Kind: RawRepresentable, Hashable, Sendable {
            /// The word as it stands on the wire.
            public let rawValue: String

            /// Wraps the word as it stands on the wire.
            public init(rawValue: String) { self.rawValue = rawValue }

            /// The person has another phone number; the message's `from` is the old one.
            public static let userChangedNumber = Kind(rawValue: "user_changed_number")
            /// The person has another BSUID, and the phone number may not be shown.
            public static let userChangedUserID = Kind(rawValue: "user_changed_user_id")
            /// The legacy identity check.
            public static let customerIdentityChanged = Kind(rawValue: "customer_identity_changed")
        }

        init(in fields: WireFields?) {
            kind = fields?.identifier("type").map(Kind.init(rawValue:))
            body = fields?.identifier("body")
            waID = fields?.identifier("wa_id", "new_wa_id")
            userID = fields?.identifier("user_id")
            parentUserID = fields?.identifier("parent_user_id")
            previousUserID = fields?.identifier("previous_user_id")
            previousParentUserID = fields?.identifier("previous_parent_user_id")
            customer = fields?.identifier("customer")
        }
    }
}
