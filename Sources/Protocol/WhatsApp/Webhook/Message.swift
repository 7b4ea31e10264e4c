extension WhatsApp {
    /// A message from a customer (WhatsApp Cloud API, 2.1).
    public struct Message: Decodable, Equatable, Sendable {
        /// The wamid: opaque, may be well over 100 characters.
        public let id: String?
        /// The sender's phone number without `+`; absent when Meta withholds it. Some senders put a BSUID here.
        public let from: String?
        /// The sender's business-scoped user ID.
        public let fromUserID: String?
        /// The sender's parent business-scoped user ID.
        public let fromParentUserID: String?
        /// Whom the business wrote to with WhatsApp's own app; only in echoes (WhatsApp Cloud API, 2.7).
        public let to: String?
        /// The same person's business-scoped user ID.
        public let toUserID: String?
        /// The group that the message was sent in, if any.
        public let groupID: String?
        /// When it was written, in Unix seconds; days ago after retries.
        public let timestamp: Int64?
        /// The type's name as it came.
        public let type: String?
        /// What the message says.
        public let content: Content
        /// What the message refers to.
        public let context: Context?
        /// The advertisement or post that the customer came from.
        public let referral: Referral?
        /// Errors, which may accompany any type.
        public let errors: [ErrorNotice]
        /// The legacy notice that the sender's identity changed.
        public let identity: Identity?
        /// `contact_request` if a contact card answers our request; newer payloads say it in the card.
        public let origin: String?

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            id = fields.identifier("id")
            from = fields.identifier("from")
            fromUserID = fields.identifier("from_user_id")
            fromParentUserID = fields.identifier("from_parent_user_id")
            to = fields.identifier("to")
            toUserID = fields.identifier("to_user_id")
            groupID = fields.identifier("group_id")
            timestamp = fields.seconds("timestamp")
            type = fields.identifier("type")
            content = Content(type: type, in: fields)
            context = fields.value("context")
            referral = fields.value("referral")
            errors = fields.values("errors")
            identity = fields.value("identity")
            origin = fields.identifier("origin")
        }
    }

    /// What a message refers to (WhatsApp Cloud API, 2.3).
    public struct Context: Decodable, Equatable, Sendable {
        /// The author of the quoted message.
        public let from: String?
        /// The quoted message's wamid. Without it the message is no reply, however much else stands here.
        public let id: String?
        /// Forwarded at most five times.
        public let isForwarded: Bool
        /// Forwarded more often than that.
        public let isFrequentlyForwarded: Bool
        /// The product that the customer asks about.
        public let referredProduct: Product?

        /// A product of a catalog.
        public struct Product: Decodable, Equatable, Sendable {
            /// The catalog's ID.
            public let catalogID: String?
            /// The retailer's own ID of the product.
            public let retailerID: String?

            /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
            public init(from decoder: any Decoder) throws {
                let fields = try decoder.wireFields()
                catalogID = fields.identifier("catalog_id")
                retailerID = fields.identifier("product_retailer_id")
            }
        }

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            from = fields.identifier("from")
            id = fields.identifier("id")
            isForwarded = fields.flag("forwarded") ?? false
            isFrequentlyForwarded = fields.flag("frequently_forwarded") ?? false
            referredProduct = fields.value("referred_product")
        }
    }

    /// The advertisement or post that a customer came from (WhatsApp Cloud API, 2.3).
    public struct Referral: Decodable, Equatable, Sendable {
        /// Address of the advertisement or post.
        public let sourceURL: String?
        /// Its ID.
        public let sourceID: String?
        /// `ad` or `post`.
        public let sourceType: String?
        /// Its headline.
        public let headline: String?
        /// Its text.
        public let body: String?
        /// `image` or `video`.
        public let mediaType: String?
        /// Address of the picture, the video, or the video's preview, in this order.
        public let mediaURL: String?
        /// The click's ID; absent for Status placements.
        public let clickID: String?
        /// The greeting that the customer saw.
        public let welcomeMessage: String?

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            let welcome = fields.object("welcome_message")
            sourceURL = fields.identifier("source_url")
            sourceID = fields.identifier("source_id")
            sourceType = fields.identifier("source_type")
            headline = fields.identifier("headline")
            body = fields.identifier("body")
            mediaType = fields.identifier("media_type")
            mediaURL = fields.identifier("image_url", "video_url", "thumbnail_url")
            clickID = fields.identifier("ctwa_clid")
            welcomeMessage = welcome?.identifier("text")
        }
    }

    /// The legacy notice that a person's identity changed.
    public struct Identity: Decodable, Equatable, Sendable {
        /// Whether the change was acknowledged.
        public let isAcknowledged: Bool?
        /// When the identity was made; seconds or milliseconds, by version.
        public let createdTimestamp: Int64?
        /// The new identity's hash.
        public let hash: String?

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            isAcknowledged = fields.flag("acknowledged")
            createdTimestamp = fields.integer("created_timestamp")
            hash = fields.identifier("hash")
        }
    }
}
