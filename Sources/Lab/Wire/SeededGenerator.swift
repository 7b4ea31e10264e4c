/// A random source that gives the same numbers for the same seed, so that a run of the lab can be repeated.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A source that starts from the given seed.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits (the SplitMix64 sequence).
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) } }

    /// Text of decimal digits, as innovaphone's challenges are (AppWebsocket, Messages).
    mutating func digits(_ count: Int) -> String {
        String((0..<count).map { _ in Character(String(Int.random(in: 0...9, using: &self))) })
    }

    /// Hexadecimal text in lower case, two digits for each byte.
    mutating func hex(bytes count: Int) -> String { bytes(count).hex }
}

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits for each byte.
    var hex: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
