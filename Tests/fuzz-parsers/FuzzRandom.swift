/// Numbers that follow from a seed (SplitMix64), so that an input can be made again from its seed and its place.
struct FuzzRandom: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: of the run
    ///   - index: of the input
    init(seed: UInt64, index: UInt64) {
        state = seed
        state = next() ^ (index &* 0xD134_2543_DE82_EF95)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below the limit; 0 if that is 0.
    mutating func below(_ limit: Int) -> Int { limit <= 0 ? 0 : Int(next() % UInt64(limit)) }
}
