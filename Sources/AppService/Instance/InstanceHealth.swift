import Bridge
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

    private struct State {
        var conditions: [Part: Condition] = [:]
        var moderatorIsMissing = false
        var missingZones: Set<Zone> = []
    }

    private let state = Mutex(State())

    /// Creates the health of an instance of which nothing is known yet.
    public init() {}

    /// How a part is.
    public func condition(of part: Part) -> Condition {
        state.withLock { $0.conditions[part] ?? .unknown }
    }

    /// Notes how a part is.
    public func note(_ condition: Condition, of part: Part) {
        state.withLock { $0.conditions[part] = condition }
    }

    func connectIsUp(moderatorIsMissing: Bool) {
        state.withLock { state in
            state.moderatorIsMissing = moderatorIsMissing
            state.conditions[.connect] = Self.connectCondition(state)
        }
    }

    func connectIsDown(_ reason: String) {
        state.withLock { $0.conditions[.connect] = .down(reason) }
    }

    func zoneIsMissing(_ zone: Zone) {
        state.withLock { state in
            state.missingZones.insert(zone)
            state.conditions[.connect] = Self.connectCondition(state)
        }
    }

    func zoneIsThere(_ zone: Zone) {
        state.withLock { state in
            state.missingZones.remove(zone)
            state.conditions[.connect] = Self.connectCondition(state)
        }
    }

    private static func connectCondition(_ state: State) -> Condition {
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
