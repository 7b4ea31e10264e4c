/// What stands in Connect for a message that is no plain text (Cloud API, 2.2). Nothing that a customer sends remains invisible.
public enum MessagePlaceholder: Sendable, Hashable, Codable {
    /// What kind of file it is.
    public enum Media: String, Sendable, Hashable, CaseIterable, Codable {
        case image, video, audio, voice, document, sticker
    }

    /// Where a file is on its way.
    public enum MediaState: String, Sendable, Hashable, CaseIterable, Codable {
        /// Attached to this post.
        case attached
        /// Recorded by a version that did not load files.
        case notFetched
        /// Being loaded; it will follow.
        case loading
        /// Came later, in an answer below this post.
        case below
        /// Could not be loaded within the time WhatsApp keeps it.
        case lost
        /// Larger than WhatsApp or Connect takes.
        case tooLarge
        /// Connect did not take it.
        case refused
    }

    /// A contact card.
    public struct Contact: Sendable, Hashable, Codable {
        /// The formatted name.
        public var name: String
        /// Numbers, addresses and so on, one a line.
        public var lines: [String]

        /// A contact card.
        public init(name: String, lines: [String]) {
            self.name = name
            self.lines = lines
        }
    }

    /// An item of an order.
    public struct Item: Sendable, Hashable, Codable {
        /// The retailer's product number.
        public var product: String
        /// How many, as Meta wrote it.
        public var quantity: String
        /// The price of one with its currency, if known.
        public var price: String?

        /// An item of an order.
        public init(product: String, quantity: String, price: String? = nil) {
            self.product = product
            self.quantity = quantity
            self.price = price
        }
    }

    /// A file with its caption.
    case media(Media, name: String?, caption: String?, MediaState)
    /// A place, in degrees.
    case location(latitude: Double, longitude: Double, name: String?, address: String?)
    /// Contact cards.
    case contacts([Contact])
    /// An emoji on a message; with a piece of that one's text, if we know it.
    case reaction(emoji: String, quote: String?)
    /// The emoji was taken back.
    case reactionRemoved(quote: String?)
    /// A button of ours was tapped.
    case button(String)
    /// A row of our list was chosen.
    case choice(title: String, description: String?)
    /// A form of ours was filled in; with its answers as lines.
    case form(name: String?, answers: [String])
    /// The customer answered whether we may call.
    case callPermission(granted: Bool)
    /// An order from the catalogue.
    case order(text: String?, items: [Item])
    /// A message of WhatsApp itself about the customer.
    case system(String?)
    /// The customer opened the chat for the first time.
    case opened
    /// The customer changed an earlier message; with its new text.
    case edited(text: String?)
    /// The customer deleted an earlier message.
    case revoked
    /// WhatsApp does not hand this message out; `kind` is Meta's word for it.
    case unsupported(kind: String?, code: Int?, details: String?)
    /// A type that the connector does not know.
    case unknown(type: String?, details: String?)
    /// The message could not be read at all.
    case broken

    /// The customer's own words in the message, with their marks; they stand below the sentence.
    public var words: String? {
        let words: String?
        switch self {
        case .media(_, _, let caption, _): words = caption
        case .order(let text, _): words = text
        case .edited(let text): words = text
        default: words = nil
        }
        return words?.isEmpty == true ? nil : words
    }

    /// The same message with its file in another state; a voice note that is there says how long it lasts, in milliseconds.
    func with(_ state: MediaState, duration: Int64?) -> MessagePlaceholder {
        guard case .media(let media, var name, let caption, _) = self else { return self }
        if media == .voice, name == nil, let duration, state == .attached || state == .below { name = Self.time(duration) }
        return .media(media, name: name, caption: caption, state)
    }

    /// Minutes and seconds.
    private static func time(_ milliseconds: Int64) -> String {
        let seconds = max(1, (max(0, milliseconds) + 500) / 1_000)
        let rest = String(seconds % 60)
        return "\(seconds / 60):\(rest.count == 1 ? "0" : "")\(rest)"
    }

