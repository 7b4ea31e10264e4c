/// Makes inputs from a corpus: mutations that know brackets, quotes and the words of the format, and some that know nothing.
struct Mutator {
    /// The longest input, in bytes.
    static let limit = 16_384

    /// What is mutated; never empty.
    var corpus: [[UInt8]]
    /// Words of the format.
    var words: [[UInt8]]

    private static let open: [UInt8] = Array("{[<(\"".utf8)
    private static let close: [UInt8] = Array("}]>)\"".utf8)
    private static let numbers = [
        "0", "-0", "-1", "1e999", "1E-400", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "0.1e1", "00", "1.", "1e",
        "340282366920938463463374607431768211456", "4294967296", "2147483648",
    ].map { Array($0.utf8) }
    private static let bits: [[UInt8]] = [
        [0], [0x0D], [0x0A], [0x7F], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x80, 0xAE], [0xEF, 0xBB, 0xBF],
        [0xF0, 0x9F, 0x98, 0x80], [0xCC, 0x81], [0xE2, 0x80, 0x8D], Array(#"\ud800"#.utf8), Array(#"\udc00\ud800"#.utf8), Array(#"\u0000"#.utf8),
        Array(#"\\"#.utf8), Array(#"""#.utf8), Array("&#x0;".utf8), Array("&#1114112;".utf8), Array("../".utf8), Array("%00".utf8),
    ]

    /// The next input.
    func input(_ random: inout FuzzRandom) -> [UInt8] {
        var bytes = corpus[random.below(corpus.count)]
        for _ in 0...random.below(6) {
            mutate(&bytes, &random)
            if bytes.count > Self.limit { bytes.removeSubrange(Self.limit...) }
        }
        return bytes
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout FuzzRandom) {
        let place = random.below(bytes.count + 1)
        switch random.below(14) {
        case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8(random.below(8)) }
        case 1: if place < bytes.count { bytes[place] = UInt8(random.below(256)) }
        case 2: bytes.insert(contentsOf: Self.bits[random.below(Self.bits.count)], at: place)
        case 3: bytes.insert(contentsOf: words.isEmpty ? [] : words[random.below(words.count)], at: place)
        case 4: bytes.removeSubrange(place...)
        case 5: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(16)))
        case 6: if let part = part(of: bytes, near: place) { bytes.removeSubrange(part) }
        case 7:
            if let part = part(of: bytes, near: place) {
                let copy = Array(bytes[part])
                for _ in 0...random.below(4) { bytes.insert(contentsOf: copy, at: part.upperBound) }
            }
        case 8:
            let other = corpus[random.below(corpus.count)]
            if let part = part(of: bytes, near: place), let given = self.part(of: other, near: random.below(other.count)) {
                bytes.replaceSubrange(part, with: other[given])
            }
        case 9:
            if let part = part(of: bytes, near: place) {
                let depth = 1 + random.below(random.below(8) == 0 ? 100 : 3)
                let kind = random.below(Self.open.count)
                bytes.insert(contentsOf: repeatElement(Self.close[kind], count: depth), at: part.upperBound)
                bytes.insert(contentsOf: repeatElement(Self.open[kind], count: depth), at: part.lowerBound)
            }
        case 10:
            if let digits = digits(in: bytes, from: place) { bytes.replaceSubrange(digits, with: Self.numbers[random.below(Self.numbers.count)]) }
        case 11:
            if let part = part(of: bytes, near: place) { bytes.insert(contentsOf: Array(bytes[part]), at: random.below(bytes.count + 1)) }
        case 12:
            let byte = place < bytes.count ? bytes[place] : 0x61
            bytes.insert(contentsOf: repeatElement(byte, count: 1 + random.below(random.below(8) == 0 ? 4_000 : 12)), at: place)
        default:
            let other = corpus[random.below(corpus.count)]
            bytes.replaceSubrange(place..., with: other[min(other.count, random.below(other.count + 1))...])
        }
    }

    /// From a bracket or quote at or after the place to the one that ends it.
    private func part(of bytes: [UInt8], near place: Int) -> Range<Int>? {
        guard let start = bytes.indices.dropFirst(min(place, bytes.count)).first(where: { Self.open.contains(bytes[$0]) }),
            let kind = Self.open.firstIndex(of: bytes[start])
        else { return nil }
        var depth = 0
        for index in start..<bytes.count {
            if bytes[index] == Self.close[kind], index > start {
                depth -= 1
                if depth <= 0 { return start..<(index + 1) }
            } else if bytes[index] == Self.open[kind] {
                depth += 1
            }
        }
        return nil
    }

    private func digits(in bytes: [UInt8], from place: Int) -> Range<Int>? {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        guard let start = bytes.indices.dropFirst(min(place, bytes.count)).first(where: { isDigit(bytes[$0]) }) else { return nil }
        return start..<(bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count)
    }
}
