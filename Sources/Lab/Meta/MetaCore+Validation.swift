extension MetaCore {
    private static let types: Set<String> = [
        "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "interactive", "template",
    ]
    private static let longestCaption = 1_024
    /// The oldest message that may be quoted or reacted to.
    private static let longestReference: Int64 = 30 * 86_400_000

    /// What is wrong with a message, as far as it shows at once (WhatsApp, Request).
    func fault(in message: LabJSON, _ number: MetaNumber, _ now: Int64) -> MetaError? {
        let type = message["type"]?.string ?? "text"
        guard Self.types.contains(type) else { return .parameter("type is none of the known ones") }
        guard let content = message[type], content.members != nil || content.array != nil else {
            return MetaError(code: 131_008, details: "The parameter \(type) is required")
        }
        guard message["to"]?.string?.isEmpty == false || message["recipient"]?.string?.isEmpty == false else {
            return MetaError(code: 131_008, details: "The parameter to or recipient is required")
        }
        if let data = message["biz_opaque_callback_data"]?.string, data.utf16.count > 512 {
            return .parameter("biz_opaque_callback_data has more than 512 characters")
        }
        return fault(inContent: content, type, number, now)
    }

    private func fault(inContent content: LabJSON, _ type: String, _ number: MetaNumber, _ now: Int64) -> MetaError? {
        switch type {
        case "text":
            guard let body = content["body"]?.string, !body.isEmpty else { return MetaError(code: 131_008, details: "text.body is required") }
            return body.utf16.count > 4_096 ? .parameter("text.body has more than 4096 characters") : nil
        case "image", "video", "audio", "document", "sticker": return fault(inMedia: content, type, number, now)
        case "location":
            return MetaLocation(content) == nil ? MetaError(code: 131_009, details: "location needs a latitude and a longitude") : nil
        case "contacts":
            guard let cards = content.array, !cards.isEmpty else { return MetaError(code: 131_008, details: "contacts is required") }
            guard cards.allSatisfy({ MetaContactCard($0) != nil }) else {
                return MetaError(code: 131_009, details: "Each contact needs name.formatted_name and one more part of the name")
            }
            return nil
        case "reaction":
            guard content["message_id"]?.string?.isEmpty == false, content["emoji"]?.string != nil else {
                return MetaError(code: 131_008, details: "reaction.message_id and reaction.emoji are required")
            }
            return nil
        default: return nil
        }
    }

    private func fault(inMedia content: LabJSON, _ type: String, _ number: MetaNumber, _ now: Int64) -> MetaError? {
        if let caption = content["caption"]?.string, !caption.isEmpty {
            if type == "audio" || type == "sticker" { return .parameter("\(type).caption is not allowed") }
            if caption.utf16.count > Self.longestCaption { return .parameter("\(type).caption has more than \(Self.longestCaption) characters") }
        }
        if content["filename"] != nil, type != "document" { return .parameter("\(type).filename is not allowed") }
        guard let id = content["id"]?.string else {
            let isLink = content["link"]?.string.map { $0.hasPrefix("https://") || $0.hasPrefix("http://") } ?? false
            return isLink ? nil : MetaError(code: 131_008, details: "\(type).id or \(type).link is required")
        }
        guard let found = livingMedia(id, now: now), found.numberID == number.id else {
            return .parameter("\(type).id is no media ID of this phone number")
        }
        guard MetaMediaClass.of(found.mimeType, takesUnlisted: true)?.fits(messageType: type) == true else {
            return MetaError(code: 131_053, details: "Media of type \(found.mimeType) cannot be sent as \(type)")
        }
        if content["voice"]?.isTruthy == true, MetaMediaClass.essence(of: found.mimeType) != "audio/ogg" {
            return MetaError(code: 131_053, details: "A voice message needs audio/ogg with Opus")
        }
        return nil
    }

    // MARK: What shows later

    /// The code of the `failed` status of a reaction that cannot be shown.
    func lateFault(in message: LabJSON, _ pair: Pair?, _ now: Int64) -> Int? {
        guard message["type"]?.string == "reaction", let pair else { return nil }
        let target = message["reaction"]?["message_id"]?.string
        let found = messages.last { $0.wamid == target }
        let isReceived = found?.direction == .fromCustomer && found?.type != "reaction" && isRecent(found, pair, now)
        return isReceived ? nil : 131_009
    }

    /// The quoted message as the customer sees it: a quotation of what is gone, of another chat or too old is left out in silence.
    func visibleQuotation(in message: LabJSON, _ pair: Pair?, _ now: Int64) -> String? {
        guard let wamid = message["context"]?["message_id"]?.string, let pair, message["type"]?.string != "template" else { return nil }
        return isRecent(messages.last { $0.wamid == wamid }, pair, now) ? wamid : nil
    }

    private func isRecent(_ message: MetaMessage?, _ pair: Pair, _ now: Int64) -> Bool {
        guard let message else { return false }
        return message.customer == pair.customer && message.numberID == pair.number && message.at > now - Self.longestReference
    }
}
