import Bridge
import Crypto
import Logging
import Protocol
import Synchronization

/// Looks after the accounts: asks Meta once a day whether their tokens are good and how their numbers are, and takes what Meta tells of them.
final class AccountCare: Sendable {
    /// How often an account is looked at.
    static let interval: Duration = .seconds(24 * 3_600)
    /// When it is tried again after nobody answered.
    static let retry: Duration = .seconds(600)
    /// At a start nobody is asked earlier, and nobody again within an hour: a service that is started over and over asks little.
    static let settling: Duration = .seconds(60)
    /// Over how much time the first look after a start is spread.
    static let spread: Duration = .seconds(540)

    /// What it needs of the instance.
    struct Surroundings: Sendable {
        var graph: GraphClient
        var settings: @Sendable () -> StoredSettings
        var credentials: @Sendable (String) -> GraphCredentials?
        /// Keeps what is known.
        var save: @Sendable ([String: AccountStanding]) async throws -> Void
        /// Keeps what Meta says of numbers.
        var saveProfiles: @Sendable (_ account: String, [GraphPhoneNumber]) async throws -> Void
        /// A random number from 0 to 1.
        var jitter: @Sendable () -> Double = { .random(in: 0...1) }
        var clock: any WallClock
        var logger: Logger
    }

    private struct State {
        var standings: [String: AccountStanding]
        /// When an account is to be looked at.
        var due: [String: Moment] = [:]
    }

    private let surroundings: Surroundings
    private let state: Mutex<State>
    private let bell = Bell()
    private let watched = Watched<Void>(())

    init(_ standings: [String: AccountStanding], _ surroundings: Surroundings) {
        state = Mutex(State(standings: standings))
        self.surroundings = surroundings
    }

    /// What is known of each account.
    var standings: [String: AccountStanding] { state.withLock { $0.standings } }

    /// Changes with ``standings``.
    var version: Int { watched.version }

    /// Returns once ``version`` is another one.
    func changed(since version: Int) async throws { try await watched.changed(since: version) }

    /// The accounts that nothing can be sent from.
    var refused: Set<String> { Set(standings.filter { $0.value.isRevoked || $0.value.loss != nil }.keys) }

    /// The settings have changed: there may be other tokens.
    func settingsChanged() { bell.ring() }

    /// Takes what a shared service said of a new token, which Meta may not tell a token itself.
    func note(_ account: String, expiresAt: Moment?, dataAccessExpiresAt: Moment?) {
        guard let token = Self.name(of: account, in: surroundings.settings()) else { return }
        let now = surroundings.clock.now()
        state.withLock { state in
            var standing = AccountStanding(token: token, firstSeenAt: now)
            standing.expiresAt = expiresAt
            standing.dataAccessExpiresAt = dataAccessExpiresAt
            state.standings[account] = standing
            state.due[account] = now
        }
        bell.ring()
    }

    /// Takes what Meta told of accounts. Doing it twice does no harm.
    func take(_ notices: [WhatsApp.AccountNotice]) async {
        let accounts = surroundings.settings().accounts
        let now = surroundings.clock.now()
        for notice in notices {
            switch notice {
            case .lost(let account, let reason):
                guard let token = Self.name(of: account, in: surroundings.settings()), accounts[account] != nil else { continue }
                let isNew = state.withLock { state in
                    var standing = state.standings[account] ?? AccountStanding(token: token, firstSeenAt: now)
                    defer { state.standings[account] = standing }
                    standing.loss = MetaQuotation.plain(reason, upTo: 40)
                    return state.standings[account]?.loss == nil
                }
                guard isNew else { continue }
                surroundings.logger.error(
                    "The app has lost a WhatsApp Business Account: nothing can be sent from it until it is joined again",
                    metadata: ["account": "\(account)", "reason": "\(reason)"])
                await save()
            case .regained(let account), .changed(let account):
                guard accounts[account] != nil else { continue }
                state.withLock { $0.due[account] = now }
            }
        }
        bell.ring()
    }

    // MARK: Looking

    /// Looks after the accounts until the task is cancelled.
    func run() async {
        let start = surroundings.clock.now()
        plan(atStart: start)
        while !Task.isCancelled {
            plan()
            let (now, due) = (surroundings.clock.now(), state.withLock { $0.due })
            if let (account, _) = due.filter({ $0.value <= now }).min(by: { $0.value < $1.value }) {
                await look(at: account)
                continue
            }
            await bell.wait(until: due.values.min(), clock: surroundings.clock)
        }
    }

