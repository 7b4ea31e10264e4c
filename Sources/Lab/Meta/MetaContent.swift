/// What somebody sends (WhatsApp, Types).
public enum MetaContent: Sendable, Equatable {
    /// A text, which may quote a message of either side by its wamid.
    case text(String, quoting: String? = nil)
    /// An emoji on a message; nil takes it back.
    case reaction(String?, to: String)
    /// A picture, video, audio file, voice note, document or sticker.
    case file(MetaFile)
    /// A place.
    case location(MetaLocation)
    /// One or more contact cards.
    case contacts([MetaContactCard])
    /// A tap on a quick reply of a template.
    case button(text: String, payload: String)
    /// A tap on a reply button.
    case buttonReply(id: String, title: String)
    /// A row chosen from a list.
    case listReply(id: String, title: String, description: String? = nil)
    /// An answered flow; `response` is text that should be JSON.
    case flowReply(name: String = "flow", body: String = "Sent", response: String)
    /// Products put into a cart.
    case order(catalogID: String, text: String = "", items: [MetaOrderItem])
    /// The person has a new phone number, digits only, and so a new user ID, made up if nil; the simulated person changes too.
    case changedNumber(to: String, userID: String? = nil)
    /// The person has a new user ID, made up if nil, and what it was made from is withheld; the simulated person changes too.
    case changedUserID(to: String? = nil)
    /// The person opened the chat for the first time.
    case requestWelcome
    /// Another content for an earlier message of the same side.
    indirect case edit(of: String, MetaContent)
    /// An earlier message of the same side is deleted for everybody.
    case revoke(of: String)
    /// Something that the Cloud API cannot show: 131051, or 131060 for what is not available now, or 131052 for a file that is too large.
    case unsupported(code: Int = 131_051, kind: String? = nil)
    /// As older payloads say that a message cannot be shown, with the details directly in the error.
    case unknown(details: String = "Message type is currently not supported")
    /// Any other type, with its object.
    case other(type: String, LabJSON)

    /// A picture of a few kilobytes, different bytes for different captions.
    public static func image(caption: String?) -> MetaContent {
        let seed = (caption ?? "").utf8.reduce(UInt64(1)) { $0 &* 31 &+ UInt64($1) }
        return .file(.image(.generated(head: [0xFF, 0xD8, 0xFF, 0xE0], size: 8_192, seed: seed), caption: caption))
    }

    /// The file in it.
    public var file: MetaFile? {
        switch self {
        case .file(let file): file
        case .edit(_, let content): content.file
        default: nil
        }
    }

    /// Whether it is a message of the customer, which opens or extends the customer service window.
    var opensWindow: Bool {
        switch self {
        case .changedNumber, .changedUserID, .requestWelcome, .edit, .revoke: false
        default: true
        }
    }
}

/// A product in an order.
public struct MetaOrderItem: Sendable, Equatable {
    /// The product's ID at the retailer.
    public var productID: String
    /// How many.
    public var quantity: Int
    /// The price of one, as a decimal number.
    public var price: String
    /// The currency's code.
    public var currency: String

    /// A product, once unless told otherwise.
    public init(productID: String, quantity: Int = 1, price: String, currency: String = "EUR") {
        self.productID = productID
        self.quantity = quantity
        self.price = price
        self.currency = currency
    }

    var json: LabJSON {
        [
            "product_retailer_id": .string(productID), "quantity": .integer(quantity), "item_price": .number(price),
            "currency": .string(currency),
        ]
    }
}

/// A place on the map.
public struct MetaLocation: Sendable, Equatable {
    /// Degrees north, -90 to 90.
    public var latitude: Double
    /// Degrees east, -180 to 180.
    public var longitude: Double
    /// The place's name, if it was chosen from a list.
    public var name: String?
    /// The place's address, if it was chosen from a list.
    public var address: String?

    /// A place.
    public init(latitude: Double, longitude: Double, name: String? = nil, address: String? = nil) {
        self.latitude = latitude
        self.longitude = longitude
        self.name = name
        self.address = address
    }

    /// From a message's object; numbers may come as strings. Nil for what is no place on the Earth.
    init?(_ json: LabJSON?) {
        guard let json, let latitude = Self.degrees(json["latitude"], upTo: 90), let longitude = Self.degrees(json["longitude"], upTo: 180) else {
            return nil
        }
        self.init(latitude: latitude, longitude: longitude, name: json["name"]?.string, address: json["address"]?.string)
    }

    var json: LabJSON {
        .object(
            ("latitude", .number("\(latitude)")), ("longitude", .number("\(longitude)")), ("name", name.map(LabJSON.string)),
            ("address", address.map(LabJSON.string)))
    }

    private static func degrees(_ value: LabJSON?, upTo limit: Double) -> Double? {
        let degrees: Double? =
            switch value {
            case .number(let text), .string(let text): Double(text)
            default: nil
            }
        guard let degrees, abs(degrees) <= limit else { return nil }
        return degrees
    }
}
