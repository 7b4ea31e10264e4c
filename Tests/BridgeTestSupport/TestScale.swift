import FoundationEssentials

/// How much property tests do. Their usual numbers take seconds and run always; `CONNECTOR_TEST_SCALE=n` in the environment multiplies
/// them by n, for a long run.
public enum TestScale {
    /// The factor, 1 unless the environment says otherwise.
    public static let factor: Int = max(1, ProcessInfo.processInfo.environment["CONNECTOR_TEST_SCALE"].flatMap { Int($0) } ?? 1)

    /// A usual number of rounds, times the factor.
    public static func rounds(_ usual: Int) -> Int { usual * factor }
}
