/// The HTML that we post to Connect. Whatever the text holds, the only tags that come out are `b i br ul ol li a`, the only attribute is an `href`
/// with an `http` or `https` address, and everything else is escaped (Connect, 9.2). The table of what becomes what is in `docs/formats.md`.
public enum ConnectMarkup {
    /// The most that one post may hold, in bytes of UTF-8 (Connect, 9.7).
    public static let postLimit = 32 * 1_024

    /// A customer's text as Connect's HTML: bold, italic, lists, links and line breaks as tags, all other marks as the characters that they are.
    ///
    /// White space at both ends is dropped. Takes time in proportion to the text's length.
    public static func html(fromWhatsApp text: String) -> String {
        let all = TextScalars.lines(of: text)
        let scalars = Array(all[TextScalars.trimmed(all)])
        var writer = ConnectMarkupWriter(scalars)
        return writer.write()
    }

    /// A customer's text as one or more posts, each at most `limit` bytes of HTML (for `limit` of 1,024 and more).
    public static func posts(fromWhatsApp text: String, limit: Int = postLimit) -> [String] {
        posts(fromWhatsApp: text, limit: limit, textLimit: limit)
    }

    private static func posts(fromWhatsApp text: String, limit: Int, textLimit: Int) -> [String] {
        TextSplitter.parts(of: text, limit: textLimit, unit: .utf8).flatMap { part in
            let html = html(fromWhatsApp: part)
            // Escaping makes a text at most about ten times as long: a few halvings always suffice.
            return html.utf8.count <= limit || textLimit <= 64 ? [html] : posts(fromWhatsApp: part, limit: limit, textLimit: textLimit / 2)
        }
    }

    /// A text in which no mark means anything, such as a name or one of our own sentences: escaped, with line breaks as `<br>`.
    public static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in TextScalars.lines(of: text) {
            if scalar == "\n" { result += "<br>" } else { append(scalar, to: &result) }
        }
        return result
    }

    /// Like `escaped`, with web addresses as links.
    public static func linked(_ text: String) -> String {
        let scalars = TextScalars.lines(of: text)
        var result = ""
        var cursor = 0
        for link in ProtectedRanges.linkRanges(scalars, in: 0..<scalars.count) {
            let address = escaped(TextScalars.string(scalars[link]))
            result += escaped(TextScalars.string(scalars[cursor..<link.lowerBound])) + "<a href=\"\(address)\">\(address)</a>"
            cursor = link.upperBound
        }
        return result + escaped(TextScalars.string(scalars[cursor...]))
    }

    /// A post made of the sender's name in bold, the body (HTML that this type made) and our own lines in italics; what is nil or empty is left out.
    public static func post(sender: String?, html body: String, lines: [String] = []) -> String {
        var parts: [String] = []
        if let sender, !sender.isEmpty { parts.append("<b>" + escaped(sender) + "</b>") }
        if !body.isEmpty { parts.append(body) }
        parts += lines.filter { !$0.isEmpty }.map { "<i>" + escaped($0) + "</i>" }
        return joined(parts)
    }

    /// Pieces of HTML that this type made, below each other; empty ones are left out.
    public static func joined(_ parts: [String]) -> String {
        var result = ""
        for part in parts where !part.isEmpty {
            // A list ends its line by itself, and begins one.
            if !result.isEmpty, !result.hasSuffix("l>"), !part.hasPrefix("<ul>"), !part.hasPrefix("<ol>") { result += "<br>" }
            result += part
        }
        return result
    }

    /// The words of a post without marks, links' addresses or tags, for quoting.
    public static func plainText(of html: String) -> String {
        var reader = ConnectMarkupReader(html, showsAddresses: false)
        let text = reader.read()
        return TextScalars.string(text.scalars)
    }

    static func append(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar {
        case "&": text += "&amp;"
        case "<": text += "&lt;"
        case ">": text += "&gt;"
        case "\"": text += "&quot;"
        case "'": text += "&#39;"
        case "\u{A0}": text += "&nbsp;"
        default: text.unicodeScalars.append(scalar)
        }
    }
}
