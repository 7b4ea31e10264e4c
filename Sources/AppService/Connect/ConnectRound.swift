import Bridge
import Logging
import Protocol
import Synchronization

/// One connection to Connect from login to end: the plain login that reads, and the moderator's that writes if it is there.
final class ConnectRound: Sendable {
    /// Why a round is over.
    struct End: Equatable, Sendable {
        /// In one phrase.
        var reason: String
        /// Whether the next round begins without delay.
        var againAtOnce = false
        /// Whether the product failed to handle an event.
        var isHandlersFault = false
    }

    /// How a round went.
    struct Outcome: Sendable {
        var end: End
        /// Whether the product was told that it is connected.
        var wasConnected: Bool
        /// Whether it was more than a failed attempt.
        var wasGood: Bool
    }

    /// How one post is written: where, under which name of its zone, and without an echo to which subscription.
    struct Writing: Sendable {
        var line: ConnectLine
        var topic: String
        var filterSource: ConnectSession.Source?
    }

    private struct Feed {
        var zone: Zone
        /// Nil once the zone is caught up.
        var catchUp: ZoneCatchUp?
    }

    private struct State {
        var reader: ConnectLine?
        var writer: ConnectLine?
        /// The zones that the login may use, as Connect writes them, by their names in lower case.
        var topics: [String: String] = [:]
        var missing: Set<Zone> = []
        var feeds: [ConnectSession.Source: Feed] = [:]
        var saysModeratorIsMissing = false
        var wasConnected = false
        var hasCaughtUp = false
    }

    /// How many live posts wait for the product before the round ends, to be caught up again.
    static let postLimit = 10_000

    let plain: ConnectServiceEntry
    let moderator: ConnectServiceEntry?
    private let wiring: ConnectWiring
    private let queue = ConnectEventQueue(postLimit: ConnectRound.postLimit)
    private let ending = Watched<End?>(nil)
    /// Whether the first login as moderator has succeeded; nil until that is known.
    private let moderatorLogin = Watched<Bool?>(nil)
    private let state = Mutex(State())

    init(plain: ConnectServiceEntry, moderator: ConnectServiceEntry?, wiring: ConnectWiring) {
        self.plain = plain
        self.moderator = moderator
        self.wiring = wiring
    }

    // MARK: What others ask for

    /// The line that reads, once everything is ready.
    var reader: ConnectLine? { state.withLock { $0.reader } }

    /// How to write to a zone; nil while that is not possible. Throws if the login has no access to the zone.
    func writing(to zone: Zone) throws(ZoneIsMissing) -> Writing? {
        let result = state.withLock { state -> Result<Writing?, ZoneIsMissing> in
            guard let reader = state.reader else { return .success(nil) }
            guard let topic = state.topics[zone.rawValue.lowercased()] else {
                state.missing.insert(zone)
                return .failure(ZoneIsMissing())
            }
            let source = state.feeds.first { $0.value.zone == zone }?.key
            return .success(Writing(line: state.writer ?? reader, topic: topic, filterSource: source))
        }
        return try result.get()
    }

    /// The login has no access to the zone.
    struct ZoneIsMissing: Error {}

    /// Ends the round; the first reason counts.
    func end(_ end: End) { ending.update { $0 = $0 ?? end } }

    // MARK: The round

