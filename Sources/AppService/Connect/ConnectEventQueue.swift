import Bridge

/// The events between the connection, which never waits, and the product, which may.
final class ConnectEventQueue: Sendable {
    private struct State {
        var buffer: EventBuffer
        var isFinished = false
    }

    private let state: Watched<State>

    init(postLimit: Int) { state = Watched(State(buffer: EventBuffer(postLimit: postLimit))) }

    /// Adds anything but a live post.
    func append(_ event: ConnectEvent) { state.update { $0.buffer.append(event) } }

    /// Adds a zone's caught-up posts.
    func append(_ posts: [ConnectPost], of zone: Zone, upTo position: ZonePosition) {
        state.update { $0.buffer.append(posts, of: zone, upTo: position) }
    }

    /// Adds a live post.
    /// - Returns: Whether there was room.
    func append(_ post: ConnectPost, at position: ZonePosition) -> Bool { state.update { $0.buffer.append(post, at: position) } }

    /// Drops what waits, and ends the events.
    func finish() {
        state.update { state in
            state.buffer = EventBuffer(postLimit: 0)
            state.isFinished = true
        }
    }

    /// The next event, waiting for it; nil after the end, or when the task is cancelled. For one consumer.
    func next() async -> ConnectEvent? {
        while true {
            let version = state.version
            if let event = state.update({ $0.isFinished ? nil : $0.buffer.popFirst() }) { return event }
            if state.read({ $0.isFinished }) { return nil }
            // Taking nothing counts as a change as well.
            guard (try? await state.changed(since: version + 1)) != nil else { return nil }
        }
    }
}
