import Bridge

/// What values of a number are allowed.
public enum NumberRules {
    /// How many numbers an instance has at most (Settings plugin, Configuration).
    public static let limit = 20
    /// How many tags a number has at most.
    public static let tagLimit = 10
    /// The longest tag, in characters.
    public static let longestTag = 64
    /// The longest closing text, in characters.
    public static let longestClosedMessage = 4_096
    /// What an unquoted tag must not have, besides white space (Connect, hashtags).
    private static let quoted: Set<Character> = [".", ":", ";", ",", "<", "&", "'", "#", ")", "("]

    /// The SIP name of an object of the PBX.
    static func objectName(_ text: String, field: String) throws(AdministrationFailure) -> String {
        guard (1...128).contains(text.count), text.utf8.count <= 512, !text.contains(where: { $0.isWhitespace || ",~@".contains($0) }),
            !text.unicodeScalars.contains(where: \.isControl)
        else {
            throw .badValue(field: field, "This must be the SIP name of an object of the PBX, without blanks, comma, ~ and @.")
        }
        return text
    }

    /// Tags as they are stored: without `#` and quotation marks, each once.
    static func tags(_ texts: [String]) throws(AdministrationFailure) -> [String] {
        var tags: [String] = []
        for text in texts {
            guard let tag = tag(text) else {
                throw .badValue(field: "tags", "A tag must have 1 to \(longestTag) characters, and no quotation marks or line breaks inside.")
            }
            if !tags.contains(where: { $0.lowercased() == tag.lowercased() }) { tags.append(tag) }
        }
        guard tags.count <= tagLimit else { throw .badValue(field: "tags", "A number has at most \(tagLimit) tags.") }
        return tags
    }

    private static func tag(_ text: String) -> String? {
        guard text.utf8.count <= 1_024 else { return nil }
        var tag = text[...].trimmingBlanks
        while tag.hasPrefix("#") { tag = tag.dropFirst().trimmingBlanks }
        if tag.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\"") { tag = tag.dropFirst().dropLast().trimmingBlanks }
        guard (1...longestTag).contains(tag.count), tag.utf8.count <= 4 * longestTag, !tag.contains("\""),
            !tag.unicodeScalars.contains(where: \.isControl)
        else { return nil }
        return String(tag)
    }

    /// A tag as people write it behind `#`: in quotation marks where Connect demands them.
    public static func written(_ tag: String) -> String {
        tag.contains(where: { $0.isWhitespace || quoted.contains($0) }) ? "\"\(tag)\"" : tag
    }

    /// The closing text.
    static func closedMessage(_ text: String) throws(AdministrationFailure) -> String {
        // The limit in bytes keeps out texts whose characters consist of many marks.
        guard text.count <= longestClosedMessage, text.utf8.count <= 4 * longestClosedMessage else {
            throw .badValue(field: "closedMessage", "The message must have at most \(longestClosedMessage) characters.")
        }
        guard !text.unicodeScalars.contains(where: { $0.isControl && $0 != "\n" && $0 != "\r" && $0 != "\t" }) else {
            throw .badValue(field: "closedMessage", "The message must not have control characters.")
        }
        return text
    }

    /// A Graph identifier.
    static func identifier(_ text: String, field: String, of owner: String) throws(AdministrationFailure) -> String {
        guard (1...32).contains(text.utf8.count), text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
            throw .badValue(field: field, "This must be the ID of \(owner) at Meta, digits only.")
        }
        return text
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = self.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

extension Unicode.Scalar {
    var isControl: Bool { properties.generalCategory == .control }
}
