import FoundationEssentials

/// Decodes JSON from outside within bounds, and repairs what would cost a whole document for the sake of one field.
enum BoundedJSON {
    /// Deepest nesting that is kept: a webhook needs about 10.
    static let maximumDepth = 64

    /// Decodes a body.
    ///
    /// - Parameters:
    ///   - bytes: the body as received
    ///   - maximumSize: in bytes
    /// - Throws: ``MalformedJSONBody``
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: some Collection<UInt8>, maximumSize: Int) throws(MalformedJSONBody) -> Value
    {
        guard bytes.count <= maximumSize else { throw .tooLarge }
        var text = Array(bytes)
        if text.starts(with: [0xEF, 0xBB, 0xBF]) { text.removeFirst(3) }
        // A zero byte is never valid in JSON, and it would make the coder guess at UTF-16 and UTF-32.
        guard !text.contains(0) else { throw .notJSON }
        if String(validating: text, as: UTF8.self) == nil {
            text = Array(String(decoding: text, as: UTF8.self).utf8)
        }
        repair(&text)
        do {
            let decoder = JSONDecoder()
            if let key = ValueBudget.key { decoder.userInfo[key] = ValueBudget() }
            return try decoder.decode(Value.self, from: Data(text))
        } catch {
            throw .notJSON
        }
    }

    /// Replaces lone surrogate escapes by U+FFFD, and values below ``maximumDepth`` by an empty text, both in place.
    ///
    /// Without this the coder would refuse the text that holds the surrogate, and the whole document if it is too deep.
    static func repair(_ text: inout [UInt8]) {
        var index = 0
        var depth = 0
        var start = 0
        var isInString = false
        while index < text.count {
            let byte = text[index]
            if isInString {
                if byte == UInt8(ascii: "\\") {
                    index = skipEscape(in: &text, at: index)
                    continue
                }
                if byte == UInt8(ascii: "\"") { isInString = false }
            } else {
                switch byte {
                case UInt8(ascii: "\""):
                    isInString = true
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    depth += 1
                    if depth == maximumDepth + 1 { start = index }
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    if depth == maximumDepth + 1 {
                        text.replaceSubrange(start...index, with: repeatElement(UInt8(ascii: " "), count: index - start + 1))
                        text[start] = UInt8(ascii: "\"")
                        text[start + 1] = UInt8(ascii: "\"")
                    }
                    depth -= 1
                default:
                    break
                }
            }
            index += 1
        }
        // A document that ends too deep is truncated: keep the coder from following it down.
        if depth > maximumDepth { text.removeSubrange(start...) }
    }

    /// Passes an escape, and makes it U+FFFD if it is half of a surrogate pair.
    ///
    /// - Returns: the index after what was passed
    private static func skipEscape(in text: inout [UInt8], at index: Int) -> Int {
        guard let unit = codeUnit(in: text, at: index) else { return index + 2 }
        switch unit {
        case 0xD800...0xDBFF:
            if let next = codeUnit(in: text, at: index + 6), (0xDC00...0xDFFF).contains(next) { return index + 12 }
        case 0xDC00...0xDFFF:
            break
        default:
            return index + 6
        }
        text.replaceSubrange(index..<(index + 6), with: #"\ufffd"#.utf8)
        return index + 6
    }

    /// The value of `\uXXXX` at an index, if that is what stands there.
    private static func codeUnit(in text: [UInt8], at index: Int) -> UInt16? {
        guard index + 6 <= text.count, text[index] == UInt8(ascii: "\\"), text[index + 1] == UInt8(ascii: "u") else { return nil }
        var unit: UInt16 = 0
        for byte in text[(index + 2)..<(index + 6)] {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}
