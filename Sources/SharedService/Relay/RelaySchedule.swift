import Bridge

/// When a notification that an instance did not take is offered again.
enum RelaySchedule {
    /// How long a notification is offered: as long as Meta does (WhatsApp Cloud API, 1.4).
    static let lifetime = Duration.seconds(7 * 24 * 3_600)

    private static let pauses: [Int64] = [1, 2, 5, 10, 30, 60, 120, 300, 600, 900]

    /// How long to wait after so many failures in a row.
    static func pause(afterFailures failures: Int) -> Duration {
        .seconds(pauses[min(max(failures, 1), pauses.count) - 1])
    }

    /// Whether a notification is too old to be offered any more.
    static func isOver(receivedAt: Moment, now: Moment) -> Bool { now.since(receivedAt) >= lifetime }

    /// How long the end of a binding is tried at Meta before the token is erased without it.
    static let longestEnding = Duration.seconds(24 * 3_600)
}
