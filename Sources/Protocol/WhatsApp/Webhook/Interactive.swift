extension WhatsApp {
    /// An answer to an interactive message; its body may be missing, with an error beside the messages.
    public struct Interactive: Equatable, Sendable {
        /// The kind of answer as it came.
        public let type: String?
        /// The answer.
        public let reply: Reply

        /// The answer, by its kind.
        public enum Reply: Equatable, Sendable {
            /// A tap on a button.
            case button(id: String?, title: String?)
            /// A choice from a list.
            case list(id: String?, title: String?, description: String?)
            /// A finished flow. The answers are JSON inside a text, but were seen as an object or a plain text.
            case flow(name: String?, body: String?, responseJSON: JSONValue?)
            /// The customer's word on calls; the expiration is in Unix seconds.
            case callPermission(response: String?, source: String?, expiration: Int64?)
            /// Another kind, with the value of the field of the same name.
            case other(JSONValue?)
        }

        init(in fields: WireFields?) {
            let type = fields?.identifier("type")
            let body = type.flatMap { fields?.object($0) }
            self.type = type
            switch type {
            case "button_reply":
                reply = .button(id: body?.identifier("id"), title: body?.identifier("title"))
            case "list_reply":
                reply = .list(id: body?.identifier("id"), title: body?.identifier("title"), description: body?.identifier("description"))
            case "nfm_reply":
                reply = .flow(name: body?.identifier("name"), body: body?.identifier("body"), responseJSON: body?.value("response_json"))
            case "call_permission_reply":
                reply = .callPermission(
                    response: body?.identifier("response"),
                    source: body?.identifier("response_source"),
                    expiration: body?.seconds("expiration_timestamp")
                )
            default:
                reply = .other(type.flatMap { fields?.value($0) })
            }
        }
    }

    /// A shopping cart.
    public struct Order: Equatable, Sendable {
        /// The catalog's ID.
        public let catalogID: String?
        /// What the customer wrote with it.
        public let text: String?
        /// What is in it.
        public let items: [Decoded<Item>]

        /// An item of a cart. Numbers are kept as decimal texts, so that no price is rounded.
        public struct Item: Decodable, Equatable, Sendable {
            /// The retailer's own ID of the product.
            public let productRetailerID: String?
            /// How many.
            public let quantity: String?
            /// Price of one.
            public let price: String?
            /// ISO 4217 code of the price.
            public let currency: String?

            /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
            public init(from decoder: any Decoder) throws {
                let fields = try decoder.wireFields()
                productRetailerID = fields.identifier("product_retailer_id")
                quantity = fields.identifier("quantity")
                price = fields.identifier("item_price")
                currency = fields.identifier("currency")
            }
        }

        init(in fields: WireFields?) {
            catalogID = fields?.identifier("catalog_id")
            text = fields?.identifier("text")
            items = fields?.list("product_items") ?? []
        }
    }
}
