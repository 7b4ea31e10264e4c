/// Meta's answer to an accepted message (WhatsApp Cloud API, 3.2). Accepted means no more than that.
public struct GraphMessageAnswer: Codable, Equatable, Sendable {
    /// Whom Meta took the recipient for.
    public var contacts: [Contact]
    /// The message that was made.
    public var messages: [Message]

    /// Whom Meta took the recipient for.
    public struct Contact: Codable, Equatable, Sendable {
        /// The recipient as it was given.
        public var input: String?
        /// The WhatsApp ID: the truth about a phone number, which may differ from what was given.
        public var waID: String?
        /// The business-scoped user ID, when the message went to one.
        public var userID: String?

        /// - Parameters:
        ///   - input: the recipient as it was given
        ///   - waID: the WhatsApp ID
        ///   - userID: the business-scoped user ID
        public init(input: String? = nil, waID: String? = nil, userID: String? = nil) {
            self.input = input
            self.waID = waID
            self.userID = userID
        }

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            self.init(input: fields.identifier("input"), waID: fields.identifier("wa_id"), userID: fields.identifier("user_id"))
        }

        /// Writes the object as it stands on the wire.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: WireKey.self)
            try fields.encodeIfPresent(input, forKey: "input")
            try fields.encodeIfPresent(waID, forKey: "wa_id")
            try fields.encodeIfPresent(userID, forKey: "user_id")
        }
    }

    /// The message that was made.
    public struct Message: Codable, Equatable, Sendable {
        /// Its wamid, usable at once.
        public var id: String?
        /// Such as `accepted` or `held_for_quality_assessment`; mostly absent.
        public var status: String?
        /// The group that it went to.
        public var groupID: String?

        /// - Parameters:
        ///   - id: its wamid
        ///   - status: what Meta did with it, when said
        ///   - groupID: the group that it went to
        public init(id: String?, status: String? = nil, groupID: String? = nil) {
            self.id = id
            self.status = status
            self.groupID = groupID
        }

        /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
        public init(from decoder: any Decoder) throws {
            let fields = try decoder.wireFields()
            self.init(id: fields.identifier("id"), status: fields.identifier("message_status"), groupID: fields.identifier("group_id"))
        }

        /// Writes the object as it stands on the wire.
        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: WireKey.self)
            try fields.encodeIfPresent(id, forKey: "id")
            try fields.encodeIfPresent(status, forKey: "message_status")
            try fields.encodeIfPresent(groupID, forKey: "group_id")
        }
    }

    /// - Parameters:
    ///   - contacts: whom Meta took the recipient for
    ///   - messages: the message that was made
    public init(contacts: [Contact], messages: [Message]) {
        self.contacts = contacts
        self.messages = messages
    }

    /// Reads the object as it stands on the wire; what is missing or of another type counts as absent.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        self.init(contacts: fields.values("contacts"), messages: fields.values("messages"))
    }

    /// Writes the object as it stands on the wire.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: WireKey.self)
        try fields.encode("whatsapp", forKey: "messaging_product")
        try fields.encode(contacts, forKey: "contacts")
        try fields.encode(messages, forKey: "messages")
    }

    /// Decodes an answer.
    ///
    /// - Throws: when the body is no JSON object. Whether it names a message is for the caller to see.
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphMessageAnswer {
        try GraphJSON.decode(GraphMessageAnswer.self, from: body)
    }

    /// The answer's body.
    public func encoded() throws -> [UInt8] { try GraphJSON.encode(self) }
}
