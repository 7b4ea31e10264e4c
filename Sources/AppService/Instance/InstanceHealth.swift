public import Bridge
import Synchronization

/// The parts of an instance and how they are, for `/readyz`, `check` and the plugin.
public final class InstanceHealth: Sendable {
    /// A part of an instance.
    public enum Part: String, CaseIterable, Sendable {
        /// The instance's database.
        case database
        /// The PBX's connection to us.
        case pbx
        /// Our connection to Connect.
        case connect
        /// Meta's Graph API.
        case graph
        /// Meta's calls to us.
        case webhook
        /// Whether it was found out that private posts stay private.
        case privatePosts = "private-posts"
    }

    /// How a part is.
    public enum Condition: Equatable, Sendable {
        /// It works.
        case up
        /// It works, and somebody should look at something.
        case warning(String)
        /// It does not work; in one phrase, why.
        case down(String)
        /// It was not needed yet.
        case unknown

        /// One word for the condition.
        public var word: String {
            switch self {
            case .up: "up"
            case .warning: "warning"
            case .down: "down"
            case .unknown: "unknown"
            }
        }

        /// What to know or to do, if there is anything.
        public var text: String? {
            switch self {
            case .up, .unknown: nil
            case .warning(let text), .down(let text): text
            }
        }
    }

    /// How the connection to Connect is.
    public enum ConnectState: Equatable, Sendable {
        /// All is well.
        case up
        /// Posts are written on the plain login, because the moderator mode is not granted.
        case noModerator
        /// There is no access to these zones.
        case noZone([Zone])
        /// There is no connection; in one phrase, why.
        case down(String)
        /// There was no connection yet.
        case unknown
    }

    private struct State: Equatable {
        var conditions: [Part: Condition] = [:]
        var moderatorIsMissing = false
        var missingZones: Set<Zone> = []
        var isConnectUp = false
        /// The Connect apps that are away while others are there, and why.
        var awayApps: [String: String] = [:]
        /// The accounts whose tokens Meta refuses.
        var refusedAccounts: Set<String> = []
    }

    private let state = Watched(State())

    /// Creates the health of an instance of which nothing is known yet.
    public init() {}

    /// How a part is.
    public func condition(of part: Part) -> Condition {
        state.read { $0.conditions[part] ?? .unknown }
    }

    /// How the connection to Connect is.
    public var connect: ConnectState {
        state.read { state in
            switch state.conditions[.connect] ?? .unknown {
            case .unknown: .unknown
            case .down(let reason): .down(reason)
            case .up, .warning:
                if !state.missingZones.isEmpty {
                    .noZone(state.missingZones.sorted { $0.rawValue < $1.rawValue })
                } else {
                    state.moderatorIsMissing ? .noModerator : .up
                }
            }
        }
    }

    /// Yields at once, and then after changes.
    func changes() -> AsyncStream<Void> {
        let state = state
        let seen = Mutex<Int?>(nil)
        return AsyncStream {
            if let version = seen.withLock({ $0 }) {
                guard (try? await state.changed(since: version)) != nil else { return nil }
            }
            seen.withLock { $0 = state.version }
            return ()
        }
    }

    private func change(_ change: (inout State) -> Void) {
        var new = state.current.value
        change(&new)
        // Notes come with every webhook; most say what is known.
        if state.read({ $0 != new }) { state.update(change) }
    }

    /// Notes how a part is.
    public func note(_ condition: Condition, of part: Part) {
        change { $0.conditions[part] = condition }
    }

    func connectIsUp(moderatorIsMissing: Bool) {
        change { state in
            state.moderatorIsMissing = moderatorIsMissing
            state.isConnectUp = true
            state.conditions[.connect] = Self.connectCondition(state)
        }
    }

    func connectIsDown(_ reason: String) {
        change { state in
            state.isConnectUp = false
            state.conditions[.connect] = .down(reason)
        }
    }

    /// Of several Connect apps these are away, and why; the others are there.
    func connectAppsAreAway(_ reasons: [String: String]) {
        change { state in
            state.awayApps = reasons
            if state.isConnectUp { state.conditions[.connect] = Self.connectCondition(state) }
        }
    }

    func zoneIsMissing(_ zone: Zone) {
        change { state in
            state.missingZones.insert(zone)
            if state.isConnectUp { state.conditions[.connect] = Self.connectCondition(state) }
        }
    }

    func zoneIsThere(_ zone: Zone) {
        change { state in
            state.missingZones.remove(zone)
            if state.isConnectUp { state.conditions[.connect] = Self.connectCondition(state) }
        }
    }

    /// Only these zones matter now.
    func zonesAre(_ zones: [Zone]) {
        change { state in
            state.missingZones.formIntersection(zones)
            if state.isConnectUp { state.conditions[.connect] = Self.connectCondition(state) }
        }
    }

    /// Meta accepted a message of an account.
    func graphWorks(_ account: String) {
        change { state in
            state.refusedAccounts.remove(account)
            state.conditions[.graph] = Self.graphCondition(state)
        }
    }

    /// Meta refuses an account's token.
    func graphRefuses(_ account: String) {
        change { state in
            state.refusedAccounts.insert(account)
            state.conditions[.graph] = Self.graphCondition(state)
        }
    }

    /// Only these accounts matter now.
    func accountsAre(_ accounts: Set<String>) {
        change { state in
            guard !state.refusedAccounts.isSubset(of: accounts) else { return }
            state.refusedAccounts.formIntersection(accounts)
            state.conditions[.graph] = Self.graphCondition(state)
        }
    }

    private static func graphCondition(_ state: State) -> Condition {
        guard !state.refusedAccounts.isEmpty else { return .up }
        return .down("Meta refuses the access token of account \(state.refusedAccounts.sorted().joined(separator: ", ")): replace it")
    }

    private static func connectCondition(_ state: State) -> Condition {
        if !state.awayApps.isEmpty {
            return .down(state.awayApps.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "; "))
        }
        if !state.missingZones.isEmpty {
            let zones = state.missingZones.map(\.rawValue).sorted().joined(separator: ", ")
            return .warning("no access to zone \(zones): tick the connector in the Apps tab of the Connect object")
        }
        if state.moderatorIsMissing {
            return .warning("the moderator mode is missing: tick connect~moderator in the Apps tab of the connector's object")
        }
        return .up
    }
}
