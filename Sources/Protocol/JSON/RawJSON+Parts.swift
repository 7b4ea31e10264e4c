extension RawJSON {
    /// The elements of an array, byte for byte; `nil` if this is none.
    public var elements: [RawJSON]? {
        guard bytes.first == UInt8(ascii: "[") else { return nil }
        var scanner = JSONScanner(bytes)
        var elements: [RawJSON] = []
        let isRead: Void? = try? scanner.array(depth: 0) { (scanner) throws(JSONError) in
            let start = scanner.index
            try scanner.skip(depth: 1)
            elements.append(RawJSON(unchecked: Array(scanner.bytes[start..<scanner.index])))
        }
        return isRead == nil ? nil : elements
    }

    /// An array of values, byte for byte.
    public init(elements: some Sequence<RawJSON>) {
        self.init(unchecked: [UInt8(ascii: "[")] + elements.map(\.bytes).joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")])
    }
}

extension RawJSONObject {
    /// The object with one member's value replaced; everything else byte for byte, but for white space and repeated names.
    ///
    /// - Parameters:
    ///   - name: the member's name; one that is not there is added at the end
    ///   - value: its new value
    public func replacing(_ name: String, with value: RawJSON) -> RawJSON {
        var names: [String] = []
        for known in memberNames + [name] where !names.contains(known) { names.append(known) }
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (position, known) in names.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += JSON.string(known).bytes
            bytes.append(UInt8(ascii: ":"))
            bytes += known == name ? value.bytes : raw(known)?.bytes ?? Array("null".utf8)
        }
        bytes.append(UInt8(ascii: "}"))
        return RawJSON(unchecked: bytes)
    }
}
