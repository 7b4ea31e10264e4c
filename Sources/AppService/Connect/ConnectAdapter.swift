public import Bridge
public import Logging
import Protocol
import Synchronization

/// Connect behind its port, in the public profile: reads on the plain login and writes on the moderator's if there is one.
///
/// `run` keeps it connected; everything else needs it to run. One adapter serves one Connect app.
public final class ConnectAdapter: ConnectAppPort {
    private struct State {
        var round: ConnectRound?
        /// The ways to give files that Connect has not shown to be closed.
        var ways = ConnectFileWay.allCases
        /// When a post was tried first whose fate is not known, by its key.
        var attempts: [String: Moment] = [:]
    }

    let wiring: ConnectWiring
    let files: ConnectFiles?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - app: The SIP name of the Connect app object. The moderator's entry is `<app>~moderator`.
    ///   - services: The PBX's services.
    ///   - clock: The one clock.
    ///   - logger: Gets no texts of posts.
    ///   - files: How to give and read files; nil if there are none.
    ///   - jitter: By which waits before reconnecting are multiplied.
    public init(
        app: String = "connect", services: any ConnectServices, clock: any WallClock, logger: Logger, files: ConnectFiles? = nil,
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0.8...1.2) }
    ) {
        self.files = files
        wiring = ConnectWiring(app: app, services: services, clock: clock, logger: logger, jitter: jitter, reading: PostReading(app: app))
    }

    /// Keeps the zones subscribed until the task is cancelled. To be run once at a time.
    public func run(
        zones: @escaping @Sendable () async throws -> [ZoneSubscription], receive: @escaping @Sendable (ConnectEvent) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await list in self.wiring.services.lists() {
                    self.wiring.offers.update { $0 = ConnectOffer(list, app: self.wiring.app) }
                }
            }
            group.addTask { try await self.keepConnected(zones, receive) }
            try await group.waitForAll()
        }
    }

    /// Whether the PBX may offer the app; false only if it lists services, and this one is not among them.
    public var isListed: Bool { wiring.offers.read { $0 != .notListed } }

    /// Connects anew, for example because the zones to be subscribed have changed.
    public func reconnect() {
        round?.end(ConnectRound.End(reason: "the zones have changed", againAtOnce: true))
    }

    // MARK: For the other files

    /// The present round, if there is one.
    var round: ConnectRound? { state.withLock { $0.round } }

    /// The entry of the plain login.
    /// - Throws: `ConnectUnavailable` if the PBX offers none.
    func plainEntry() throws -> ConnectServiceEntry {
        guard let plain = wiring.offers.current.value.plain else { throw ConnectUnavailable() }
        return plain
    }

    /// The way to give files that is to be tried next; nil if all are closed.
    var fileWay: ConnectFileWay? { state.withLock { $0.ways.first } }

    /// Notes that Connect does not take files by this way.
    func closed(_ way: ConnectFileWay) {
        state.withLock { $0.ways.removeAll { $0 == way } }
        wiring.logger.notice("Connect does not take files this way; trying the next", metadata: ["way": "\(way)"])
    }

    /// Tries all ways again: another Connect may know more.
    private func reopenFileWays() { state.withLock { $0.ways = ConnectFileWay.allCases } }

    func attempted(_ key: String) {
        let now = wiring.clock.now()
        state.withLock { state in
            if state.attempts.count >= 10_000 { state.attempts = [:] }
            state.attempts[key] = state.attempts[key] ?? now
        }
    }

    func settled(_ key: String) { state.withLock { $0.attempts[key] = nil } }

    func firstAttempt(_ key: String) -> Moment? { state.withLock { $0.attempts[key] } }

    // MARK: Rounds

    private func keepConnected(
        _ zones: @escaping @Sendable () async throws -> [ZoneSubscription], _ receive: @escaping @Sendable (ConnectEvent) async throws -> Void
    ) async throws {
        var delay = ReconnectDelay()
        var lastReason: String?
        while true {
            try Task.checkCancellation()
            let (version, offer) = wiring.offers.current
            guard case .listed(let plain, let moderator) = offer else {
                if version > 0, lastReason != offer.reason {
                    lastReason = offer.reason
                    try? await receive(.disconnected(offer.reason))
                }
                try await wiring.offers.changed(since: version)
                continue
            }
            reopenFileWays()
            let round = ConnectRound(plain: plain, moderator: moderator, wiring: wiring)
            state.withLock { $0.round = round }
            let outcome = await round.run(zones: zones, receive: receive)
            state.withLock { $0.round = nil }
            try Task.checkCancellation()
            wiring.logger.notice("Connect is disconnected", metadata: ["reason": "\(outcome.end.reason)"])
            if outcome.wasConnected || outcome.end.reason != lastReason {
                lastReason = outcome.end.reason
                try? await receive(.disconnected(outcome.end.reason))
            }
            if outcome.wasGood { delay.reset() }
            if !outcome.end.againAtOnce { try await wait(delay.next(jitter: wiring.jitter()), whileOffered: offer) }
        }
    }

    private func wait(_ duration: Duration, whileOffered offer: ConnectOffer) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.wiring.clock.sleep(for: duration) }
            group.addTask { _ = try await self.wiring.offers.first { $0 != offer } }
            try await group.next()
        }
    }
}
