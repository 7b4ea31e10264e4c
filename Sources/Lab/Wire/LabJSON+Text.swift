extension LabJSON {
    /// How a value is written.
    public enum Style: Sendable {
        /// No white space, nothing escaped but what JSON demands (AppWebsocket, Digest: the canonical form).
        case plain
        /// Code points above U+007F as `\uXXXX` in lower case and `/` as `\/`: Meta's webhooks, and peers written in PHP.
        case escaped
    }

    /// The value as JSON text on one line.
    public func text(_ style: Style = .plain) -> String {
        var text = ""
        write(to: &text, style)
        return text
    }

    private func write(to text: inout String, _ style: Style) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let number): text += number
        case .string(let string): Self.write(string, to: &text, style)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += "," }
                element.write(to: &text, style)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                Self.write(member.name, to: &text, style)
                text += ":"
                member.value.write(to: &text, style)
            }
            text += "}"
        }
    }

    private static func write(_ string: String, to text: inout String, _ style: Style) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\u{8}": text += "\\b"
            case "\u{C}": text += "\\f"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "/" where style == .escaped: text += "\\/"
            case _ where scalar.value < 0x20: text += escape(UInt16(scalar.value))
            case _ where scalar.value > 0x7F && style == .escaped:
                for unit in String(scalar).utf16 { text += escape(unit) }
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    private static func escape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
