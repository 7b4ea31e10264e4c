/// Sends a customer's message as `POST customer` of the control API says.
///
/// | argument | what |
/// |---|---|
/// | `customer` | the customer's key |
/// | `type` | `text` if absent; see below |
/// | `number` | the phone number ID; the first number if absent |
/// | `echo` | true: the business writes it on its phone, and the connector gets an echo |
/// | `delay`, `written` | milliseconds until the webhook; when it was written, in milliseconds since 1970 UTC |
/// | `quoting`, `forwarded`, `frequentlyForwarded`, `group` | what it refers to: a wamid, two truth values, a group's ID |
/// | `product` | `{catalogID, productID}` that it asks about |
/// | `referral` | `{sourceURL, sourceID, sourceType, headline, body, imageURL, clickID}` that led to the chat |
///
/// | `type` | further arguments |
/// |---|---|
/// | `text` | `text` |
/// | `reaction` | `target` (a wamid), `emoji`; without it the reaction is taken back |
/// | `image`, `video`, `audio`, `voice`, `document`, `sticker` | `caption`, `name`, `mimeType`, `animated`; `size` and `seed` for bytes that are made up, otherwise a sample |
/// | `location` | `latitude` and `longitude` (a sample if both are absent), `name`, `address` |
/// | `contacts` | `cards`, elements as in a webhook; a sample if absent |
/// | `button` | `text`, `payload` |
/// | `buttonReply`, `listReply` | `id`, `title`, `description` |
/// | `flowReply` | `response`, `name`, `body` |
/// | `order` | `catalogID`, `text`, `items` of `{productID, quantity, price, currency}` |
/// | `changedNumber`, `changedUserID` | `to`, `userID` |
/// | `requestWelcome` | none |
/// | `edit` | `target`, and `content`: an object with `type` and what that type needs |
/// | `revoke` | `target` |
/// | `unsupported` | `code`, `kind` |
/// | `unknown` | `details` |
/// | any | `object`: what stands under the type's name, whatever it is |
struct ControlCustomer {
    let lab: Lab

    /// - Throws: `LabError` for what cannot be done; what the disk throws.
    func send(_ arguments: LabJSON) throws -> LabJSON {
        let content = try content(arguments)
        return try send(content, arguments)
    }

    func send(_ content: MetaContent, _ arguments: LabJSON) throws -> LabJSON {
        let customer = try text("customer", arguments)
        let number = arguments["number"]?.string
        let context = try context(arguments)
        if arguments["echo"]?.isTruthy == true {
            return ["wamid": .string(try lab.meta.echo(content, to: customer, from: number, context: context))]
        }
        let delay = arguments["delay"]?.integer ?? 0
        guard (0...7 * 86_400_000).contains(delay) else { throw LabError("delay must be 0 to 7 days, in milliseconds.") }
        let wamid = try lab.meta.send(
            content, from: customer, to: number, written: arguments["written"]?.integer, delay: delay, context: context)
        return ["wamid": .string(wamid)]
    }

    private func content(_ arguments: LabJSON) throws -> MetaContent {
        let type = arguments["type"]?.string ?? "text"
        if let object = arguments["object"] { return .other(type: type, object) }
        switch type {
        case "text": return .text(try text("text", arguments))
        case "reaction": return .reaction(arguments["emoji"]?.string, to: try text("target", arguments))
        case "image", "video", "audio", "voice", "document", "sticker":
            return .file(try file(arguments))
        case "location": return .location(try location(arguments))
        case "contacts": return .contacts(try cards(arguments))
        case "button": return .button(text: try text("text", arguments), payload: arguments["payload"]?.string ?? "")
        case "buttonReply": return .buttonReply(id: try text("id", arguments), title: try text("title", arguments))
        case "listReply":
            return .listReply(id: try text("id", arguments), title: try text("title", arguments), description: arguments["description"]?.string)
        case "flowReply":
            return .flowReply(
                name: arguments["name"]?.string ?? "flow", body: arguments["body"]?.string ?? "Sent", response: try text("response", arguments))
        case "order":
            return .order(
                catalogID: try text("catalogID", arguments), text: arguments["text"]?.string ?? "",
                items: try (arguments["items"]?.array ?? []).map(item))
        case "changedNumber": return .changedNumber(to: try text("to", arguments), userID: arguments["userID"]?.string)
        case "changedUserID": return .changedUserID(to: arguments["to"]?.string)
        case "requestWelcome": return .requestWelcome
        case "edit":
            guard let next = arguments["content"], next["type"]?.string != "edit" else { throw LabError("content is missing.") }
            return .edit(of: try text("target", arguments), try content(next))
        case "revoke": return .revoke(of: try text("target", arguments))
        case "unsupported":
            return .unsupported(code: arguments["code"]?.integer.flatMap { Int(exactly: $0) } ?? 131_051, kind: arguments["kind"]?.string)
        case "unknown": return .unknown(details: arguments["details"]?.string ?? "Message type is currently not supported")
        default: throw LabError("A message of type \(type) needs its object.")
        }
    }

