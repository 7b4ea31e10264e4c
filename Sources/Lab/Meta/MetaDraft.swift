/// A content on its way into a webhook: its fields, and what the chats show of it.
struct MetaDraft {
    /// Who writes to whom, and when.
    struct Scene {
        var customer: MetaCustomer
        var number: MetaNumber
        /// Who the customer becomes with this content.
        var change: IdentityChange?
        /// Whether the business writes.
        var isEcho: Bool
        /// When the webhook is due, in milliseconds since 1970 UTC.
        var due: Int64
    }

    /// A person before and after.
    struct IdentityChange {
        var old: MetaCustomer
        var new: MetaCustomer
    }

    var type: String
    /// The members that follow `type`.
    var fields: [LabJSON.Member]
    var text = ""
    /// The message that it is about.
    var about: String?
    var attachment: MetaAttachment?
    var location: MetaLocation?
    var contacts: [MetaContactCard] = []

    /// A content whose object is named like its type.
    init(_ type: String, _ object: LabJSON, text: String = "", about: String? = nil) {
        self.type = type
        fields = [LabJSON.Member(type, object)]
        self.text = text
        self.about = about
    }

    /// A content with fields of other names.
    init(_ type: String, fields: [LabJSON.Member]) {
        self.type = type
        self.fields = fields
    }
}

extension MetaCore {
    mutating func draft(
        _ content: MetaContent, _ file: LabFile?, _ context: MetaContext, _ scene: MetaDraft.Scene
    ) throws(LabError) -> MetaDraft {
        var draft = try draft(content, file, scene)
        var quoting = context.quoting
        if case .text(_, let quoted?) = content { quoting = quoted }
        if let quoting { draft.about = quoting }
        if let context = context.json(quoting: quoting, author: quoting.flatMap { author(of: $0, scene) }) {
            draft.fields.append(.init("context", context))
        }
        if let referral = context.referral { draft.fields.append(.init("referral", referral.json)) }
        return draft
    }

    /// Whoever wrote a quoted message; what is not known is taken for the other side's.
    private func author(of wamid: String, _ scene: MetaDraft.Scene) -> String? {
        let direction = messages.first { $0.wamid == wamid }?.direction
        return (direction ?? (scene.isEcho ? .fromCustomer : .fromBusiness)) == .fromCustomer ? scene.customer.phone : scene.number.displayNumber
    }

