/// A formatting mark of WhatsApp's texts (Cloud API, 2.2).
enum WhatsAppMark: UInt8, CaseIterable {
    case bold = 1
    case italic
    case strike

    /// The character that opens and closes the mark.
    var scalar: Unicode.Scalar {
        switch self {
        case .bold: "*"
        case .italic: "_"
        case .strike: "~"
        }
    }
}

/// Where WhatsApp's marks stand in a text. Pure, one pass, no nesting deeper than the number of marks.
///
/// A mark opens where no word ends before it and no white space follows; it closes at its next occurrence in the same line, if that one follows no
/// white space and no word begins after it. Otherwise the first of the two is a plain character. Marks within links and code are plain characters.
/// So are a mark that directly follows its own kind (`**`) or a mark that closes. Of two pairs that cross, the one closed first holds.
enum WhatsAppMarks {
    enum Role: UInt8 { case none, opens, closes }

    /// The marks that Connect has a tag for; the others stay as the characters that they are.
    static func mark(of scalar: Unicode.Scalar) -> WhatsAppMark? {
        switch scalar {
        case "*": .bold
        case "_": .italic
        default: nil
        }
    }

    /// What each character of `scalars` is as a mark.
    static func roles(in scalars: [Unicode.Scalar], protected: ProtectedRanges) -> [Role] {
        var roles = [Role](repeating: .none, count: scalars.count)
        var open: [(mark: WhatsAppMark, index: Int)] = []
        for (index, scalar) in scalars.enumerated() {
            if scalar == "\n" { open.removeAll(keepingCapacity: true) }
            guard let mark = mark(of: scalar), !protected.contains(index) else { continue }
            if let depth = open.firstIndex(where: { $0.mark == mark }) {
                let start = open[depth].index
                if index > start + 1, !TextScalars.isSpace(scalars[index - 1]), isEnd(scalars, before: index + 1) {
                    roles[start] = .opens
                    roles[index] = .closes
                    open.removeSubrange(depth...)
                    continue
                }
                open.remove(at: depth)
            }
            let next = index + 1
            if next < scalars.count, !TextScalars.isSpace(scalars[next]),
                index == 0 || mayOpen(mark, after: scalars[index - 1], closing: roles[index - 1] == .closes)
            {
                open.append((mark, index))
            }
        }
        return roles
    }

    /// Tells whether a mark may open right after this character; a line's start always allows it.
    static func mayOpen(_ mark: WhatsAppMark, after previous: Unicode.Scalar, closing: Bool) -> Bool {
        !closing && previous != mark.scalar && !TextScalars.isWord(previous)
    }

    /// Tells whether a mark may close in front of `index`.
    static func isEnd(_ scalars: [Unicode.Scalar], before index: Int) -> Bool {
        index >= scalars.count || !TextScalars.isWord(scalars[index])
    }
}
