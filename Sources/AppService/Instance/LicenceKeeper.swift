import Bridge
import Logging
import Synchronization

/// What the PBX says about licences now.
protocol LicenceSource: Sendable {
    /// What its newest login says, of those that last; nil while no PBX is connected.
    var grant: LicencePool.Grant? { get }
    /// Changes with `grant`, and sometimes without.
    var version: Int { get }
    /// Returns once `version` is another one, when the clock shows `moment` if there is one, or when the task is cancelled.
    func wait(since version: Int, until moment: Moment?, clock: any WallClock) async
}

/// Knows which numbers are licensed, and has the instance follow whatever changes that: the PBX's logins, settings, and time.
final class LicenceKeeper: Sendable {
    private struct State {
        var pool: LicencePool
        var settings: StoredSettings
        /// The numbers that the instance takes for licensed.
        var applied: Set<PhoneNumberID>
    }

    /// How old the note of when the PBX was seen last may become. By so much the grace is shorter after a crash.
    static let noteInterval: Duration = .seconds(3_600)

    private let source: any LicenceSource
    private let language: Language
    private let clock: any WallClock
    private let logger: Logger
    private let turns = Turns()
    private let state: Mutex<State>

    /// - Parameters:
    ///   - pool: what is remembered of the PBX's last login
    ///   - settings: what the instance begins with
    ///   - source: what the PBX grants now
    init(_ pool: LicencePool, settings: StoredSettings, source: any LicenceSource, language: Language, clock: any WallClock, logger: Logger) {
        self.source = source
        self.language = language
        self.clock = clock
        self.logger = logger
        let applied = Self.licensed(settings, pool, at: clock.now())
        state = Mutex(State(pool: pool, settings: settings, applied: applied))
    }

    /// The pool as it is now: of several connections the newest login counts.
    private var pool: LicencePool {
        let grant = source.grant
        let now = clock.now()
        return state.withLock { state in
            if let grant {
                state.pool.granted(grant)
            } else {
                state.pool.lost(at: now)
            }
            return state.pool
        }
    }

    /// What the PBX grants, and which numbers of these settings are in use because of it.
    func standing(of settings: StoredSettings) -> LicenceStanding {
        let pool = pool
        let now = clock.now()
        let grant = pool.standing(at: now)
        let licensed = Self.licensed(settings, pool, at: now)
        return LicenceStanding(
            count: grant.count, isTestMode: grant.isTestMode, graceUntil: pool.graceUntil(at: now),
            active: licensed.filter { settings.activeNumbers[$0]?.isJoined == true })
    }

    /// The rules' view of the settings that the instance begins with.
    var beginning: BridgeSettings { state.withLock { bridge($0.settings, licensed: $0.applied) } }

    /// The zones of the numbers that are in use.
    var zones: [Zone] {
        let (settings, licensed) = state.withLock { ($0.settings, $0.applied) }
        return Set(bridge(settings, licensed: licensed).numbers.values.filter(\.isLicensed).compactMap(\.zone)).sorted { $0.rawValue < $1.rawValue }
    }

    /// Has the instance take new settings over.
    func take(_ settings: StoredSettings, _ apply: (BridgeSettings) async throws -> Void) async throws {
        try await turns.take {
            state.withLock { $0.settings = settings }
            try await follow(apply)
        }
    }

    /// Follows the PBX's logins and the clock, until the task is cancelled.
    /// - Parameters:
    ///   - save: remembers a grant, and when the PBX was seen last
    ///   - apply: has the instance take settings over; called again until it succeeds
    func run(
        save: (LicencePool.Grant, Moment) async throws -> Void, apply: (BridgeSettings) async throws -> Void
    ) async {
        var saved: (pool: LicencePool, at: Moment) = (state.withLock { $0.pool }, clock.now())
        var complaint: String?
        while !Task.isCancelled {
            let version = source.version
            var next: Moment?
            do {
                let pool = pool
                try await turns.take {
                    let now = clock.now()
                    let isNew = state.withLock { Self.licensed($0.settings, pool, at: now) != $0.applied }
                    if isNew { try await follow(apply) }
                }
                let now = clock.now()
                if let grant = pool.grant, pool != saved.pool || pool.isGranted && saved.at + Self.noteInterval <= now {
                    try await save(grant, pool.lostAt ?? now)
                    saved = (pool, now)
                }
                next = pool.isGranted ? saved.at + Self.noteInterval : pool.nextChange(after: now)
                complaint = nil
            } catch {
                if !Task.isCancelled, complaint != "\(error)" {
                    complaint = "\(error)"
                    logger.error("Changed licences cannot be taken over yet", metadata: ["error": "\(error)"])
                }
                next = clock.now() + .seconds(1)
            }
            await source.wait(since: version, until: next, clock: clock)
        }
    }

    /// To be called in turn.
    private func follow(_ apply: (BridgeSettings) async throws -> Void) async throws {
        let pool = pool
        let now = clock.now()
        let (settings, before) = state.withLock { ($0.settings, $0.applied) }
        let licensed = Self.licensed(settings, pool, at: now)
        try await apply(bridge(settings, licensed: licensed))
        state.withLock { $0.applied = licensed }
        guard licensed != before else { return }
        let unlicensed = settings.activeNumbers.keys.filter { !licensed.contains($0) }.map(\.rawValue).sorted()
        logger.notice(
            "Licences have changed",
            metadata: ["licensed": "\(licensed.count)", "without licence": "\(unlicensed.joined(separator: ", "))"])
    }

    private func bridge(_ settings: StoredSettings, licensed: Set<PhoneNumberID>) -> BridgeSettings {
        var bridge = BridgeSettings(settings, language: language)
        for id in bridge.numbers.keys { bridge.numbers[id]?.isLicensed = licensed.contains(id) }
        return bridge
    }

    private static func licensed(_ settings: StoredSettings, _ pool: LicencePool, at now: Moment) -> Set<PhoneNumberID> {
        let candidates = settings.activeNumbers.filter(\.value.isLicensed)
        return pool.active(of: candidates.map { LicencePool.Candidate(id: $0.key, licensedAt: $0.value.licensedAt) }, at: now)
    }
}
