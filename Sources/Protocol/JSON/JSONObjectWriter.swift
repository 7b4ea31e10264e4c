/// Writes one JSON object, member by member, in the order of the calls; an absent (`nil`) value is left out.
public struct JSONObjectWriter: Sendable {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// An empty object.
    public init() {}

    /// Ends the object.
    ///
    /// - Returns: its UTF-8 bytes
    public consuming func finish() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ name: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.appendJSON(name)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Writes a text.
    public mutating func write(_ name: String, _ text: String?) {
        guard let text else { return }
        begin(name)
        bytes.appendJSON(text)
    }

    /// Writes `true` or `false`.
    public mutating func write(_ name: String, _ flag: Bool?) {
        guard let flag else { return }
        begin(name)
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    /// Writes a whole number.
    public mutating func write(_ name: String, _ number: Int64?) {
        guard let number else { return }
        begin(name)
        bytes.append(contentsOf: String(number).utf8)
    }

    /// Writes a whole number.
    public mutating func write(_ name: String, _ number: Int?) { write(name, number.map(Int64.init)) }

    /// Writes any value.
    public mutating func write(_ name: String, _ value: JSON?) {
        guard let value else { return }
        begin(name)
        value.append(to: &bytes)
    }

    /// Writes a value byte for byte as it was received.
    public mutating func write(_ name: String, _ raw: RawJSON?) {
        guard let raw else { return }
        begin(name)
        bytes.append(contentsOf: raw.bytes)
    }
}
