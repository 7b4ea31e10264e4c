import Bridge

/// The challenges that an instance issued in the last minute: a login is asked for elsewhere only with one of them.
struct RecentChallenges {
    private struct Record {
        var challenge: String
        var issuedAt: Moment
    }

    /// How long a challenge is remembered.
    static let memory: Duration = .seconds(60)
    /// Challenges that are remembered at most; the oldest go first.
    static let capacity = 4_096

    private var records: [Record] = []

    /// Notes a challenge that is being issued.
    mutating func issued(_ challenge: String, at now: Moment) {
        if records.count >= Self.capacity { records.removeFirst(Self.capacity / 2) }
        let fresh = records.firstIndex { now.since($0.issuedAt) <= Self.memory } ?? records.endIndex
        if fresh > 16 { records.removeFirst(fresh) }
        records.append(Record(challenge: challenge, issuedAt: now))
    }

    /// Whether a challenge was issued in the last minute.
    func contains(_ challenge: String, at now: Moment) -> Bool {
        records.contains { $0.challenge == challenge && now.since($0.issuedAt) <= Self.memory }
    }
}
