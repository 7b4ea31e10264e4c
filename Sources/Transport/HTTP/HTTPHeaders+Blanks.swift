import NIOHTTP1

extension HTTPHeaders {
    /// The same fields without the blanks and tabs around their values, which are none of them (RFC 9110 section 5.5). The parser takes
    /// away those before a value only.
    var withoutOuterBlanks: HTTPHeaders {
        // As a rule there are none.
        guard contains(where: { Self.isBlank($0.value.utf8.first) || Self.isBlank($0.value.utf8.last) }) else { return self }
        return HTTPHeaders(map { ($0.name, Self.stripped($0.value)) })
    }

    private static func stripped(_ value: String) -> String {
        var rest = value[...]
        while isBlank(rest.utf8.first) { rest.removeFirst() }
        while isBlank(rest.utf8.last) { rest.removeLast() }
        return String(rest)
    }

    private static func isBlank(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
