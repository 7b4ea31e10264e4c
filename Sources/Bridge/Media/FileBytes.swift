/// A piece of a file that can be asked at any place: what lies outside of it is absent, never a trap.
struct FileBytes {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var count: Int { bytes.count }

    subscript(_ index: Int) -> UInt8? { bytes.indices.contains(index) ? bytes[index] : nil }

    /// Tells whether the ASCII text stands at the place.
    func has(_ text: StaticString, at index: Int = 0) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index >= 0, index <= bytes.count, bytes.count - index >= length else { return false }
        return text.withUTF8Buffer { wanted in
            for offset in 0..<length where bytes[index + offset] != wanted[offset] { return false }
            return true
        }
    }

    /// Tells whether these bytes stand at the place.
    func has(_ wanted: [UInt8], at index: Int = 0) -> Bool {
        guard index >= 0, index <= bytes.count, bytes.count - index >= wanted.count else { return false }
        return bytes[index..<index + wanted.count].elementsEqual(wanted)
    }

    /// A number of up to seven bytes, the most significant first.
    func bigEndian(_ length: Int, at index: Int) -> Int? {
        guard index >= 0, (1...7).contains(length), index <= bytes.count, bytes.count - index >= length else { return nil }
        return bytes[index..<index + length].reduce(0) { $0 << 8 | Int($1) }
    }

    /// A number of up to seven bytes, the least significant first.
    func littleEndian(_ length: Int, at index: Int) -> Int? {
        guard index >= 0, (1...7).contains(length), index <= bytes.count, bytes.count - index >= length else { return nil }
        return bytes[index..<index + length].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Bytes as text, one character each (ISO 8859-1); shorter or empty if the piece ends before.
    func text(_ length: Int, at index: Int) -> String {
        guard index >= 0, index < bytes.count, length > 0 else { return "" }
        return TextScalars.string(bytes[index..<min(bytes.count, index + min(length, bytes.count))].map { Unicode.Scalar($0) })
    }

    /// Where the bytes stand for the first time at or behind `start`, beginning before `end`.
    func firstIndex(of wanted: [UInt8], from start: Int = 0, before end: Int = .max) -> Int? {
        guard let first = wanted.first, start >= 0, bytes.count >= wanted.count else { return nil }
        var index = start
        let last = min(bytes.count - wanted.count, end == .max ? .max : end - 1)
        while index <= last {
            if bytes[index] == first, has(wanted, at: index) { return index }
            index += 1
        }
        return nil
    }
}
