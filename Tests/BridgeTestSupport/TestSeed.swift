import FoundationEssentials

/// Where the random choices of property tests begin: anew in every run, unless `CONNECTOR_TEST_SEED` in the environment says where.
///
/// Each round has a seed of its own, and a round that fails is to print ``hint(_:)``: with that in the environment it is the first one.
public enum TestSeed {
    /// The first round's seed.
    public static let first: UInt64 =
        ProcessInfo.processInfo.environment["CONNECTOR_TEST_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...999_999_999)

    /// The seeds of a number of rounds, times the factor of ``TestScale``.
    public static func rounds(_ usual: Int) -> [UInt64] {
        (0..<UInt64(TestScale.rounds(usual))).map { first &+ $0 }
    }

    /// How to repeat a round.
    public static func hint(_ seed: UInt64) -> String { "CONNECTOR_TEST_SEED=\(seed)" }
}
