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
        var placeholder = content.placeholder
        // Why something is missing stands in the message's errors, whatever its type.
        placeholder.reason = errors.lazy.compactMap { $0.details ?? $0.message ?? $0.title }.first
        return .placeholder(placeholder)
    }
}

extension WhatsApp.Content {
    /// The customer's own words in a message that is not a text.
    fileprivate var placeholder: CustomerMessage.Placeholder {
        switch self {
        case .text(let body): .init(caption: body)
        case .image(let media), .video(let media): .init(caption: media.caption)
        case .document(let media): .init(caption: media.caption, fileName: media.filename)
        case .audio, .sticker, .system, .requestWelcome, .revoke, .unsupported, .unknown: .init()
        case .location(let location): .init(caption: location.words)
        case .contacts(let cards): .init(caption: Self.lines(cards.compactMap { $0.value?.words }))
        case .reaction(let reaction): .init(caption: reaction.emoji)
        case .button(let button): .init(caption: button.text ?? button.payload)
        case .interactive(let interactive): .init(caption: interactive.words)
        case .order(let order): .init(caption: order.words)
        case .edit(let edit): edit.content.placeholder
        }
    }

    /// Puts what there is below each other.
    fileprivate static func lines(_ parts: [String?]) -> String? {
        let parts = parts.compactMap(\.self).filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }
}

extension WhatsApp.Location {
    fileprivate var words: String? {
        let position = latitude.flatMap { latitude in longitude.map { "\(latitude), \($0)" } }
        return WhatsApp.Content.lines([name, address, position, url])
    }
}

extension WhatsApp.ContactCard {
    fileprivate var words: String? {
        let numbers = phones.compactMap { $0.phone ?? $0.waID }
        let parts = [formattedName, organization?.company] + numbers + emails.map(\.value)
        let known = parts.compactMap(\.self)
        return known.isEmpty ? nil : known.joined(separator: ", ")
    }
}

extension WhatsApp.Interactive {
    fileprivate var words: String? {
        switch reply {
        case .button(let id, let title): title ?? id
        case .list(let id, let title, let description): WhatsApp.Content.lines([title ?? id, description])
        case .flow(let name, let body, _): body ?? name
        case .callPermission(let response, _, _): response
        case .other: nil
        }
    }
}

extension WhatsApp.Order {
    fileprivate var words: String? {
        let lines = items.compactMap(\.value).map { item in
            let price = [item.price, item.currency].compactMap(\.self).joined(separator: " ")
            let head = "\(item.quantity ?? "?") × \(item.productRetailerID ?? "?")"
            return price.isEmpty ? head : "\(head), \(price)"
        }
        return WhatsApp.Content.lines([text] + lines)
    }
}
