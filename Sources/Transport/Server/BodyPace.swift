/// How long a peer may keep a body's reader waiting: a fixed allowance in total, and more with every byte that arrives.
/// Pauses of the reader's own do not count.
struct BodyPace: Equatable {
    private let allowance: Duration
    private let minimumRate: Int
    private var waited = Duration.zero
    private var received = 0

    /// - Parameters:
    ///   - allowance: The total wait of a body without any byte.
    ///   - minimumRate: Bytes a second.
    init(allowance: Duration, minimumRate: Int) {
        self.allowance = allowance
        self.minimumRate = max(1, minimumRate)
    }

    /// When a wait that begins now is over.
    func deadline(from now: Duration) -> Duration {
        now + allowance + .milliseconds(received / minimumRate * 1000 + received % minimumRate * 1000 / minimumRate) - waited
    }

    /// A wait ended with that many bytes.
    mutating func received(_ bytes: Int, after wait: Duration) {
        received += bytes
        waited += wait
    }
}
