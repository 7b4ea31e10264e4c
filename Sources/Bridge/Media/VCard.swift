/// Contacts as vCards: written in version 3.0 (RFC 2426), which telephones and mail programs agree on; read in 2.1, 3.0 and 4.0.
public enum VCard {
    /// How many bytes of a file are read, at most; what follows is left out.
    public static let byteLimit = 65_536
    /// How many cards are read from a file, at most.
    public static let cardLimit = 20
    /// How many properties are read from a card, at most; pictures and others without meaning for a contact are not counted.
    public static let propertyLimit = 50

    /// The card as a file's text, with lines of at most 75 bytes that end in CRLF.
    public static func text(for card: ContactCard) -> String { VCardWriter.text(for: card) }

    /// The cards of a file: in UTF-8, or, if it is none, in Windows' western encoding.
    public static func cards(in bytes: [UInt8]) -> [ContactCard] {
        let piece = bytes.prefix(byteLimit)
        // The limit may cut a character in two.
        for cut in 0...3 {
            if let text = String(validating: piece.dropLast(cut), as: UTF8.self) { return cards(in: text) }
            if bytes.count <= byteLimit { break }
        }
        return cards(in: VCardEncoding.western(piece))
    }

    /// The cards of a text. What is broken is passed over; a card in which nothing can be read is left out.
    public static func cards(in text: String) -> [ContactCard] {
        let lines = VCardLines.unfolded(TextScalars.string(prefix(of: text)))
        var cards: [ContactCard] = []
        var reader: VCardReader?
        // A card within a card is somebody's assistant, and not the contact.
        var depth = 0
        var opensAgent = false
        func finish() {
            if let card = reader?.card(), cards.count < cardLimit { cards.append(card) }
            reader = nil
        }
        for line in lines {
            guard cards.count < cardLimit else { return cards }
            guard let property = VCardProperty(line) else { continue }
            switch (property.name, property.isCardValue) {
            case ("BEGIN", true):
                if reader != nil, opensAgent || depth > 1 {
                    depth += 1
                } else {
                    finish()
                    reader = VCardReader()
                    depth = 1
                }
            case ("END", true):
                depth -= 1
                if depth <= 0 { finish() }
            default:
                if depth == 1 { reader?.read(property) }
            }
            opensAgent = property.name == "AGENT" && property.value.isEmpty
        }
        finish()
        return cards
    }

    private static func prefix(of text: String) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var length = 0
        // A byte order mark may stand in front.
        for scalar in text.unicodeScalars where scalar != "\u{FEFF}" {
            length += UTF8.width(scalar)
            if length > byteLimit { break }
            result.append(scalar)
        }
        return result
    }
}
