package import Protocol

/// Meta's words for people: as plain text on one line and of bounded length, whatever was in them.
package enum MetaQuotation {
    /// Longest quotation, in characters.
    static let maximumLength = 300

    /// What an error says, as a sentence of its own that follows another one; empty if it says nothing.
    package static func sentence(_ error: GraphError) -> String {
        let words = error.details ?? error.userMessage ?? error.message
        guard let text = words.map({ plain($0, upTo: maximumLength) }), !text.isEmpty else {
            return error.code.map { " Meta's error code is \($0)." } ?? ""
        }
        return " Meta says: “\(text)”" + (error.code.map { " (code \($0))." } ?? ".")
    }

    /// A text without control characters and what turns its direction round, on one line.
    package static func plain(_ text: String, upTo length: Int) -> String {
        let scalars = text.unicodeScalars.lazy.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: " "
            default: scalar
            }
        }
        // A character can hold any number of scalars.
        let bounded = String(String.UnicodeScalarView(scalars.prefix(length * 4)))
        let words = bounded.split(separator: " ").joined(separator: " ")
        return words.count > length ? String(words.prefix(length - 1)) + "…" : words
    }
}
