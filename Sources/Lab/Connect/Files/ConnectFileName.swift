/// Names and media types of files, which come from others and are only shown (Connect, 9.6).
enum ConnectFileName {
    /// The name without folders and control characters, at most 255 bytes.
    static func shown(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
        var result = ""
        for character in last where !character.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            guard result.utf8.count + character.utf8.count <= 255 else { break }
            result.append(character)
        }
        return result.isEmpty || result == "." || result == ".." ? "file" : result
    }

    /// A media type that can stand in a header: the given one if it is one, the usual one of the name's extension otherwise.
    static func mime(_ given: String?, name: String) -> String {
        let type = given?.prefix { $0 != ";" }.lowercased().trimmed ?? ""
        if isMime(type) { return type }
        let parts = name.split(separator: ".")
        return parts.count > 1 ? usual[parts[parts.count - 1].lowercased()] ?? unknown : unknown
    }

    /// What downloads say of the name: always a file to keep, in the form that takes any character (RFC 6266, RFC 8187).
    static func disposition(_ name: String, inline: Bool = false) -> String {
        "\(inline ? "inline" : "attachment"); filename*=UTF-8''\(percentEncoded(name))"
    }

    /// The name in a `Content-Disposition`; nil if there is none.
    static func name(inDisposition value: String) -> String? {
        var plain: String?
        for part in value.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            let text = String(pair[1]).trimmed
            switch String(pair[0]).trimmed.lowercased() {
            case "filename*":
                let pieces = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
                if pieces.count == 3, let name = percentDecoded(pieces[2]) { return name }
            case "filename": plain = text.hasPrefix("\"") && text.hasSuffix("\"") && text.count > 1 ? String(text.dropFirst().dropLast()) : text
            default: break
            }
        }
        return plain
    }

    /// The last segment of a URL's path.
    static func name(ofURL url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        return path.split(separator: "/").dropFirst(2).last.map { percentDecoded($0) ?? String($0) } ?? ""
    }

    /// Everything but letters, digits and `-._~` as `%XX`.
    static func percentEncoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                bytes.append(byte)
            case _ where "-._~".utf8.contains(byte): bytes.append(byte)
            default: bytes += [UInt8(ascii: "%")] + [byte].hex.uppercased().utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text without its percent-encoding; nil if a percent sign is not followed by two digits, or the bytes are no UTF-8.
    static func percentDecoded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            guard digits.count == 2 else { return nil }
            bytes.append(UInt8(digits[0] << 4 | digits[1]))
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static let unknown = "application/octet-stream"

    private static let usual = [
        "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp", "ogg": "audio/ogg",
        "opus": "audio/ogg", "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "amr": "audio/amr", "wav": "audio/wav",
        "mp4": "video/mp4", "3gp": "video/3gpp", "pdf": "application/pdf", "txt": "text/plain", "html": "text/html", "svg": "image/svg+xml",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ]

    /// `type/subtype` of token characters (RFC 9110 section 8.3.1).
    private static func isMime(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 127 else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || "!#$&^_.+-".utf8.contains($0) }
        }
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
