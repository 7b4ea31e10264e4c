import Bridge

@testable import AppService

/// The product's side of the port, as a test needs it: keeps cursors, tells known posts from new ones, can be slow and can fail.
final class ConnectReceiver: Sendable {
    struct State {
        var cursors: [Zone: ConnectCursor] = [:]
        var known: Set<PostReference> = []
        /// What was there at first contact.
        var noted: [ConnectPost] = []
        /// What was new after that, in the order in which it came.
        var handled: [ConnectPost] = []
        /// Every event in a word or two.
        var events: [String] = []
        var isHeld = false
        var failures = 0
    }

    struct Unable: Error {}

    let zones: [Zone]
    let state: Watched<State>

    init(zones: [String] = ["whatsapp"], cursors: [Zone: ConnectCursor] = [:]) {
        self.zones = zones.map(Zone.init(rawValue:))
        state = Watched(State(cursors: cursors))
    }

    func subscriptions() -> [ZoneSubscription] {
        let cursors = state.current.value.cursors
        return zones.map { ZoneSubscription(zone: $0, cursor: cursors[$0]) }
    }

    func receive(_ event: ConnectEvent) async throws {
        _ = try await state.first { !$0.isHeld }
        let fails = state.update { state in
            if state.failures > 0, case .posted = event {
                state.failures -= 1
                return true
            }
            take(event, &state)
            return false
        }
        if fails { throw Unable() }
    }

    private func take(_ event: ConnectEvent, _ state: inout State) {
        switch event {
        case .connected(let identity, let isMissing): state.events.append("connected \(identity.sip)\(isMissing ? " without moderator" : "")")
        case .zoneMissing(let zone): state.events.append("missing \(zone)")
        case .disconnected(let reason): state.events.append("disconnected: \(reason)")
        case .caughtUp(let zone, let posts, let cursor):
            state.events.append("caught up \(zone)")
            let isFirst = state.cursors[zone] == nil
            for post in posts where state.known.insert(post.reference).inserted {
                if isFirst { state.noted.append(post) } else { state.handled.append(post) }
            }
            state.cursors[zone] = cursor
        case .changed(let post): state.events.append("changed \(post.reference)")
        case .posted(let post):
            state.events.append("posted")
            if state.known.insert(post.reference).inserted { state.handled.append(post) }
            state.cursors[post.zone] = post.cursor
        }
    }

    var events: [String] { state.current.value.events }
    var texts: [String] { state.current.value.handled.map(\.html) }
    var notedTexts: [String] { state.current.value.noted.map(\.html) }

    func hold(_ isHeld: Bool) { state.update { $0.isHeld = isHeld } }
    func failNext() { state.update { $0.failures += 1 } }

    /// Waits until so many events of this beginning have come.
    func wait(for prefix: String, count: Int = 1) async throws {
        _ = try await state.first { $0.events.filter { $0.hasPrefix(prefix) }.count >= count }
    }

    /// Waits until so many posts were handled.
    func wait(forPosts count: Int) async throws { _ = try await state.first { $0.handled.count >= count } }
}
