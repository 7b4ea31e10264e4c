/// A text with the marks that each of its characters carries.
struct StyledText {
    /// The marks of one character from the outermost to the innermost, each at most once.
    struct Style: Equatable {
        private var bits: UInt8 = 0

        static let plain = Style()

        var isPlain: Bool { bits == 0 }

        /// The mark's place from the outside, or nil if the character does not carry it.
        func depth(of mark: WhatsAppMark) -> Int? {
            for depth in 0..<3 where (bits >> (2 * depth)) & 3 == mark.rawValue { return depth }
            return nil
        }

        mutating func append(_ mark: WhatsAppMark) {
            for depth in 0..<3 where (bits >> (2 * depth)) & 3 == 0 {
                bits |= mark.rawValue << (2 * depth)
                return
            }
        }

        mutating func remove(_ mark: WhatsAppMark) {
            let rest = (0..<3).map { (bits >> (2 * $0)) & 3 }.filter { $0 != 0 && $0 != mark.rawValue }
            bits = 0
            for (depth, value) in rest.enumerated() { bits |= value << (2 * depth) }
        }
    }

    private(set) var scalars: [Unicode.Scalar] = []
    private(set) var styles: [Style] = []

    mutating func append(_ scalar: Unicode.Scalar, _ style: Style) {
        scalars.append(scalar)
        styles.append(style)
    }

    /// The text without white space at both ends.
    func trimmed() -> StyledText {
        let range = TextScalars.trimmed(scalars)
        var result = StyledText()
        result.scalars = Array(scalars[range])
        result.styles = Array(styles[range])
        return result
    }
}
