import Bridge
import Logging
import Protocol

/// Keeps in mind what the PBX says about licences, also while it is away and through a restart.
final class LicenceKeeper: Sendable {
    private let pool: Watched<LicencePool>
    private let links: PBXLinks
    private let store: SettingsStore
    private let bell: Bell
    private let clock: any WallClock
    private let logger: Logger

    /// - Parameters:
    ///   - pool: as it was kept last
    ///   - bell: rung when something else may be granted than before
    init(_ pool: LicencePool, links: PBXLinks, store: SettingsStore, bell: Bell, clock: any WallClock, logger: Logger) {
        self.pool = Watched(pool)
        self.links = links
        self.store = store
        self.bell = bell
        self.clock = clock
        self.logger = logger
    }

    /// What is granted to the numbers of these settings now.
    func standing(of settings: StoredSettings) -> LicenceStanding { LicenceStanding(pool.current.value, for: settings, at: clock.now()) }

    /// Follows the PBX's connections until the task is cancelled.
    func run() async {
        var newest = 0
        for await statuses in links.statuses() {
            let before = pool.current.value
            let now = clock.now()
            let login = statuses.first { $0.id > newest }
            if let login { newest = login.id }
            let after = pool.update { pool in
                if let info = login?.login.info { pool.loggedIn(count: info.lics, isInTestMode: info.testmode) }
                if statuses.isEmpty { pool.lost(at: now) }
                return pool
            }
            guard after != before else { continue }
            bell.ring()
            if after.grant(at: now) != before.grant(at: now) {
                logger.notice("The PBX says how many numbers may be licensed", metadata: ["licences": "\(Self.words(after))"])
            }
            do {
                try await store.keep(after)
            } catch {
                // The next login says it again; only a restart before that would begin with what was kept before.
                logger.warning("What the PBX says about licences cannot be kept", metadata: ["error": "\(error)"])
            }
        }
    }

    private static func words(_ pool: LicencePool) -> String { pool.isInTestMode ? "test mode" : "\(pool.count ?? 0)" }
}
