/// What is said of messages that WhatsApp does not hand out (Cloud API, 2.2): what the customer sent, if Meta tells, why, and what to do.
enum UnsupportedText {
    static func text(kind: String?, code: Int?, details: String?, in language: Language) -> String {
        let what = kind.flatMap { noun(for: $0, in: language) } ?? language.pick("a message", "eine Nachricht")
        let reason = details.map { " (\($0))" } ?? ""
        switch code {
        case 131_060:
            return language.pick(
                "The customer sent \(what) that WhatsApp cannot show yet\(reason). Please ask the customer to send it again.",
                "Der Kunde hat \(what) gesendet, aber WhatsApp kann das noch nicht anzeigen\(reason). Bitten Sie den Kunden, es noch einmal zu senden."
            )
        case 131_052:
            return language.pick(
                "The customer sent a file that WhatsApp could not load; it may be larger than 100 MB\(reason). Please ask the customer to send it smaller "
                    + "or in another way.",
                "Der Kunde hat eine Datei gesendet, die WhatsApp nicht laden konnte; vielleicht ist sie größer als 100 MB\(reason). Bitten Sie den "
                    + "Kunden, sie kleiner oder auf anderem Weg zu senden."
            )
        default:
            let number = code.map { $0 == 131_051 ? "" : language.pick(" [WhatsApp error \($0)]", " [WhatsApp-Fehler \($0)]") } ?? ""
            return language.pick(
                "The customer sent \(what) that WhatsApp does not pass on to companies\(reason). Please ask the customer to send it in another way.",
                "Der Kunde hat \(what) gesendet, aber WhatsApp gibt das nicht an Unternehmen weiter\(reason). Bitten Sie den Kunden, es anders zu senden."
            ) + number
        }
    }

    /// Meta's word for the kind as a person says it; an unlisted one as it came.
    private static func noun(for kind: String, in language: Language) -> String? {
        switch kind {
        case "button": return language.pick("an answer by button", "eine Antwort per Taste")
        case "edit": return language.pick("a change to an earlier message", "eine Änderung an einer früheren Nachricht")
        case "gif": return language.pick("an animated picture", "ein bewegtes Bild")
        case "group_invite": return language.pick("an invitation to a group", "eine Einladung in eine Gruppe")
        case "hsm": return language.pick("a template", "eine Vorlage")
        case "image": return language.pick("a picture", "ein Bild")
        case "interactive": return language.pick("an interactive message", "eine interaktive Nachricht")
        case "keep_in_chat": return language.pick("a note on what to keep in the chat", "einen Vermerk, was im Chat bleiben soll")
        case "link_preview": return language.pick("a link with a preview", "einen Link mit Vorschau")
        case "list": return language.pick("a choice from a list", "eine Auswahl aus einer Liste")
        case "location": return language.pick("a location", "einen Standort")
        case "media_placeholder": return language.pick("a file", "eine Datei")
        case "order": return language.pick("an order", "eine Bestellung")
        case "pin": return language.pick("a pinned message", "eine angeheftete Nachricht")
        case "poll_creation": return language.pick("a poll", "eine Umfrage")
        case "poll_update": return language.pick("a vote in a poll", "eine Stimme in einer Umfrage")
        case "product": return language.pick("a product", "ein Produkt")
        case "reaction": return language.pick("a reaction", "eine Reaktion")
        case "errors", "": return nil
        default:
            let word = Excerpt.text(kind, limit: 40)
            return word.isEmpty ? nil : language.pick("a message (\(word))", "eine Nachricht (\(word))")
        }
    }
}
