/// A message to a customer, as it is posted to `/{phone-number-id}/messages` (WhatsApp Cloud API, 3.1).
public struct GraphMessage: Codable, Equatable, Sendable {
    /// Whom it goes to.
    public var recipient: Recipient
    /// What it says.
    public var content: Content
    /// The wamid of the message that it quotes; not written for a reaction. Meta drops the quote in silence when that is gone.
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
        /// A place: degrees, latitude from -90 to 90 and longitude from -180 to 180, and what it is called.
        case location(latitude: Double, longitude: Double, name: String? = nil, address: String? = nil)
        /// Contact cards.
        case contacts([GraphContact])
        /// A reaction to the message with that wamid, which must be one that was received; an empty emoji takes it back. It quotes nothing.
        case reaction(messageID: String, emoji: String)
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
