import Bridge
import Protocol

extension WhatsApp.Message {
    /// The message that this one is about: the one it quotes, reacts to, edits or withdraws.
    var quotedMessageID: String? {
        switch content {
        case .reaction(let reaction): reaction.messageID
        case .edit(let edit): edit.originalMessageID
        case .revoke(let originalMessageID): originalMessageID
        default: context?.id
        }
    }

    /// What the message says, in the bridge's words.
    var bridged: CustomerMessage.Content {
        if case .text(let body?) = content, !body.isEmpty { return .text(body) }
        if case .system(let system) = content, let change = system.identityChange(of: from) { return .identityChange(change) }
        return .placeholder(placeholder)
    }

    /// The files that belong to the message, in order.
    var files: [CustomerFile] {
        switch content {
        case .image(let media), .video(let media), .audio(let media), .document(let media), .sticker(let media):
            media.file.map { [$0] } ?? []
        case .contacts(let cards): cards.compactMap(\.value).prefix(Self.cardLimit).map(\.file)
        default: []
        }
    }

    /// How many contact cards of one message become files.
    private static let cardLimit = 20

    /// How it was passed on, if it was.
    var forwarding: CustomerMessage.Forwarding? {
        guard let context else { return nil }
        return context.isFrequentlyForwarded ? .often : context.isForwarded ? .once : nil
    }

    private var placeholder: MessagePlaceholder {
        switch content {
        case .text: .broken
        case .image(let media): file(media, .image)
        case .video(let media): file(media, .video)
        case .audio(let media): file(media, media.isVoice ? .voice : .audio)
        case .document(let media): file(media, .document)
        case .sticker(let media): file(media, .sticker)
        case .location(let location): location.placeholder
        case .contacts(let cards): cards.isEmpty ? .broken : .contacts(cards.map { $0.value?.bridged ?? .init(name: "", lines: []) })
        case .reaction(let reaction): reaction.emoji.map { .reaction(emoji: $0, quote: nil) } ?? .reactionRemoved(quote: nil)
        case .button(let button): .button(button.text ?? button.payload ?? "")
        case .interactive(let interactive): interactive.placeholder ?? withheld(as: interactive.type ?? "interactive")
        case .order(let order): order.placeholder
        case .system(let system): .system(system.body)
        case .requestWelcome: .opened
        case .edit(let edit): .edited(text: edit.content.words)
        case .revoke: .revoked
        case .unsupported(let unsupported): .unsupported(kind: unsupported.type, code: errorCode, details: errorDetails)
        case .unknown(let type, _): .unknown(type: type, details: errorDetails)
        }
    }

    /// A file; without an ID there is nothing to load, and an error that says why.
    private func file(_ media: WhatsApp.Media, _ kind: MessagePlaceholder.Media) -> MessagePlaceholder {
        media.id == nil ? withheld(as: type) : .media(kind, name: media.filename, caption: media.caption, .attached)
    }

    /// A message whose own part is missing.
    private func withheld(as kind: String?) -> MessagePlaceholder {
        errors.isEmpty ? .unknown(type: kind, details: nil) : .unsupported(kind: kind, code: errorCode, details: errorDetails)
    }

    private var errorCode: Int? { errors.first?.code.flatMap(Int.init(exactly:)) }

    private var errorDetails: String? { errors.lazy.compactMap { $0.details ?? $0.message ?? $0.title }.first }
}

extension WhatsApp.Media {
    /// The file at Meta; nil without an ID.
    fileprivate var file: CustomerFile? {
        id.map { CustomerFile(source: .media(id: $0, digest: sha256), name: filename, mimeType: mimeType) }
    }
}

extension WhatsApp.SystemNotice {
    /// What it says of a customer's names; nil if it says nothing of them.
    fileprivate func identityChange(of sender: String?) -> IdentityChange? {
        let current = [userID, parentUserID, waID].compactMap(\.self).compactMap(People.alias)
        guard !current.isEmpty else { return nil }
        let replaced = [previousUserID, previousParentUserID, customer, sender].compactMap(\.self).compactMap(People.alias)
        return IdentityChange(replaced: replaced.filter { !current.contains($0) }, current: current, text: body)
    }
}

extension WhatsApp.Content {
    /// The customer's words in a new version of a message.
    fileprivate var words: String? {
        switch self {
        case .text(let body): body
        case .image(let media), .video(let media), .document(let media): media.caption
        default: nil
        }
    }
}

extension WhatsApp.Location {
    fileprivate var placeholder: MessagePlaceholder {
        guard let latitude, let longitude else {
            // Coordinates that are no place show no map, but the words that came with them.
            return name == nil && address == nil ? .broken : .location(latitude: 999, longitude: 999, name: name, address: address)
        }
        return .location(latitude: latitude, longitude: longitude, name: name, address: address)
    }
}

extension WhatsApp.ContactCard {
    fileprivate var bridged: MessagePlaceholder.Contact {
        var lines: [String?] = phones.map { $0.phone ?? $0.waID }
        lines += emails.map(\.value)
        lines.append(Self.line([organization?.company, organization?.department, organization?.title]))
        lines += addresses.map { Self.line([$0.street, $0.zip, $0.city, $0.country]) }
        lines += urls.map(\.value)
        lines.append(birthday)
        return MessagePlaceholder.Contact(name: formattedName ?? "", lines: lines.compactMap(\.self))
    }

    private static func line(_ parts: [String?]) -> String? {
        let known = parts.compactMap(\.self)
        return known.isEmpty ? nil : known.joined(separator: ", ")
    }
}

extension WhatsApp.Interactive {
    /// What was answered; `nil` if the answer is missing or of a kind that is not known.
    fileprivate var placeholder: MessagePlaceholder? {
        switch reply {
        case .button(let id, let title): (title ?? id).map(MessagePlaceholder.button)
        case .list(let id, let title, let description): (title ?? id).map { .choice(title: $0, description: description) }
        case .flow(let name, _, let answers): .form(name: name, answers: answers?.lines ?? [])
        case .callPermission(let response, _, _): response.map { .callPermission(granted: $0 == "accept") }
        case .other: nil
        }
    }
}

extension WhatsApp.JSONValue {
    /// The answers of a flow, one a line; its token is none.
    fileprivate var lines: [String] {
        if case .text(let text) = self { return WhatsApp.JSONValue(json: text)?.lines ?? [text] }
        return fields.filter { $0.name != "flow_token" }.map { "\($0.name): \($0.value.words)" }
    }

    private var words: String {
        switch self {
        case .text(let text): text
        case .null: "–"
        default: String(decoding: canonicalBytes, as: UTF8.self)
        }
    }
}

extension WhatsApp.Order {
    fileprivate var placeholder: MessagePlaceholder {
        .order(
            text: text,
            items: items.map { item in
                let item = item.value
                let price = item?.price.map { [$0, item?.currency].compactMap(\.self).joined(separator: " ") }
                return MessagePlaceholder.Item(product: item?.productRetailerID ?? "", quantity: item?.quantity ?? "", price: price)
            }
        )
    }
}
