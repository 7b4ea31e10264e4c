/// A message to a customer, as it is posted to `/{phone-number-id}/messages` (WhatsApp Cloud API, 3.1).
public struct GraphMessage: Codable, Equatable, Sendable {
    /// Whom it goes to.
    public var recipient: Recipient
    /// What it says.
    public var content: Content
    /// The wamid of the message that it quotes. Meta drops the quote in silence when that is gone.
    public var quotedMessageID: String?
    /// At most 512 characters that come back in every status of this message, but not in the answer.
    public var callbackData: String?

    /// Whom a message goes to.
    public enum Recipient: Hashable, Sendable {
        /// A phone number. It is written with `+`, because without it the business's own country code may be prepended.
        case phone(String)
        /// A business-scoped user ID, parent or not. It never stands where a phone number belongs.
        case user(String)
        /// A group's ID.
        case group(String)
    }

    /// What a message says.
    public enum Content: Hashable, Sendable {
        /// A text of at most 4,096 characters, with a preview of its first address or without.
        case text(String, previewURL: Bool)
        /// A picture.
        case image(Media)
        /// A video.
        case video(Media)
        /// A sound, which has no caption.
        case audio(Media)
        /// A file.
        case document(Media)
        /// A sticker, which has no caption.
        case sticker(Media)
    }

    /// A file: uploaded before, or behind an address that Meta fetches later.
    public struct Media: Codable, Hashable, Sendable {
        /// Media ID of an upload, valid for 30 days.
        public var id: String?
        /// Address to fetch, when there is no ID.
        public var link: String?
        /// Text below a picture, video or document, at most 1,024 characters.
        public var caption: String?
        /// Name of a document: its extension decides the symbol that the customer sees.
        public var filename: String?
        /// Shows a sound as a voice note; it must be Ogg with Opus in mono.
        public var voice: Bool?

        /// - Parameters:
        ///   - id: media ID of an upload
        ///   - link: address to fetch, when there is no ID
        ///   - caption: text below it
        ///   - filename: name of a document
        ///   - voice: whether a sound is a voice note
        public init(id: String? = nil, link: String? = nil, caption: String? = nil, filename: String? = nil, voice: Bool? = nil) {
            self.id = id
            self.link = link
            self.caption = caption
            self.filename = filename
            self.voice = voice
        }
    }

    /// - Parameters:
    ///   - recipient: whom it goes to
    ///   - content: what it says
    ///   - quotedMessageID: wamid of the message that it quotes
    ///   - callbackData: at most 512 characters that every status of this message carries
    public init(to recipient: Recipient, content: Content, quotedMessageID: String? = nil, callbackData: String? = nil) {
        self.recipient = recipient
        self.content = content
        self.quotedMessageID = quotedMessageID
        self.callbackData = callbackData
    }

    /// Decodes a request, as Meta's side reads it.
    ///
    /// - Throws: when it is no message of a type that is known here.
    public static func decode(_ body: some Collection<UInt8>) throws(MalformedJSONBody) -> GraphMessage {
        try GraphJSON.decode(GraphMessage.self, from: body)
    }

    /// The request's body.
    public func encoded() throws -> [UInt8] { try GraphJSON.encode(self) }
}

extension GraphMessage {
    private enum Name: String, CodingKey {
        case product = "messaging_product"
        case recipientType = "recipient_type"
        case to, recipient, type, context, text, image, video, audio, document, sticker
        case callbackData = "biz_opaque_callback_data"
    }

    private struct Quote: Codable {
        var messageID: String

        enum CodingKeys: String, CodingKey { case messageID = "message_id" }
    }

    private struct Text: Codable {
        var body: String
        var previewURL: Bool?

        enum CodingKeys: String, CodingKey {
            case body
            case previewURL = "preview_url"
        }
    }

    /// Reads the object as it stands on the wire.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Name.self)
        if let to = try fields.decodeIfPresent(String.self, forKey: .to) {
            let isGroup = try fields.decodeIfPresent(String.self, forKey: .recipientType) == "group"
            recipient = isGroup ? .group(to) : .phone(String(to.filter { $0 != "+" }))
        } else {
            recipient = .user(try fields.decode(String.self, forKey: .recipient))
        }
        switch try fields.decodeIfPresent(String.self, forKey: .type) ?? "text" {
        case "text":
            let text = try fields.decode(Text.self, forKey: .text)
            content = .text(text.body, previewURL: text.previewURL ?? false)
        case "image": content = .image(try fields.decode(Media.self, forKey: .image))
        case "video": content = .video(try fields.decode(Media.self, forKey: .video))
        case "audio": content = .audio(try fields.decode(Media.self, forKey: .audio))
        case "document": content = .document(try fields.decode(Media.self, forKey: .document))
        case "sticker": content = .sticker(try fields.decode(Media.self, forKey: .sticker))
        default:
            throw DecodingError.dataCorruptedError(forKey: .type, in: fields, debugDescription: "a type that is not known here")
        }
        quotedMessageID = try fields.decodeIfPresent(Quote.self, forKey: .context)?.messageID
        callbackData = try fields.decodeIfPresent(String.self, forKey: .callbackData)
    }

    /// Writes the object as it stands on the wire.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Name.self)
        try fields.encode("whatsapp", forKey: .product)
        switch recipient {
        case .phone(let number):
            try fields.encode("individual", forKey: .recipientType)
            try fields.encode("+" + number.filter { ("0"..."9").contains($0) }, forKey: .to)
        case .user(let id):
            try fields.encode("individual", forKey: .recipientType)
            try fields.encode(id, forKey: .recipient)
        case .group(let id):
            try fields.encode("group", forKey: .recipientType)
            try fields.encode(id, forKey: .to)
        }
        let (type, media): (Name, Media?) =
            switch content {
            case .text: (.text, nil)
            case .image(let media): (.image, media)
            case .video(let media): (.video, media)
            case .audio(let media): (.audio, media)
            case .document(let media): (.document, media)
            case .sticker(let media): (.sticker, media)
            }
        try fields.encode(type.rawValue, forKey: .type)
        try fields.encodeIfPresent(media, forKey: type)
        if case .text(let body, let previewURL) = content {
            try fields.encode(Text(body: body, previewURL: previewURL), forKey: .text)
        }
        try fields.encodeIfPresent(quotedMessageID.map(Quote.init(messageID:)), forKey: .context)
        try fields.encodeIfPresent(callbackData, forKey: .callbackData)
    }
}
