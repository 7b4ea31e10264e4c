/// Numbers that look random and are the same in every run (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Begins the sequence of a seed.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A text of `count` pieces drawn from `pieces`.
    public mutating func text(of pieces: [String], count: Int) -> String {
        var text = ""
        for _ in 0..<count { text += pieces[Int.random(in: 0..<pieces.count, using: &self)] }
        return text
    }

    /// True in so many of a hundred cases.
    public mutating func happens(_ percent: Int) -> Bool {
        Int(next() >> 33) % 100 < percent
    }

    /// A number below `count`, which must be positive.
    public mutating func number(below count: Int) -> Int {
        Int(next() >> 33) % count
    }

    /// One of the elements, of which there must be at least one.
    public mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[number(below: elements.count)]
    }
}
