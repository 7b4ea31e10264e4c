/// How long to wait before the next attempt: 1 s, doubled each time, at most 60 s (AppWebsocket, Reconnect and close behaviour).
struct ReconnectDelay: Sendable {
    private var seconds = 1.0

    /// The next wait.
    /// - Parameter jitter: By which it is multiplied, so that many connectors do not come back at once.
    mutating func next(jitter: Double) -> Duration {
        defer { seconds = min(seconds * 2, 60) }
        return .milliseconds(Int64(seconds * jitter * 1_000))
    }

    /// After a success.
    mutating func reset() { seconds = 1 }
}
