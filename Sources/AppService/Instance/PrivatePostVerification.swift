import Bridge
import Logging

/// Runs the check of private posts of an instance: an administrator begins and ends it, the feed of posts decides it, and what came of it
/// is kept.
public final class PrivatePostVerification: PrivatePostChecks {
    private let check: Watched<PrivatePostCheck>
    private let turns = Turns()
    private let zones: @Sendable () -> [Zone]
    private let makeCode: @Sendable () -> String
    private let save: @Sendable (PrivatePostCheck) async throws -> Void
    private let clock: any WallClock
    private let logger: Logger

    /// How long a post may take until it can be read (design: Effects).
    private static let settling: Duration = .seconds(2)

    /// - Parameters:
    ///   - check: as it was kept
    ///   - zones: the zones that are checked now
    ///   - makeCode: makes some random letters and digits at each call
    ///   - save: keeps the check; durable when it returns
    init(
        _ check: PrivatePostCheck, zones: @escaping @Sendable () -> [Zone], makeCode: @escaping @Sendable () -> String,
        save: @escaping @Sendable (PrivatePostCheck) async throws -> Void, clock: any WallClock, logger: Logger
    ) {
        self.check = Watched(check)
        self.zones = zones
        self.makeCode = makeCode
        self.save = save
        self.clock = clock
        self.logger = logger
    }

    /// How it stands.
    public var standing: PrivatePostStanding {
        let check = check.current.value
        if let run = check.run {
            return .running(
                zones: run.zones.map { Zone(rawValue: ConnectPlace($0).topic) }, until: run.until, foreignText: run.foreignText,
                ownText: run.ownText, ownSeen: run.ownSeen)
        }
        switch check.result {
        case .none: return .unverified
        case .verified(let at): return .verified(at: at)
        case .failed(let reason, let at): return .failed(PrivatePostStanding.Reason(reason), at: at)
        }
    }

    /// Changes with how it stands.
    var version: Int { check.version }

    /// Returns once ``version`` is another one.
    func changed(since version: Int) async throws { try await check.changed(since: version) }

    /// Begins the check anew, in all zones that numbers are joined to.
    /// - Throws: ``AdministrationFailure/refused(_:)``
    public func start() async throws(AdministrationFailure) {
        let zones = zones()
        guard !zones.isEmpty else {
            throw .refused("There is no zone to check; choose the zone of a number first.")
        }
        let codes = ["check-\(makeCode())-a", "check-\(makeCode())-b"]
        try await administrate { $0.start(in: zones, foreignText: codes[0], ownText: codes[1], at: $1) }
    }

    /// Both posts were written: waits as long as Connect may need to show them, and decides.
    /// - Throws: ``AdministrationFailure/refused(_:)``
    public func confirm() async throws(AdministrationFailure) {
        guard check.read({ $0.run != nil }) else { throw .refused("No check is running; begin one first.") }
        try? await clock.sleep(for: Self.settling)
        try await administrate { $0.confirm(at: $1) }
    }

    /// Ends a running check without a result.
    /// - Throws: ``AdministrationFailure/refused(_:)``
    public func cancel() async throws(AdministrationFailure) {
        guard check.read({ $0.run != nil }) else { throw .refused("No check is running.") }
        try await administrate { check, _ in check.cancel() }
    }

    /// A post was read.
    /// - Returns: whether it belongs to a check, and so is nobody's message.
    /// - Throws: if what follows from it cannot be kept.
    func takes(_ post: ConnectPost) async throws -> Bool {
        guard check.read({ $0.owns(post) }) else { return false }
        try await change { $0.seen(post, at: $1) }
        return true
    }

    /// Ends checks whose time is over, until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let (version, check) = check.current
            let until = check.run?.until
            if let until, until <= clock.now() {
                do {
                    try await change { $0.expire(at: $1) }
                } catch {
                    logger.warning("The end of a check of private posts cannot be kept; trying again in a second", metadata: ["error": "\(error)"])
                    try? await clock.sleep(for: .seconds(1))
                }
                continue
            }
            await self.check.wait(since: version, until: until, clock: clock)
        }
    }

    private func administrate(_ body: (inout PrivatePostCheck, Moment) -> Void) async throws(AdministrationFailure) {
        do {
            try await change(body)
        } catch {
            throw .refused("The check cannot be kept: \(error)")
        }
    }

    private func change(_ body: (inout PrivatePostCheck, Moment) -> Void) async throws {
        try await turns.take {
            let old = check.current.value
            var new = old
            body(&new, clock.now())
            guard new != old else { return }
            try await save(new)
            let changed = new
            check.update { $0 = changed }
        }
    }
}

extension PrivatePostStanding.Reason {
    fileprivate init(_ reason: PrivatePostCheck.Reason) {
        self =
            switch reason {
            case .foreignSeen: .foreignSeen
            case .markMissing: .markMissing
            case .ownNotSeen: .ownNotSeen
            case .expired: .expired
            }
    }
}

extension PrivatePostStanding {
    /// How the part of the instance's health is.
    var condition: InstanceHealth.Condition {
        switch self {
        case .verified: .up
        case .unverified: .warning("private posts are not verified: run the check of private posts in the settings")
        case .running: .warning("private posts are not verified: the check is running")
        case .failed(let reason, _): .warning("private posts are not verified: the check failed (\(reason.rawValue)); run it again")
        }
    }
}
