import Bridge
import Protocol

/// How many pairings may be started, by one connector and at once.
struct StartLimiter: Sendable {
    /// Starts of one connector within ``window``.
    static let mostStarts = 30
    /// The time that starts are counted in.
    static let window = Duration.seconds(600)
    /// Pairings of one connector that are open at once.
    static let mostOpenOfOne = 50
    /// Pairings that are open at once.
    static let mostOpen = 500

    private var starts: [String: [Moment]] = [:]

    /// Counts a start, or says why it is one too many.
    ///
    /// - Parameters:
    ///   - connector: who starts
    ///   - openOfOne: how many pairings of that one are open
    ///   - open: how many are open at all
    mutating func start(by connector: String, openOfOne: Int, open: Int, at now: Moment) -> Pairing.Refusal? {
        let recent = (starts[connector] ?? []).filter { now.since($0) < Self.window }
        guard recent.count < Self.mostStarts, openOfOne < Self.mostOpenOfOne, open < Self.mostOpen else {
            starts[connector] = recent
            return Pairing.Refusal(.tooMany, "Too many pairings are under way. Wait some minutes, then try again.")
        }
        starts[connector] = recent + [now]
        return nil
    }
}
