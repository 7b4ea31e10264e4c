/// All sentences that the connector posts, in one language.
///
/// Sentences are plain text, never HTML: `ConnectMarkup` makes a post of them. Each says what happened and what to do.
public struct Texts: Sendable, Hashable {
    /// The language of the sentences.
    public let language: Language

    /// The sentences in a language.
    public init(_ language: Language) {
        self.language = language
    }

    /// A line that stands in a post beside the customer's message, or a text of ours towards the customer.
    public func text(_ line: PostLine) -> String { line.text(in: language) }

    /// What stands in Connect for a message that is no text.
    public func text(_ placeholder: MessagePlaceholder) -> String { placeholder.text(in: language) }

    /// What a colleague is told privately.
    public func text(_ notice: AuthorNotice) -> String { notice.text(in: language) }

    /// Why WhatsApp refused something, what to do, and the code with Meta's details for whoever helps.
    public func text(_ failure: GraphFailure) -> String {
        let sentence = GraphErrorTable.row(for: failure.code, subcode: failure.subcode).text(in: language)
        let details = Excerpt.text(failure.details ?? "", limit: 300)
        let label = language.pick("WhatsApp error", "WhatsApp-Fehler")
        return "\(sentence) (\(label) \(failure.code)\(details.isEmpty ? "" : ": " + details))"
    }

    /// The name under which a customer appears; see `CustomerName`.
    public func customerName(profile: String?, userName: String? = nil, phone: String? = nil) -> String {
        CustomerName.text(profile: profile, userName: userName, phone: phone, in: language)
    }

    /// The title of a discussion with a group.
    public var group: String { language.pick("WhatsApp group", "WhatsApp-Gruppe") }

    /// Who wrote what the business wrote with WhatsApp's own app.
    public var business: String { language.pick("Your business, in the WhatsApp app", "Ihr Unternehmen, in der WhatsApp-App") }

    /// The post for a message that is no text: its sentence, and below it the customer's own words with their marks.
    public func html(_ placeholder: MessagePlaceholder) -> String {
        let words = placeholder.words.map(ConnectMarkup.html(fromWhatsApp:)) ?? ""
        return ConnectMarkup.post(sender: nil, html: ConnectMarkup.joined([ConnectMarkup.linked(text(placeholder)), words]))
    }
}