    /// A reaction with the beginning of the message that it is about.
    func quoting(_ quote: String?) -> MessagePlaceholder {
        switch self {
        case .reaction(let emoji, let old): .reaction(emoji: emoji, quote: quote ?? old)
        case .reactionRemoved(let old): .reactionRemoved(quote: quote ?? old)
        default: self
        }
    }

    /// The sentence in a language; plain text, in several lines where there is much to say.
    public func text(in language: Language) -> String {
        switch self {
        case .media(let media, let name, _, let state):
            return Self.text(of: media, named: Self.short(name), state, in: language)
        case .location(let latitude, let longitude, let name, let address):
            let place = [Self.short(name), Self.short(address)].compactMap(\.self).joined(separator: ", ")
            return language.pick("Location", "Standort") + (place.isEmpty ? "" : ": " + place) + Self.map(latitude, longitude)
        case .contacts(let contacts):
            let cards = contacts.prefix(50).map { card in
                ([Self.short(card.name) ?? language.pick("No name", "Ohne Namen")] + card.lines.prefix(20).compactMap(Self.short)).joined(
                    separator: "\n")
            }
            let title = contacts.count == 1 ? language.pick("Contact", "Kontakt") : language.pick("Contacts", "Kontakte")
            return ([title + ":"] + cards).joined(separator: "\n")
        case .reaction(let emoji, let quote):
            let emoji = Excerpt.text(emoji, limit: 8)
            return Self.short(quote, limit: 80).map { language.pick("\(emoji) to “\($0)”", "\(emoji) zu „\($0)“") }
                ?? language.pick("\(emoji) to a message", "\(emoji) zu einer Nachricht")
        case .reactionRemoved(let quote):
            return Self.short(quote, limit: 80).map {
                language.pick("The customer took back the reaction to “\($0)”.", "Der Kunde hat die Reaktion zu „\($0)“ zurückgenommen.")
            } ?? language.pick("The customer took back a reaction.", "Der Kunde hat eine Reaktion zurückgenommen.")
        case .button(let text):
            return language.pick("The customer tapped", "Der Kunde tippte auf") + ": " + (Self.short(text) ?? "–")
        case .choice(let title, let description):
            let choice = [Self.short(title), Self.short(description)].compactMap(\.self).joined(separator: ", ")
            return language.pick("The customer chose", "Der Kunde wählte") + ": " + (choice.isEmpty ? "–" : choice)
        case .form(let name, let answers):
            let title = language.pick("The customer filled in a form", "Der Kunde hat ein Formular ausgefüllt")
            return ([title + (Self.short(name).map { ": " + $0 } ?? "")] + answers.prefix(100).compactMap { Self.short($0, limit: 500) })
                .joined(separator: "\n")
        case .callPermission(let granted):
            return granted
                ? language.pick("The customer allows you to call on WhatsApp.", "Der Kunde erlaubt Anrufe über WhatsApp.")
                : language.pick("The customer does not allow you to call on WhatsApp.", "Der Kunde erlaubt keine Anrufe über WhatsApp.")
        case .order(_, let items):
            let lines = items.prefix(100).map { item in
                let price = Self.short(item.price).map { " (\($0))" } ?? ""
                return "\(Self.short(item.quantity) ?? "?") × \(Self.short(item.product) ?? "?")\(price)"
            }
            return ([language.pick("Order", "Bestellung") + ":"] + lines).joined(separator: "\n")
        case .system(let body):
            return language.pick("Notice from WhatsApp", "Hinweis von WhatsApp")
                + (Self.short(body, limit: 500).map { ": " + $0 } ?? language.pick(" about this customer", " zu diesem Kunden"))
        case .opened:
            return language.pick(
                "The customer has opened the chat for the first time and not written yet.",
                "Der Kunde hat den Chat zum ersten Mal geöffnet und noch nichts geschrieben."
            )
        case .edited(let text):
            return text?.isEmpty == false
                ? language.pick(
                    "The customer changed an earlier message. It now says:", "Der Kunde hat eine frühere Nachricht geändert. Sie lautet jetzt:")
                : language.pick("The customer changed an earlier message.", "Der Kunde hat eine frühere Nachricht geändert.")
        case .revoked:
            return language.pick("The customer deleted an earlier message.", "Der Kunde hat eine frühere Nachricht gelöscht.")
        case .unsupported(let kind, let code, let details):
            return UnsupportedText.text(kind: kind, code: code, details: Self.short(details, limit: 300), in: language)
        case .unknown(let type, let details):
            let type = Self.short(type, limit: 40).map { " (\($0))" } ?? ""
            return language.pick(
                "The customer sent a message of a kind that the connector does not know\(type). Please ask the customer to send it in another way.",
                "Der Kunde hat eine Nachricht gesendet, deren Art der Connector nicht kennt\(type). Bitten Sie den Kunden, sie anders zu senden."
            ) + (Self.short(details, limit: 300).map { " (\($0))" } ?? "")
        case .broken:
            return language.pick(
                "The customer sent a message that could not be read. Please ask the customer to send it again.",
                "Der Kunde hat eine Nachricht gesendet, die nicht zu lesen war. Bitten Sie den Kunden, sie noch einmal zu senden."
            )
        }
    }