    // MARK: Parts

    /// A file as described: a sample, or bytes that are made up.
    func file(_ arguments: LabJSON, source: LabFileSource? = nil) throws -> MetaFile {
        let type = try text("type", arguments)
        guard let kind = type == "voice" ? .audio : MetaFile.Kind(rawValue: type) else { throw LabError("\(type) is no kind of file.") }
        let caption = arguments["caption"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        var file = LabSample.file(kind, isVoice: type == "voice", isAnimated: arguments["animated"]?.isTruthy ?? false, caption: caption)
        if let name = arguments["name"]?.string, !name.isEmpty { file.name = name }
        if let mimeType = arguments["mimeType"]?.string, !mimeType.isEmpty { file.mimeType = mimeType }
        if let source { file.source = source }
        if let size = arguments["size"]?.integer {
            guard (0...MetaMediaClass.largest).contains(size) else { throw LabError("size must be 0 to \(MetaMediaClass.largest).") }
            file.source = .generated(size: size, seed: arguments["seed"]?.identifier ?? 1)
        }
        return file
    }

    private func location(_ arguments: LabJSON) throws -> MetaLocation {
        if arguments["latitude"] == nil, arguments["longitude"] == nil { return LabSample.place }
        guard let place = MetaLocation(arguments) else {
            throw LabError("latitude and longitude must be degrees on the Earth.")
        }
        return place
    }

    private func cards(_ arguments: LabJSON) throws -> [MetaContactCard] {
        guard let given = arguments["cards"] else { return [LabSample.contact] }
        let cards = (given.array ?? []).compactMap(MetaContactCard.init)
        guard !cards.isEmpty, cards.count == given.array?.count else {
            throw LabError("Each card needs name.formatted_name and one more part of the name.")
        }
        return cards
    }

    private func item(_ item: LabJSON) throws -> MetaOrderItem {
        let price: String? =
            switch item["price"] {
            case .number(let text): text
            default: nil
            }
        guard let price else { throw LabError("price must be a number.") }
        return MetaOrderItem(
            productID: try text("productID", item), quantity: item["quantity"]?.integer.flatMap { Int(exactly: $0) } ?? 1, price: price,
            currency: item["currency"]?.string ?? "EUR")
    }

    private func context(_ arguments: LabJSON) throws -> MetaContext {
        var context = MetaContext(
            quoting: arguments["quoting"]?.string, isForwarded: arguments["forwarded"]?.isTruthy ?? false,
            isFrequentlyForwarded: arguments["frequentlyForwarded"]?.isTruthy ?? false, groupID: arguments["group"]?.string)
        if let product = arguments["product"] {
            context.referredProduct = .init(catalogID: try text("catalogID", product), productID: try text("productID", product))
        }
        if let referral = arguments["referral"] {
            context.referral = MetaReferral(
                sourceURL: try text("sourceURL", referral), sourceID: try text("sourceID", referral),
                sourceType: referral["sourceType"]?.string ?? "ad", headline: referral["headline"]?.string ?? "",
                body: referral["body"]?.string ?? "", imageURL: referral["imageURL"]?.string, clickID: referral["clickID"]?.string)
        }
        return context
    }

    private func text(_ name: String, _ arguments: LabJSON) throws -> String {
        guard let text = arguments[name]?.string, !text.isEmpty else { throw LabError("\(name) is missing.") }
        return text
    }
}
