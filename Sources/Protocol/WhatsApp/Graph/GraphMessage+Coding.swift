extension GraphMessage {
    private enum Name: String, CodingKey {
        case product = "messaging_product"
        case recipientType = "recipient_type"
        case to, recipient, type, context, text, image, video, audio, document, sticker, location, contacts, reaction
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

    private struct Location: Codable {
        var latitude: Double
        var longitude: Double
        var name: String?
        var address: String?
    }

    private struct Reaction: Codable {
        var messageID: String
        var emoji: String?

        enum CodingKeys: String, CodingKey {
            case messageID = "message_id"
            case emoji
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
        case "location":
            let place = try fields.decode(Location.self, forKey: .location)
            content = .location(latitude: place.latitude, longitude: place.longitude, name: place.name, address: place.address)
        case "contacts": content = .contacts(try fields.decode([GraphContact].self, forKey: .contacts))
        case "reaction":
            let reaction = try fields.decode(Reaction.self, forKey: .reaction)
            content = .reaction(messageID: reaction.messageID, emoji: reaction.emoji ?? "")
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
        try encode(content, into: &fields)
        if case .reaction = content {} else { try fields.encodeIfPresent(quotedMessageID.map(Quote.init(messageID:)), forKey: .context) }
        try fields.encodeIfPresent(callbackData, forKey: .callbackData)
    }

    /// Writes the type, and the object of that name.
    private func encode(_ content: Content, into fields: inout KeyedEncodingContainer<Name>) throws {
        func write(_ object: some Encodable, as type: Name) throws {
            try fields.encode(type.rawValue, forKey: .type)
            try fields.encode(object, forKey: type)
        }
        switch content {
        case .text(let body, let previewURL): try write(Text(body: body, previewURL: previewURL), as: .text)
        case .image(let media): try write(media, as: .image)
        case .video(let media): try write(media, as: .video)
        case .audio(let media): try write(media, as: .audio)
        case .document(let media): try write(media, as: .document)
        case .sticker(let media): try write(media, as: .sticker)
        case .location(let latitude, let longitude, let name, let address):
            try write(Location(latitude: latitude, longitude: longitude, name: name, address: address), as: .location)
        case .contacts(let contacts): try write(contacts, as: .contacts)
        case .reaction(let messageID, let emoji): try write(Reaction(messageID: messageID, emoji: emoji), as: .reaction)
        }
    }
}
