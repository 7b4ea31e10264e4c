/// The Graph API's error object (WhatsApp Cloud API, 6.2). Branch on ``code``, never on the HTTP status or a text.
public struct GraphError: Error, Codable, Hashable, Sendable {
    /// What happened (WhatsApp Cloud API, 3.5).
    public var code: Int?
    /// What exactly, deprecated but still seen.
    public var subcode: Int?
    /// Such as `OAuthException`.
    public var type: String?
    /// A sentence for developers.
    public var message: String?
    /// What is wrong, in words that are worth showing.
    public var details: String?
    /// Whether Meta says that trying again may help.
    public var isTransient: Bool
    /// A heading for people, in the caller's language.
    public var userTitle: String?
    /// A sentence for people, in the caller's language.
    public var userMessage: String?
    /// What Meta's support asks for.
    public var traceID: String?

    /// - Parameters:
    ///   - code: what happened
    ///   - subcode: what exactly
    ///   - type: such as `OAuthException`
    ///   - message: a sentence for developers
    ///   - details: what is wrong
    ///   - isTransient: whether trying again may help
    ///   - userTitle: a heading for people
    ///   - userMessage: a sentence for people
    ///   - traceID: what Meta's support asks for
    public init(
        code: Int?,
        subcode: Int? = nil,
        type: String? = nil,
        message: String? = nil,
        details: String? = nil,
        isTransient: Bool = false,
        userTitle: String? = nil,
        userMessage: String? = nil,
        traceID: String? = nil
    ) {
        self.code = code
        self.subcode = subcode
        self.type = type
        self.message = message
        self.details = details
        self.isTransient = isTransient
        self.userTitle = userTitle
        self.userMessage = userMessage
        self.traceID = traceID
    }

    /// Decodes an answer that carries an error.
    ///
    /// - Returns: the error, or `nil` if the body is something else: the edge's HTML, nothing, or cut off.
    public static func decode(_ body: some Collection<UInt8>) -> GraphError? {
        try? GraphJSON.decode(Answer.self, from: body).error
    }

    /// The body of an answer that carries this error.
    public func encoded() throws -> [UInt8] { try GraphJSON.encode(Answer(error: self)) }

    private struct Answer: Codable {
        var error: GraphError
    }
}

extension GraphError {
    /// Reads the inner object, as it stands in `error`.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.wireFields()
        self.init(
            code: fields.integer("code").flatMap { Int(exactly: $0) },
            subcode: fields.integer("error_subcode").flatMap { Int(exactly: $0) },
            type: fields.identifier("type"),
            message: fields.identifier("message"),
            details: fields.object("error_data")?.identifier("details") ?? fields.identifier("details"),
            isTransient: fields.flag("is_transient") ?? false,
            userTitle: fields.identifier("error_user_title"),
            userMessage: fields.identifier("error_user_msg"),
            traceID: fields.identifier("fbtrace_id")
        )
    }

    /// Writes the inner object, as it stands in `error`.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: WireKey.self)
        try fields.encodeIfPresent(message, forKey: "message")
        try fields.encodeIfPresent(type, forKey: "type")
        try fields.encodeIfPresent(code, forKey: "code")
        try fields.encodeIfPresent(subcode, forKey: "error_subcode")
        if isTransient { try fields.encode(true, forKey: "is_transient") }
        try fields.encodeIfPresent(userTitle, forKey: "error_user_title")
        try fields.encodeIfPresent(userMessage, forKey: "error_user_msg")
        if let details {
            try fields.encode(["messaging_product": "whatsapp", "details": details], forKey: "error_data")
        }
        try fields.encodeIfPresent(traceID, forKey: "fbtrace_id")
    }
}
