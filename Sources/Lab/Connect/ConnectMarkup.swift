/// Judges the HTML of a post: only the tags that Connect lets through, and text that was escaped (Connect, 9.2).
enum ConnectMarkup {
    private static let tags: Set<String> = ["b", "i", "u", "br", "p", "ul", "ol", "li", "a"]
    private static let schemes = ["http://", "https://", "mailto:", "tel:"]

    /// What is wrong with the text: nil if nothing is.
    static func fault(in text: String) -> String? {
        var rest = text[...]
        var open: [Substring] = []
        while let index = rest.firstIndex(where: { $0 == "<" || $0 == ">" || $0 == "&" }) {
            switch rest[index] {
            case ">": return "an unescaped >"
            case "&":
                guard let end = entityEnd(rest[index...]) else { return "an unescaped &" }
                rest = rest[end...]
            default:
                guard let end = rest[index...].firstIndex(of: ">") else { return "an unescaped <" }
                let tag = rest[rest.index(after: index)..<end]
                if let fault = fault(inTag: tag, &open) { return fault }
                rest = rest[rest.index(after: end)...]
            }
        }
        return open.isEmpty ? nil : "<\(open[open.count - 1])> without its end"
    }

    private static func fault(inTag tag: Substring, _ open: inout [Substring]) -> String? {
        if tag.hasPrefix("/") {
            let name = tag.dropFirst()
            guard open.popLast() == name else { return "a stray </\(name)>" }
            return nil
        }
        let name = tag.prefix { $0.isLetter || $0.isNumber }
        guard tags.contains(String(name)) else { return "the tag <\(name)>" }
        let attributes = tag.dropFirst(name.count)
        if name == "br" { return ["", "/", " /"].contains(attributes) ? nil : "an attribute on <br>" }
        if name == "a" {
            guard attributes.hasPrefix(" href=\""), attributes.hasSuffix("\""), attributes.filter({ $0 == "\"" }).count == 2 else {
                return "<a> with something else than href"
            }
            let address = attributes.dropFirst(7).lowercased()
            guard schemes.contains(where: address.hasPrefix) else { return "a link with a scheme that is not allowed" }
        } else if !attributes.isEmpty {
            return "an attribute on <\(name)>"
        }
        open.append(name)
        return nil
    }

    /// The index after an entity that begins at the first character.
    private static func entityEnd(_ text: Substring) -> Substring.Index? {
        guard let end = text.prefix(12).firstIndex(of: ";") else { return nil }
        let name = text[text.index(after: text.startIndex)..<end]
        let isNumber = name.hasPrefix("#") && name.dropFirst().first != nil && name.dropFirst().allSatisfy { $0.isHexDigit || $0 == "x" }
        guard isNumber || ["amp", "lt", "gt", "quot", "apos", "nbsp"].contains(name) else { return nil }
        return text.index(after: end)
    }
}
