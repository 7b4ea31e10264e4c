/// Tells a customer that a message was read, and maybe that somebody writes (WhatsApp Cloud API, 3.3).
///
/// It goes to the same address as a message, and is answered by ``GraphSuccess``.
public struct GraphReadReceipt: Codable, Equatable, Sendable {
    /// The wamid of the newest message that was read; earlier ones count as read too.
    public var messageID: String
    /// Whether to show that somebody writes, for 25 s or until our next message.
    public var showsTyping: Bool

    /// - Parameters:
    ///   - messageID: wamid of the newest message that was read
    ///   - showsTyping: whether to show that somebody writes
    public init(messageID: String, showsTyping: Bool = false) {
        self.messageID = messageID
        self.showsTyping = showsTyping
    }

    /// Reads the object as it stands on the wire.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        guard fields.text("status") == "read", let messageID = fields.text("message_id") else { throw DecodingError.incomplete("no read receipt") }
        self.messageID = messageID
        showsTyping = fields.object("typing_indicator")?.text("type") == "text"
    }

    /// Writes the object as it stands on the wire.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: WireKey.self)
        try fields.encode("whatsapp", forKey: "messaging_product")
        try fields.encode("read", forKey: "status")
        try fields.encode(messageID, forKey: "message_id")
        if showsTyping { try fields.encode(["type": "text"], forKey: "typing_indicator") }
    }

    /// Decodes a request, as Meta's side reads it.
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphReadReceipt {
        try GraphJSON.decode(GraphReadReceipt.self, from: body)
    }

    /// The request's body.
    public func encoded() throws -> [UInt8] { try GraphJSON.encode(self) }
}

/// The Graph API's plain answer: `{"success":true}`.
public struct GraphSuccess: Codable, Equatable, Sendable {
    /// Whether it was done.
    public var success: Bool

    /// - Parameter success: whether it was done
    public init(success: Bool) { self.success = success }

    /// Reads the object as it stands on the wire.
    public init(from decoder: any Decoder) throws {
        success = try decoder.wireFields().flag("success") ?? false
    }

    /// Decodes an answer; one that does not say so is no success.
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphSuccess {
        try GraphJSON.decode(GraphSuccess.self, from: body)
    }

    /// The answer's body.
    public func encoded() throws -> [UInt8] { try GraphJSON.encode(self) }
}
