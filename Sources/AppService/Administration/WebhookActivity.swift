public import Bridge
import Synchronization

/// What is known of Meta's calls.
public struct WebhookActivity: Equatable, Sendable {
    /// Whether the webhook's address can be reached from outside.
    public enum Reachability: String, Sendable {
        /// Meta called, or a test came through.
        case yes
        /// The last test did not come through.
        case no
        /// Nobody knows yet.
        case unknown
    }

    /// When Meta verified the address.
    public var verifiedAt: Moment?
    /// When Meta's last notification came, to the second.
    public var lastEventAt: Moment?
    /// Whether the address can be reached.
    public var reachability = Reachability.unknown
}

/// Keeps account of Meta's calls.
final class WebhookLog: Sendable {
    private struct State {
        var activity = WebhookActivity()
        /// Handshakes of tests of ours that are still to come.
        var ownHandshakes = 0
    }

    private let clock: any WallClock
    private let onChange: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameter onChange: called after a change that somebody may want to see; at most once a second for notifications
    init(clock: any WallClock, onChange: @escaping @Sendable () -> Void) {
        self.clock = clock
        self.onChange = onChange
    }

    /// What is known.
    var activity: WebhookActivity { state.withLock { $0.activity } }

    /// Takes over what is known from before the service was started.
    func remember(verifiedAt: Moment?, lastEventAt: Moment?) {
        state.withLock { state in
            state.activity.verifiedAt = state.activity.verifiedAt ?? verifiedAt
            state.activity.lastEventAt = state.activity.lastEventAt ?? lastEventAt
        }
        onChange()
    }

    /// A request was answered.
    func note(_ outcome: WebhookEndpoint.Outcome) {
        let now = clock.now()
        let hasChanged = state.withLock { state in
            switch outcome {
            case .verified where state.ownHandshakes > 0:
                state.ownHandshakes -= 1
                return false
            case .verified:
                state.activity.verifiedAt = now
                state.activity.reachability = .yes
                return true
            case .stored:
                if let last = state.activity.lastEventAt, now.since(last) < .seconds(1), now >= last { return false }
                state.activity.lastEventAt = now
                state.activity.reachability = .yes
                return true
            default:
                return false
            }
        }
        if hasChanged { onChange() }
    }

    /// Runs a test of the address, whose handshake is not Meta's.
    func testing(_ test: () async -> WebhookTest) async -> WebhookTest {
        state.withLock { $0.ownHandshakes += 1 }
        let result = await test()
        state.withLock { state in
            state.ownHandshakes = max(0, state.ownHandshakes - 1)
            state.activity.reachability = result.isReachable ? .yes : .no
        }
        onChange()
        return result
    }
}