    private static func short(_ text: String) -> String? { short(text, limit: 200) }

    private static func short(_ text: String?, limit: Int = 200) -> String? {
        let short = Excerpt.text(text ?? "", limit: limit)
        return short.isEmpty ? nil : short
    }

    /// A link to the place on a map; none if the numbers are no place.
    private static func map(_ latitude: Double, _ longitude: Double) -> String {
        guard abs(latitude) <= 90, abs(longitude) <= 180 else { return "" }
        return "\nhttps://www.openstreetmap.org/?mlat=\(degrees(latitude))&mlon=\(degrees(longitude))"
    }

    /// Six digits behind the point are a hand's breadth; never an exponent.
    private static func degrees(_ value: Double) -> String {
        let millionths = Int((abs(value) * 1_000_000).rounded())
        let fraction = String(millionths % 1_000_000)
        let digits = String(repeating: "0", count: 6 - fraction.count) + fraction
        return (value < 0 && millionths > 0 ? "-" : "") + "\(millionths / 1_000_000).\(digits)"
    }

    private static func text(of media: Media, named name: String?, _ state: MediaState, in language: Language) -> String {
        let noun = media.noun(in: language) + (name.map { language.pick(" “\($0)”", " „\($0)“") } ?? "")
        switch state {
        case .attached: return noun
        case .loading: return noun + language.pick(": it is still being loaded and will follow.", ": wird noch geladen und folgt.")
        case .below:
            return noun
                + language.pick(": it arrived later and stands in an answer below.", ": ist später eingetroffen und steht in einer Antwort darunter.")
        case .lost, .notFetched:
            return noun
                + language.pick(
                    ": it could not be loaded from WhatsApp. Please ask the customer to send it again.",
                    ": ließ sich nicht von WhatsApp laden. Bitten Sie den Kunden, noch einmal zu senden."
                )
        case .tooLarge:
            return noun
                + language.pick(
                    ": it is too large to be passed on. Please ask the customer to send it smaller or in another way.",
                    ": ist zu groß, um hier anzukommen. Bitten Sie den Kunden, kleiner oder auf anderem Weg zu senden."
                )
        case .refused:
            return noun
                + language.pick(
                    ": Connect did not take it. Please ask the customer to send it in another way.",
                    ": Connect hat die Datei nicht angenommen. Bitten Sie den Kunden, sie auf anderem Weg zu senden."
                )
        }
    }
}

extension MessagePlaceholder.Media {
    /// The kind's name at the beginning of a line.
    func noun(in language: Language) -> String {
        switch self {
        case .image: language.pick("Picture", "Bild")
        case .video: language.pick("Video clip", "Video")
        case .audio: language.pick("Audio file", "Audiodatei")
        case .voice: language.pick("Voice message", "Sprachnachricht")
        case .document: language.pick("File", "Datei")
        case .sticker: language.pick("Sticker from the customer", "Sticker des Kunden")
        }
    }
}
