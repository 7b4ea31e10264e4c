import NIOCore
import Synchronization

/// The connections of a server: how many there are, which of them want to be told the time, and whether the end is near.
final class ConnectionRegistry: Sendable {
    private struct State {
        var connections: [ObjectIdentifier: (channel: any Channel, deadline: Deadline)] = [:]
        var isQuiescing = false
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether nothing new is to be begun.
    var isQuiescing: Bool { state.withLock { $0.isQuiescing } }

    /// How many connections there are.
    var count: Int { state.withLock { $0.connections.count } }

    /// Takes a new connection; returns false if there are too many.
    func add(_ channel: any Channel, _ deadline: Deadline) -> Bool {
        let id = ObjectIdentifier(channel)
        let isTaken = state.withLock { state in
            guard state.connections.count < limit, !state.isQuiescing else { return false }
            state.connections[id] = (channel, deadline)
            return true
        }
        guard isTaken else { return false }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { _ = $0.connections.removeValue(forKey: id) }
        }
        return true
    }

    /// Tells the time to those who wait for it.
    func tell(_ now: Duration) {
        for connection in all() where connection.deadline.isReached(at: now) {
            connection.channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.timeReached(now))
        }
    }

    /// Tells all to finish what is in progress.
    func quiesce() {
        state.withLock { $0.isQuiescing = true }
        for connection in all() { connection.channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.quiesce) }
    }

    /// Closes all.
    func cut() {
        for connection in all() { connection.channel.close(promise: nil) }
    }

    private func all() -> [(channel: any Channel, deadline: Deadline)] {
        state.withLock { Array($0.connections.values) }
    }
}
