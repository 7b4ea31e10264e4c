import Bridge
import Protocol

extension GraphMessage.Content {
    /// The message's content as Meta wants it; nil for what is not ready to be sent.
    init?(_ content: OutgoingContent) {
        switch content {
        case .text(let text): self = .text(text, previewURL: false)
        case .file(let file, let caption):
            guard let upload = file.upload else { return nil }
            let caption = upload.kind.carriesCaption ? caption : nil
            switch upload.kind {
            case .image: self = .image(GraphMessage.Media(id: upload.mediaID, caption: caption))
            case .video: self = .video(GraphMessage.Media(id: upload.mediaID, caption: caption))
            case .audio: self = .audio(GraphMessage.Media(id: upload.mediaID))
            case .voice: self = .audio(GraphMessage.Media(id: upload.mediaID, voice: true))
            case .sticker: self = .sticker(GraphMessage.Media(id: upload.mediaID))
            case .document: self = .document(GraphMessage.Media(id: upload.mediaID, caption: caption, filename: upload.name))
            }
        case .location(let place):
            self = .location(latitude: place.latitude, longitude: place.longitude, name: place.label, address: nil)
        case .contacts(let cards): self = .contacts(cards.map(GraphContact.init))
        case .reaction(let emoji, let wamid): self = .reaction(messageID: wamid.rawValue, emoji: emoji)
        case .undecided: return nil
        }
    }

    /// Whether a message with it may quote another one (WhatsApp, Request).
    var canQuote: Bool {
        if case .reaction = self { return false }
        return true
    }
}

extension GraphContact {
    /// The card as Meta wants it: with at least one part of the name.
    init(_ card: ContactCard) {
        let parts = [card.givenName, card.familyName, card.middleName, card.namePrefix, card.nameSuffix]
        let hasParts = parts.contains { $0?.isEmpty == false }
        let formatted = card.displayName ?? "–"
        let works = [card.organization, card.department, card.title].contains { $0 != nil }
        self.init(
            name: Name(
                formatted: formatted,
                first: hasParts ? card.givenName : formatted,
                last: card.familyName,
                middle: card.middleName,
                prefix: card.namePrefix,
                suffix: card.nameSuffix
            ),
            phones: card.phones.map { Phone(phone: $0.number, type: $0.type, waID: $0.waID) },
            emails: card.emails.map { Labelled($0.address, type: $0.type) },
            urls: card.urls.map { Labelled($0.address, type: $0.type) },
            addresses: card.addresses.map {
                Address(
                    street: $0.street, city: $0.city, state: $0.state, zip: $0.zip, country: $0.country, countryCode: $0.countryCode, type: $0.type)
            },
            organization: works ? Organization(company: card.organization, department: card.department, title: card.title) : nil,
            birthday: card.birthday
        )
    }
}