    private func plan(atStart start: Moment) {
        let settings = surroundings.settings()
        for account in settings.accounts.keys {
            guard let name = Self.name(of: account, in: settings) else { continue }
            let soon = start + Self.settling + .milliseconds(Int64(Double(Self.spread.wholeMilliseconds) * surroundings.jitter()))
            state.withLock { state in
                if state.standings[account]?.token != name { state.standings[account] = AccountStanding(token: name, firstSeenAt: start) }
                let last = state.standings[account]?.checkedAt
                let isRecent = last.map { start.since($0) < .seconds(3_600) && start >= $0 } ?? false
                state.due[account] = isRecent ? (last ?? start) + Self.interval : soon
            }
        }
    }

    /// New tokens are looked at at once; what is gone is forgotten.
    private func plan() {
        let settings = surroundings.settings()
        let now = surroundings.clock.now()
        state.withLock { state in
            for account in Set(state.standings.keys).union(state.due.keys) where Self.name(of: account, in: settings) == nil {
                state.standings[account] = nil
                state.due[account] = nil
            }
            for account in settings.accounts.keys {
                guard let name = Self.name(of: account, in: settings), state.standings[account]?.token != name else { continue }
                state.standings[account] = AccountStanding(token: name, firstSeenAt: now)
                state.due[account] = now
            }
        }
    }

    private func look(at account: String) async {
        let (clock, logger) = (surroundings.clock, surroundings.logger)
        guard let credentials = surroundings.credentials(account) else {
            state.withLock { $0.due[account] = clock.now() + Self.retry }
            return
        }
        let wasLost = state.withLock { state in
            // Whatever happens while Meta is being asked may want it to be asked once more.
            state.due[account] = clock.now() + Self.interval
            return state.standings[account]?.loss != nil
        }
        let info = await surroundings.graph.tokenInfo(with: credentials).outcome
        let numbers = await surroundings.graph.phoneNumbers(of: account, with: credentials).outcome
        let now = clock.now()
        if case .accepted(let numbers) = numbers {
            do { try await surroundings.saveProfiles(account, numbers) } catch {
                logger.warning("What Meta says of numbers cannot be kept", metadata: ["error": "\(error)"])
            }
        }
        let warning = state.withLock { state -> (days: Int?, isNewlyRevoked: Bool)? in
            guard var standing = state.standings[account] else { return nil }
            let wasRevoked = standing.isRevoked
            var isAnswered = true
            switch info {
            case .accepted(let info): standing.take(info, at: now)
            case .rejected(let error) where error.isTokenRefusal: (standing.isRevoked, standing.checkedAt) = (true, now)
            case .rejected: standing.checkedAt = now
            case .notSent, .ambiguous: isAnswered = false
            }
            switch numbers {
            // What can be read is there again. What was lost while Meta was being asked is not known to be.
            case .accepted:
                if wasLost { standing.loss = nil }
                standing.isRevoked = false
            case .rejected(let error) where error.isTokenRefusal: standing.isRevoked = true
            case .rejected, .notSent, .ambiguous: break
            }
            let days = standing.takeWarning(at: now)
            state.standings[account] = standing
            if !isAnswered {
                let again = now + Self.retry
                state.due[account] = min(state.due[account] ?? again, again)
            }
            return (days, standing.isRevoked && !wasRevoked)
        }
        if let days = warning?.days {
            logger.warning(
                "An access token, or its access to data, ends in \(days) day\(days == 1 ? "" : "s") or less; replace it",
                metadata: ["account": "\(account)"])
        }
        if warning?.isNewlyRevoked == true {
            logger.error("Meta refuses an access token; nothing can be sent until it is replaced", metadata: ["account": "\(account)"])
        }
        await save()
    }

    private func save() async {
        watched.update { _ in }
        do { try await surroundings.save(standings) } catch {
            surroundings.logger.warning("What Meta says of accounts cannot be kept", metadata: ["error": "\(error)"])
        }
    }

    /// Tells an account's token from others: the digest of it as it is sealed, which says nothing of the token.
    private static func name(of account: String, in settings: StoredSettings) -> String? {
        guard let sealed = settings.accounts[account]?.token else { return nil }
        return String(WebhookReader.digest(of: Array(sealed.rawValue.utf8)).prefix(16))
    }
}
