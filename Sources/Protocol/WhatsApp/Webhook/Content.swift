extension WhatsApp {
    /// What a message says, by its type (WhatsApp Cloud API, 2.2).
    public indirect enum Content: Equatable, Sendable {
        /// A text; its body may be far longer than the 4,096 characters that we may send.
        case text(String?)
        /// A picture.
        case image(Media)
        /// A video.
        case video(Media)
        /// A sound; a voice note if ``Media/isVoice``. The old type `voice` is one too.
        case audio(Media)
        /// A file.
        case document(Media)
        /// A sticker.
        case sticker(Media)
        /// A place.
        case location(Location)
        /// Contact cards.
        case contacts([Decoded<ContactCard>])
        /// A reaction, or its removal.
        case reaction(Reaction)
        /// A tap on a template's quick reply.
        case button(Button)
        /// An answer to an interactive message.
        case interactive(Interactive)
        /// A shopping cart.
        case order(Order)
        /// A change of the person's number or identifiers. Such a change has no contacts.
        case system(SystemNotice)
        /// The customer opened the chat for the first time.
        case requestWelcome
        /// A new version of an earlier message; Coexistence numbers only.
        case edit(Edit)
        /// The withdrawal of an earlier message; Coexistence numbers only.
        case revoke(originalMessageID: String?)
        /// A message that Meta does not pass on; why is in the message's errors. The older type `unknown` is the same.
        case unsupported(Unsupported)
        /// A type that is not known here, with the value of the field of the same name.
        case unknown(type: String?, value: JSONValue?)

        init(type: String?, in fields: WireFields) {
            switch type {
            case "text": self = .text(fields.object("text")?.text("body"))
            case "image": self = .image(Media(in: fields.object("image")))
            case "video": self = .video(Media(in: fields.object("video")))
            case "audio": self = .audio(Media(in: fields.object("audio")))
            case "voice": self = .audio(Media(in: fields.object("voice"), isVoice: true))
            case "document": self = .document(Media(in: fields.object("document")))
            case "sticker": self = .sticker(Media(in: fields.object("sticker")))
            case "location": self = .location(Location(in: fields.object("location")))
            case "contacts": self = .contacts(fields.list("contacts"))
            case "reaction": self = .reaction(Reaction(in: fields.object("reaction")))
            case "button": self = .button(Button(in: fields.object("button")))
            case "interactive": self = .interactive(Interactive(in: fields.object("interactive")))
            case "order": self = .order(Order(in: fields.object("order")))
            case "system": self = .system(SystemNotice(in: fields.object("system")))
            case "request_welcome": self = .requestWelcome
            case "edit": self = .edit(Edit(in: fields.object("edit")))
            case "revoke": self = .revoke(originalMessageID: fields.object("revoke")?.identifier("original_message_id"))
            case "unsupported", "unknown":
                self = .unsupported(Unsupported(type: fields.object("unsupported")?.identifier("type")))
            default: self = .unknown(type: type, value: type.flatMap { fields.value($0) })
            }
        }
    }

    /// A file on Meta's side.
    public struct Media: Equatable, Sendable {
        /// Media ID, valid for 7 days.
        public let id: String?
        /// MIME type, maybe with parameters: `audio/ogg; codecs=opus`.
        public let mimeType: String?
        /// The file's digest in base64, or hexadecimal in older traffic.
        public let sha256: String?
        /// The text below the picture, video or document.
        public let caption: String?
        /// A document's name, of the customer's own choice: never to be used as a path.
        public let filename: String?
        /// Direct download address, valid for 5 minutes; absent in older payload versions.
        public let url: String?
        /// Whether a sound was recorded as a voice note.
        public let isVoice: Bool
        /// Whether a sticker moves.
        public let isAnimated: Bool

        init(in fields: WireFields?, isVoice: Bool = false) {
            id = fields?.identifier("id")
            mimeType = fields?.identifier("mime_type")
            sha256 = fields?.identifier("sha256")
            caption = fields?.identifier("caption")
            filename = fields?.identifier("filename")
            url = fields?.identifier("url")
            self.isVoice = isVoice || fields?.flag("voice") == true
            isAnimated = fields?.flag("animated") ?? false
        }
    }

    /// A place.
    public struct Location: Equatable, Sendable {
        /// Degrees, from -90 to 90; absent when out of range.
        public let latitude: Double?
        /// Degrees, from -180 to 180; absent when out of range.
        public let longitude: Double?
        /// The name of a chosen place.
        public let name: String?
        /// The address of a chosen place.
        public let address: String?
        /// The chosen place's own page.
        public let url: String?

        init(in fields: WireFields?) {
            latitude = fields?.number("latitude").flatMap { (-90...90).contains($0) ? $0 : nil }
            longitude = fields?.number("longitude").flatMap { (-180...180).contains($0) ? $0 : nil }
            name = fields?.identifier("name")
            address = fields?.identifier("address")
            url = fields?.identifier("url")
        }
    }

    /// A reaction to a message.
    public struct Reaction: Equatable, Sendable {
        /// The wamid of the message that it is about.
        public let messageID: String?
        /// The emoji; `nil` removes the reaction, whether the field was empty or absent.
        public let emoji: String?

        init(in fields: WireFields?) {
            messageID = fields?.identifier("message_id")
            emoji = fields?.identifier("emoji")
        }
    }

    /// A tap on a template's quick reply.
    public struct Button: Equatable, Sendable {
        /// What the customer saw.
        public let text: String?
        /// What the template's author gave the button.
        public let payload: String?

        init(in fields: WireFields?) {
            text = fields?.identifier("text")
            payload = fields?.identifier("payload")
        }
    }

    /// A new version of an earlier message.
    public struct Edit: Equatable, Sendable {
        /// The wamid of the message that changed.
        public let originalMessageID: String?
        /// The new content's type as it came.
        public let type: String?
        /// The new content; an edit inside an edit is not followed.
        public let content: Content
        /// What the new version refers to.
        public let context: Context?

        init(in fields: WireFields?) {
            originalMessageID = fields?.identifier("original_message_id")
            let message = fields?.object("message")
            type = message?.identifier("type")
            context = message?.value("context")
            if let message, type != "edit" {
                content = Content(type: type, in: message)
            } else {
                content = .unknown(type: type, value: nil)
            }
        }
    }

    /// A message that Meta does not pass on.
    public struct Unsupported: Equatable, Sendable {
        /// What it was, such as `poll_creation`; often absent.
        public let type: String?

        /// - Parameter type: what it was, if Meta says so
        public init(type: String?) { self.type = type }
    }
}