    private mutating func draft(_ content: MetaContent, _ file: LabFile?, _ scene: MetaDraft.Scene) throws(LabError) -> MetaDraft {
        switch content {
        case .text(let body, _): return MetaDraft("text", ["body": .string(body)], text: body)
        case .reaction(let emoji, let target):
            return MetaDraft(
                "reaction", .object(("message_id", .string(target)), ("emoji", emoji.map(LabJSON.string))), text: emoji ?? "", about: target)
        case .file(let description):
            guard let file else { throw LabError("The file is missing.") }
            return draft(description, file, scene)
        case .location(let place):
            var draft = MetaDraft("location", place.json, text: place.name ?? "")
            draft.location = place
            return draft
        case .contacts(let cards):
            var draft = MetaDraft("contacts", .array(cards.map(\.json)), text: cards.map(\.formattedName).joined(separator: ", "))
            draft.contacts = cards
            return draft
        case .button(let text, let payload): return MetaDraft("button", ["text": .string(text), "payload": .string(payload)], text: text)
        case .buttonReply(let id, let title):
            return MetaDraft("interactive", ["type": "button_reply", "button_reply": ["id": .string(id), "title": .string(title)]], text: title)
        case .listReply(let id, let title, let description):
            let row = LabJSON.object(
                ("id", .string(id)), ("title", .string(title)), ("description", description.map(LabJSON.string)))
            return MetaDraft("interactive", ["type": "list_reply", "list_reply": row], text: title)
        case .flowReply(let name, let body, let response):
            let reply: LabJSON = ["response_json": .string(response), "body": .string(body), "name": .string(name)]
            return MetaDraft("interactive", ["type": "nfm_reply", "nfm_reply": reply], text: body)
        case .order(let catalogID, let text, let items):
            return MetaDraft(
                "order", ["catalog_id": .string(catalogID), "text": .string(text), "product_items": .array(items.map(\.json))], text: text)
        case .changedNumber, .changedUserID: return draft(scene.change, content)
        case .requestWelcome: return MetaDraft("request_welcome", fields: [])
        case .edit(let original, let next):
            let inner = try draft(next, file, scene)
            let message = LabJSON.object([LabJSON.Member("type", .string(inner.type))] + inner.fields)
            var draft = MetaDraft(
                "edit", ["original_message_id": .string(original), "message": message], text: inner.text, about: original)
            draft.attachment = inner.attachment
            return draft
        case .revoke(let original): return MetaDraft("revoke", ["original_message_id": .string(original)], about: original)
        case .unsupported(let code, let kind):
            let errors: LabJSON = [MetaError(code: code, details: "Message type unknown or not available").statusElement]
            let unsupported = kind.map { [LabJSON.Member("unsupported", ["type": .string($0)])] } ?? []
            return MetaDraft("unsupported", fields: [.init("errors", errors)] + unsupported)
        case .unknown(let details):
            let error: LabJSON = ["code": 131_051, "title": "Unsupported message type", "details": .string(details)]
            return MetaDraft("unknown", fields: [.init("errors", [error])])
        case .other(let type, let object): return MetaDraft(type, object)
        }
    }

    private mutating func draft(_ description: MetaFile, _ file: LabFile, _ scene: MetaDraft.Scene) -> MetaDraft {
        let kind = description.kind
        let name = kind == .document ? description.name : nil
        let caption = kind == .audio || kind == .sticker ? nil : description.caption
        let media = addMedia(
            file, mimeType: description.mimeType, name: name, numberID: scene.number.id, isUpload: false, now: scene.due)
        let url = options.tellsMediaURLs ? makeURL(of: media.id, from: scene.due) : nil
        var draft = MetaDraft(
            kind.rawValue,
            .object(
                ("id", .string(media.id)), ("mime_type", .string(media.mimeType)), ("sha256", .string(digestText(file))),
                ("filename", name.map(LabJSON.string)), ("caption", caption.map(LabJSON.string)),
                ("voice", kind == .audio ? .bool(description.isVoice) : nil), ("animated", kind == .sticker ? .bool(description.isAnimated) : nil),
                ("url", url.map(LabJSON.string))), text: caption ?? "")
        draft.attachment = MetaAttachment(
            mediaID: media.id, mimeType: media.mimeType, name: name, file: file, isVoice: description.isVoice, isAnimated: description.isAnimated)
        return draft
    }

    private func draft(_ change: MetaDraft.IdentityChange?, _ content: MetaContent) -> MetaDraft {
        let old = change?.old
        let new = change?.new
        var isNumber = false
        if case .changedNumber = content { isNumber = true }
        let name = new?.name ?? ""
        let body =
            isNumber
            ? "User \(name) changed from \(old?.phone ?? "") to \(new?.phone ?? "")"
            : "User \(name) changed from \(old?.userID ?? "") to \(new?.userID ?? "")"
        return MetaDraft(
            "system",
            .object(
                ("body", .string(body)), ("type", isNumber ? "user_changed_number" : "user_changed_user_id"),
                ("wa_id", isNumber ? new?.phone.map(LabJSON.string) : nil), ("user_id", new?.userID.map(LabJSON.string)),
                ("parent_user_id", new?.parentUserID.map(LabJSON.string)), ("previous_user_id", old?.userID.map(LabJSON.string)),
                ("previous_parent_user_id", old?.parentUserID.map(LabJSON.string))), text: body)
    }
}
