/// Addresses of links: which are shown to people, and how.
enum LinkAddress {
    /// The most that is shown of an address, in UTF-8 bytes; a longer one is not shown at all.
    static let limit = 2_048

    /// The address as a person reads it, or an empty text if it is none to show: only `http`, `https`, `mailto` and `tel` are safe (Connect, 9.2).
    static func readable(_ address: String) -> String {
        let scalars = cleaned(address)
        guard TextScalars.string(scalars).utf8.count <= limit else { return "" }
        if TextScalars.matches(scalars, at: 0, "https://"), scalars.count > 8 { return webAddress(scalars) }
        if TextScalars.matches(scalars, at: 0, "http://"), scalars.count > 7 { return webAddress(scalars) }
        if TextScalars.matches(scalars, at: 0, "mailto:") {
            // Subject and body are not for the reader.
            return TextScalars.string(scalars[7...].prefix { $0 != "?" })
        }
        if TextScalars.matches(scalars, at: 0, "tel:") { return TextScalars.string(scalars[4...]) }
        return ""
    }

    /// The place that a link leads to, if that is all it does.
    static func place(_ address: String) -> GeoLink? {
        guard address.utf8.count <= limit else { return nil }
        return GeoLink(TextScalars.string(cleaned(address)))
    }

    private static func cleaned(_ address: String) -> [Unicode.Scalar] {
        // Browsers drop these wherever they stand, and so "java\nscript:" would be a scheme to them.
        let all = address.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
        let scalars = Array(all)
        return Array(scalars[TextScalars.trimmed(scalars)])
    }

    /// What would end a link for the reader's telephone is written as a browser sends it.
    private static func webAddress(_ scalars: [Unicode.Scalar]) -> String {
        var result = ""
        for scalar in scalars {
            switch scalar {
            case "<": result += "%3C"
            case ">": result += "%3E"
            case "\"": result += "%22"
            case "`": result += "%60"
            case _ where TextScalars.isSpace(scalar): result += "%20"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Tells whether the words of a link already say its address.
    static func isSame(_ words: String, _ address: String) -> Bool { bare(words) == bare(address) }

    private static func bare(_ text: String) -> String {
        var scalars = text.unicodeScalars.map(TextScalars.lowercasedASCII)
        for scheme: StaticString in ["https://", "http://", "mailto:", "tel:"] where TextScalars.matches(scalars, at: 0, scheme) {
            scalars.removeFirst(scheme.utf8CodeUnitCount)
            break
        }
        if scalars.last == "/" { scalars.removeLast() }
        return TextScalars.string(scalars)
    }
}