    /// Runs until the round ends. Returns only after the product has finished with the event it is at.
    func run(
        zones: @escaping @Sendable () async throws -> [ZoneSubscription], receive: @escaping @Sendable (ConnectEvent) async throws -> Void
    ) async -> Outcome {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.handOver(receive) }
            group.addTask {
                await self.connect(zones)
                self.queue.finish()
            }
        }
        let end = ending.current.value ?? End(reason: "stopped")
        return state.withLock { state in
            Outcome(end: end, wasConnected: state.wasConnected, wasGood: state.wasConnected && (!end.isHandlersFault || state.hasCaughtUp))
        }
    }

    private func connect(_ zones: @escaping @Sendable () async throws -> [ZoneSubscription]) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.read(zones) }
            if let moderator { group.addTask { await self.write(on: moderator) } }
            group.addTask { await self.watchOffer() }
            _ = try? await ending.first { $0 != nil }
            group.cancelAll()
        }
        state.withLock { state in
            state.reader = nil
            state.writer = nil
        }
    }

    private func handOver(_ receive: @Sendable (ConnectEvent) async throws -> Void) async {
        while let event = await queue.next() {
            do {
                if case .connected = event { state.withLock { $0.wasConnected = true } }
                try await receive(event)
                if case .caughtUp = event { state.withLock { $0.hasCaughtUp = true } }
            } catch {
                wiring.logger.error("an event of Connect could not be handled", metadata: ["error": "\(error)"])
                end(End(reason: "a post could not be handled", isHandlersFault: true))
                return
            }
        }
    }

    private func watchOffer() async {
        let offered = ConnectOffer.listed(plain: plain, moderator: moderator)
        guard let offer = try? await wiring.offers.first(where: { $0 != offered }) else { return }
        end(End(reason: offer.reason, againAtOnce: true))
    }

    // MARK: Reading

    private func read(_ zones: @escaping @Sendable () async throws -> [ZoneSubscription]) async {
        do {
            let reason = try await wiring.services.withConnection(to: plain) { [self] connection in
                let line = ConnectLine(connection, clock: wiring.clock, logger: wiring.logger) {
                    self.changed($0, $1)
                } onLive: {
                    self.live($0, $1)
                }
                return await withTaskGroup(of: Void.self) { group in
                    group.addTask { await self.start(line, zones) }
                    let reason = await line.pump()
                    group.cancelAll()
                    return reason
                }
            }
            end(End(reason: reason))
        } catch {
            end(End(reason: "no login at Connect: \(error)"))
        }
    }

    private func start(_ line: ConnectLine, _ zones: @Sendable () async throws -> [ZoneSubscription]) async {
        do {
            let topics = try await line.readTopics()
            let isModeratorMissing = await !canWriteAsModerator()
            state.withLock { state in
                state.topics = Dictionary(topics.map { ($0.sip.lowercased(), $0.sip) }) { first, _ in first }
                state.reader = line
                state.saysModeratorIsMissing = isModeratorMissing
            }
            queue.append(.connected(ConnectorIdentity(sip: line.sip), moderatorIsMissing: isModeratorMissing))
            var seen: Set<Zone> = []
            let subscriptions = try await zones().filter { seen.insert($0.zone).inserted }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for subscription in subscriptions { group.addTask { try await self.subscribe(subscription, on: line) } }
                try await group.waitForAll()
            }
            try await watchMissingZones()
        } catch is ConnectLine.Failure {
            // The line has ended, and says why.
        } catch is CancellationError {
        } catch let failure as Connect.Failure {
            end(End(reason: "Connect refused: \(failure.words)"))
        } catch {
            end(End(reason: "the zones could not be read: \(error)"))
        }
    }

    private func subscribe(_ subscription: ZoneSubscription, on line: ConnectLine) async throws {
        let zone = subscription.zone
        guard let topic = state.withLock({ $0.topics[zone.rawValue.lowercased()] }) else { return missing(subscription) }
        let source = line.makeSource()
        let catchUp = ZoneCatchUp(topic: topic, cursor: subscription.cursor)
        state.withLock { $0.feeds[source] = Feed(zone: zone, catchUp: catchUp) }
        var reply = try await line.ask(.setFilter(catchUp.subscription), as: source)
        if let failure = reply.result.failure {
            if case .temporary = PostRefusal(failure) { throw failure }
            state.withLock { $0.feeds[source] = nil }
            return missing(subscription)
        }
        while let next = pageReceived(reply.adds, of: source) {
            reply = try await line.ask(.getMore(next), as: source)
            if let failure = reply.result.failure { throw failure }
        }
    }

    private func missing(_ subscription: ZoneSubscription) {
        guard !subscription.isFormer else { return }
        state.withLock { _ = $0.missing.insert(subscription.zone) }
        queue.append(.zoneMissing(subscription.zone))
    }

    /// What to ask for next; nil once the zone is caught up and its live posts flow.
    private func pageReceived(_ page: [Connect.Add], of source: ConnectSession.Source) -> Connect.GetMore? {
        state.withLock { state in
            switch state.feeds[source]?.catchUp?.pageReceived(page) {
            case .getMore(let next)?: return next
            case .finished(let outcome)?:
                guard let zone = state.feeds[source]?.zone else { return nil }
                state.feeds[source]?.catchUp = nil
                if !outcome.isComplete {
                    wiring.logger.error("a zone has more posts than can be caught up", metadata: ["zone": "\(zone)"])
                }
                queue.append(outcome.posts.compactMap { post($0, in: zone) }, of: zone, upTo: outcome.position)
                for add in outcome.waiting { handOver(add, in: zone) }
                return nil
            case nil: return nil
            }
        }
    }

    private func live(_ source: ConnectSession.Source, _ add: Connect.Add) {
        state.withLock { state in
            guard let zone = state.feeds[source]?.zone else { return }
            guard let waiting = state.feeds[source]?.catchUp?.live(add) else { return handOver(add, in: zone) }
            if waiting > Self.postLimit { overflow() }
        }
    }

    /// One that comes before its zone is caught up is read there as it is.
    private func changed(_ source: ConnectSession.Source, _ add: Connect.Add) {
        state.withLock { state in
            guard let feed = state.feeds[source], feed.catchUp == nil, add.isIn(feed.zone.rawValue), let post = post(add, in: feed.zone) else {
                return
            }
            queue.append(.changed(post))
        }
    }

    private func handOver(_ add: Connect.Add, in zone: Zone) {
        guard add.isIn(zone.rawValue), let post = post(add, in: zone), let position = ZonePosition(add) else { return }
        if !queue.append(post, at: position) { overflow() }
    }

    private func overflow() { end(End(reason: "too many posts wait to be handled; they are read again", againAtOnce: true)) }

    private func post(_ add: Connect.Add, in zone: Zone) -> ConnectPost? {
        let post = wiring.reading.post(add, in: zone)
        if post == nil { wiring.logger.warning("a post without time or author is left out", metadata: ["id": "\(add.id?.rawValue ?? 0)"]) }
        return post
    }

    // MARK: Zones that are missing

    /// Looks for missing zones with a login of its own, because the zones of a login are settled when it is made: whenever the list of
    /// services changes, and every 5 minutes. Ends the round when one has appeared.
    private func watchMissingZones() async throws {
        var version = wiring.offers.version
        while true {
            try await waitForTime(orListSince: version)
            // A list that comes during the search is not missed.
            version = wiring.offers.version
            let missing = state.withLock { $0.missing }
            guard !missing.isEmpty else { continue }
            guard let topics = try? await wiring.withFreshLine(to: plain, { try await $0.readTopics() }) else { continue }
            let names = Set(topics.map { $0.sip.lowercased() })
            if missing.contains(where: { names.contains($0.rawValue.lowercased()) }) {
                end(End(reason: "a zone has become accessible", againAtOnce: true))
            }
        }
    }

    private func waitForTime(orListSince version: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await self.wiring.offers.changed(since: version) }
            group.addTask { try await self.wiring.clock.sleep(for: .seconds(300)) }
            try await group.next()
        }
    }

    // MARK: Writing as moderator

    /// Waits up to 10 s for the login as moderator, if it is offered.
    private func canWriteAsModerator() async -> Bool {
        guard moderator != nil else { return false }
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await self.moderatorLogin.first { $0 != nil }) == true }
            group.addTask {
                try? await self.wiring.clock.sleep(for: .seconds(10))
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    private func write(on moderator: ConnectServiceEntry) async {
        var delay = ReconnectDelay()
        while !Task.isCancelled {
            do {
                try await wiring.services.withConnection(to: moderator) { [self] connection in
                    let line = ConnectLine(connection, clock: wiring.clock, logger: wiring.logger)
                    writerIsReady(line)
                    let reason = await line.pump()
                    state.withLock { $0.writer = nil }
                    wiring.logger.info("the moderator's connection to Connect ended", metadata: ["reason": "\(reason)"])
                }
                delay.reset()
            } catch {
                // The end of the service is not a failure of the login.
                if Task.isCancelled { return }
                wiring.logger.warning("no login at Connect as moderator", metadata: ["error": "\(error)"])
            }
            moderatorLogin.update { $0 = $0 ?? false }
            guard (try? await wiring.clock.sleep(for: delay.next(jitter: wiring.jitter()))) != nil else { return }
        }
    }

    /// If it was said that the moderator is missing, that is taken back.
    private func writerIsReady(_ line: ConnectLine) {
        let wasMissed = state.withLock { state in
            state.writer = line
            defer { state.saysModeratorIsMissing = false }
            return state.saysModeratorIsMissing
        }
        moderatorLogin.update { $0 = true }
        if wasMissed { queue.append(.connected(ConnectorIdentity(sip: line.sip), moderatorIsMissing: false)) }
    }
}

extension ConnectOffer {
    /// Why there is no connection with this offer, or why it has to be made anew.
    var reason: String {
        switch self {
        case .noLink: "there is no connection to the PBX"
        case .notListed: "the PBX does not offer the Connect app"
        case .listed: "the PBX's list of services has changed"
        }
    }
}
