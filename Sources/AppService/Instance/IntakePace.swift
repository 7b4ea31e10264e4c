/// When the intake lets webhooks go first whose sender waits for an answer.
///
/// Taking a webhook apart takes the database's only writer longer than keeping it does. So while webhooks pour in they are kept first, and taken
/// apart a little later, in larger portions.
struct IntakePace {
    /// From how many webhooks a second on they pour in.
    static let pouring = 1_000
    /// How many have to come in between two looks for that; a few that came at once say nothing.
    static let fewest = 32
    /// How long the intake rests then.
    static let rest = Duration.milliseconds(50)
    /// For how long a webhook may have waited before nothing goes first any more.
    static let longestDelay = Duration.seconds(5)

    private var received = 0

    /// How long to rest after a portion; nil for not at all.
    ///
    /// - Parameters:
    ///   - total: how many webhooks have come in so far, since whenever
    ///   - elapsed: since the last look
    ///   - waited: for how long the oldest of the portion has waited
    mutating func rest(received total: Int, after elapsed: Duration, oldestWaited waited: Duration) -> Duration? {
        let arrived = total - received
        received = total
        guard arrived >= Self.fewest, elapsed * Self.pouring < .seconds(arrived), waited < Self.longestDelay else { return nil }
        return Self.rest
    }
}
