/// A line of ours beside a customer's message in Connect, or a text of ours that goes to the customer.
public enum PostLine: Sendable, Hashable {
    /// The last line of every root post (design of the discussion): who reads what is written here.
    case answersGoToCustomer
    /// The message came late and its window is over; with the moment it was written, in milliseconds since 1970, and the offset in minutes.
    case written(at: Int64, offset: Int = 0)
    /// The customer passed the message on from another chat.
    case forwarded(often: Bool)
    /// The message answers an earlier one; with a piece of that one's text, if we know it.
    case answers(quote: String?)
    /// The customer came by an advertisement or a post; with its headline and address.
    case cameFrom(headline: String?, address: String?)
    /// The file differs from the checksum that WhatsApp gave.
    case damaged
    /// The customer has another number or identity at WhatsApp now.
    case identityChanged
    /// The post is one of several that hold one long message.
    case part(Int, of: Int)
    /// To the customer: the text replaces an earlier one.
    case correction(String)

    /// The sentence in a language.
    public func text(in language: Language) -> String {
        switch self {
        case .answersGoToCustomer:
            return language.pick(
                "Answers in this discussion go to the customer on WhatsApp; private posts do not.",
                "Antworten in dieser Diskussion gehen an den Kunden bei WhatsApp; private Beiträge nicht."
            )
        case .written(let milliseconds, let offset):
            let time = TimeText.text(milliseconds: milliseconds, offset: offset)
            return language.pick(
                "Written at \(time), arrived late.",
                "Geschrieben am \(time), verspätet angekommen."
            )
        case .forwarded(let often):
            return often
                ? language.pick("Forwarded many times", "Vielfach weitergeleitet")
                : language.pick("Forwarded", "Weitergeleitet")
        case .answers(let quote):
            let quote = Excerpt.text(quote ?? "", limit: 80)
            return quote.isEmpty
                ? language.pick("In answer to an earlier message", "Als Antwort auf eine frühere Nachricht")
                : language.pick("In answer to “\(quote)”", "Als Antwort auf „\(quote)“")
        case .cameFrom(let headline, let address):
            let source = [Excerpt.text(headline ?? "", limit: 120), Excerpt.text(address ?? "", limit: 300)].filter { !$0.isEmpty }
            return language.pick("The customer came by an advertisement", "Der Kunde kam über eine Anzeige")
                + (source.isEmpty ? "" : ": " + source.joined(separator: ", "))
        case .damaged:
            return language.pick(
                "The file may be damaged: it does not match WhatsApp's checksum. Please ask the customer to send it again if it cannot be opened.",
                "Die Datei ist möglicherweise beschädigt: Sie passt nicht zur Prüfsumme von WhatsApp. Bitten Sie den Kunden, noch einmal zu senden, "
                    + "falls sie sich nicht öffnen lässt."
            )
        case .identityChanged:
            return language.pick(
                "The customer's number or identity at WhatsApp has changed. Answers in this discussion still reach the same person.",
                "Die Nummer oder Kennung des Kunden bei WhatsApp hat sich geändert. Antworten in dieser Diskussion erreichen weiterhin dieselbe "
                    + "Person."
            )
        case .part(let number, let count):
            return language.pick("Part \(number) of \(count)", "Teil \(number) von \(count)")
        case .correction(let text):
            return language.pick("Correction: \(text)", "Korrektur: \(text)")
        }
    }
}
