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
        return .placeholder(content.placeholder(type: type, errors: errors))
    }
}

extension WhatsApp.Content {
    /// What stands in Connect for a message that is no text.
    fileprivate func placeholder(type: String?, errors: [WhatsApp.ErrorNotice]) -> MessagePlaceholder {
        // Why something is missing stands in the message's errors, whatever its type.
        let error = errors.first
        let details = error.flatMap { $0.details ?? $0.message ?? $0.title }
        let code = error?.code.flatMap(Int.init(exactly:))
        switch self {
        case .image, .video, .audio, .document, .sticker:
            if error != nil { return .unsupported(kind: type, code: code, details: details) }
        default: break
        }
        switch self {
        case .text: return .broken
        case .image(let media): return media.placeholder(.image)
        case .video(let media): return media.placeholder(.video)
        case .audio(let media): return media.placeholder(media.isVoice ? .voice : .audio)
        case .document(let media): return media.placeholder(.document)
        case .sticker(let media): return media.placeholder(.sticker)
        case .location(let location):
            guard let latitude = location.latitude, let longitude = location.longitude else { return .broken }
            return .location(latitude: latitude, longitude: longitude, name: location.name, address: location.address)
        case .contacts(let cards): return .contacts(cards.compactMap { $0.value?.placeholder })
        case .reaction(let reaction):
            guard let emoji = reaction.emoji, !emoji.isEmpty else { return .reactionRemoved(quote: nil) }
            return .reaction(emoji: emoji, quote: nil)
        case .button(let button): return .button(button.text ?? button.payload ?? "")
        case .interactive(let interactive): return interactive.placeholder(type: type, details: details)
        case .order(let order): return .order(text: order.text, items: order.items.compactMap { $0.value?.placeholder })
        case .system(let system): return .system(system.body)
        case .requestWelcome: return .opened
        case .edit(let edit):
            guard case .text(let text) = edit.content else { return .edited(text: nil) }
            return .edited(text: text)
        case .revoke: return .revoked
        case .unsupported(let unsupported):
            return .unsupported(kind: unsupported.type, code: code, details: details)
        case .unknown(let type, _): return .unknown(type: type, details: details)
        }
    }
}

extension WhatsApp.Media {
    fileprivate func placeholder(_ kind: MessagePlaceholder.Media) -> MessagePlaceholder {
        .media(kind, name: filename, caption: caption, .notFetched)
    }
}

extension WhatsApp.ContactCard {
    fileprivate var placeholder: MessagePlaceholder.Contact {
        let lines = [organization?.company] + phones.map { $0.phone ?? $0.waID } + emails.map(\.value) + urls.map(\.value)
        return MessagePlaceholder.Contact(name: formattedName ?? "", lines: lines.compactMap(\.self))
    }
}

extension WhatsApp.Interactive {
    fileprivate func placeholder(type: String?, details: String?) -> MessagePlaceholder {
        switch reply {
        case .button(let id, let title): .button(title ?? id ?? "")
        case .list(let id, let title, let description): .choice(title: title ?? id ?? "", description: description)
        case .flow(let name, let body, _): .form(name: name, answers: body.map { [$0] } ?? [])
        case .callPermission(let response, _, _): .callPermission(granted: response == "accept")
        case .other: .unknown(type: self.type ?? type, details: details)
        }
    }
}

extension WhatsApp.Order.Item {
    fileprivate var placeholder: MessagePlaceholder.Item {
        let price = [price, currency].compactMap(\.self).joined(separator: " ")
        return MessagePlaceholder.Item(product: productRetailerID ?? "?", quantity: quantity ?? "?", price: price.isEmpty ? nil : price)
    }
}
