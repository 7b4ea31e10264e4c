/// What we send to WhatsApp as text, made from Connect's HTML. The table of what becomes what is in `docs/formats.md`.
public enum WhatsAppText {
    /// The most that one text message may hold, counted in UTF-16 units to be safe (Cloud API, 3.1 and 4.5).
    public static let messageLimit = 4_096

    /// A colleague's post as WhatsApp's text: bold and italic (and struck through) as marks, lists as lines, links with their address.
    ///
    /// The input may be any text at all. White space at both ends is dropped; the answer is empty if there is nothing to read in the post.
    /// Takes time in proportion to the input's length.
    public static func text(fromConnect html: String) -> String {
        content(ofConnect: html).text
    }

    /// The same text, and the places to which links in it lead.
    static func content(ofConnect html: String) -> (text: String, places: [GeoLink]) {
        var reader = ConnectMarkupReader(html, showsAddresses: true)
        let text = TextScalars.string(WhatsAppMarkWriter.write(reader.read()))
        return (text, reader.places)
    }

    /// A colleague's post as the texts of one or more messages; none if there is nothing to read in the post.
    public static func messages(fromConnect html: String) -> [String] {
        TextSplitter.parts(of: text(fromConnect: html), limit: messageLimit, unit: .utf16)
    }
}
