public import Bridge

/// How late a failed login is answered: later with each failure from the same address. A login that holds never asks here.
public struct LoginThrottle: Sendable {
    private struct Record {
        var failures: Int
        var last: Moment
    }

    /// The shortest and the longest wait; each is twice the one before.
    static let shortest: Duration = .seconds(1)
    static let longest: Duration = .seconds(15)
    /// How long failures are remembered after the last one.
    static let memory: Duration = .seconds(600)
    /// Addresses that are remembered at most.
    static let capacity = 4_096

    private var records: [String: Record] = [:]

    /// Nobody has failed yet.
    public init() {}

    /// How many addresses are remembered.
    var count: Int { records.count }

    /// Notes a failure.
    ///
    /// - Parameters:
    ///   - address: the peer's, or the one that a trusted proxy forwards
    ///   - now: when it failed
    /// - Returns: how long to wait with the answer
    public mutating func failed(from address: String, at now: Moment) -> Duration {
        var failures = 1
        if let record = records[address], now.since(record.last) < Self.memory { failures += record.failures }
        if records[address] == nil, records.count >= Self.capacity { makeRoom(at: now) }
        records[address] = Record(failures: failures, last: now)
        return failures > 4 ? Self.longest : min(Self.shortest * (1 << (failures - 1)), Self.longest)
    }

    private mutating func makeRoom(at now: Moment) {
        records = records.filter { now.since($0.value.last) < Self.memory }
        guard records.count >= Self.capacity else { return }
        // The older half goes, so that this is rare even if every failure comes from another address.
        let oldest = records.sorted { $0.value.last < $1.value.last }.prefix(Self.capacity / 2)
        for (address, _) in oldest { records[address] = nil }
    }
}
