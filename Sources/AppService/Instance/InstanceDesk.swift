import Bridge
import Synchronization

/// What the loops of one instance share in memory: settings, who we are at Connect, and the bells that wake them.
///
/// Everything that must survive is in the store; this can be rebuilt from it at any time.
final class InstanceDesk: Sendable {
    private struct State {
        var settings: BridgeSettings
        var identity: ConnectorIdentity?
        var isDraining = false
        /// How many settings were taken over, and how many of them are settled.
        var taken = 0
        var settled = 0
    }

    /// New webhooks wait to be taken apart.
    let intakeBell = Bell()
    /// New tasks for Connect may wait.
    let postingBell = Bell()
    /// New messages for WhatsApp may wait.
    let sendingBell = Bell()
    /// Files of customers may wait to be loaded.
    let filesBell = Bell()
    /// The next closing may have changed.
    let closingBell = Bell()
    /// A post of ours was confirmed.
    let confirmationBell = Bell()
    /// The zones to be followed may have changed.
    let zonesBell = Bell()
    /// A discussion is to be read again earlier than was known.
    let watchBell = Bell()
    /// Which discussions are to be read again. Forgotten at the end: what it would have found is found in the next discussion.
    let watch = Mutex(DiscussionWatch())
    /// Says now and then that messages wait for a licence.
    let heldReport = HeldReport()
    /// Keeps within Meta's rates.
    let pacer = Mutex(Pacer())

    private let received = Atomic(0)
    private let state: Mutex<State>
    private let makeKey: @Sendable () -> String

    /// - Parameter makeKey: makes a new, unique key at each call (a UUID).
    init(settings: BridgeSettings, makeKey: @escaping @Sendable () -> String) {
        self.state = Mutex(State(settings: settings, identity: nil))
        self.makeKey = makeKey
    }

    /// How many webhooks were kept since the start.
    var receivedCount: Int { received.load(ordering: .relaxed) }

    /// Notes a webhook that was kept, and has it taken apart.
    func noteReceived() {
        received.add(1, ordering: .relaxed)
        intakeBell.ring()
    }

    /// The instance's settings as they are now.
    var settings: BridgeSettings { state.withLock { $0.settings } }

    /// Takes new settings over. Until they are settled, nothing new is placed: what was held for want of them comes first.
    /// - Returns: what to call `settled` with.
    func take(_ settings: BridgeSettings) -> Int {
        state.withLock { state in
            state.settings = settings
            state.taken += 1
            return state.taken
        }
    }

    /// Notes that everything follows the settings now, unless newer ones were taken since.
    func settled(_ number: Int) {
        state.withLock { $0.settled = max($0.settled, number) }
        intakeBell.ring()
    }

    /// Whether what was held, or is in a zone that its number has left, does not follow the settings yet.
    var isSettling: Bool { state.withLock { $0.settled < $0.taken } }

    /// Whether a number is known and has no licence.
    func lacksLicence(_ number: PhoneNumberID) -> Bool { state.withLock { $0.settings.numbers[number]?.isLicensed == false } }

    /// Who we are at Connect; nil while there is no connection.
    var identity: ConnectorIdentity? {
        get { state.withLock { $0.identity } }
        set { state.withLock { $0.identity = newValue } }
    }

    /// Whether nothing new is to be begun.
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Begins nothing new from now on.
    func drain() {
        state.withLock { $0.isDraining = true }
        postingBell.ring()
        sendingBell.ring()
        filesBell.ring()
    }

    /// Notes a post that goes to a customer.
    func noteAnswer(_ post: ConnectPost, at now: Moment) {
        let isEarlier = watch.withLock { watch in
            let before = watch.due
            watch.note(post.reference, in: post.discussion, of: post.zone, at: now)
            return before != watch.due
        }
        if isEarlier { watchBell.ring() }
    }

    var inboundFlow: InboundFlow { InboundFlow(settings: settings, makeKey: makeKey) }
    var postingFlow: PostingFlow { PostingFlow(settings: settings, makeKey: makeKey) }
    var sendingFlow: SendingFlow { SendingFlow(settings: settings, makeKey: makeKey) }
    var inboundFileFlow: InboundFileFlow { InboundFileFlow(settings: settings, makeKey: makeKey) }
    var moveFlow: MoveFlow { MoveFlow(settings: settings, makeKey: makeKey) }
    var closingFlow: ClosingFlow { ClosingFlow(settings: settings, makeKey: makeKey) }

    var replayFlow: ReplayFlow { ReplayFlow(settings: settings, makeKey: makeKey) }

    func changeFlow(as identity: ConnectorIdentity) -> ChangeFlow {
        ChangeFlow(settings: settings, identity: identity, makeKey: makeKey)
    }

    func forwardingFlow(as identity: ConnectorIdentity) -> ForwardingFlow {
        ForwardingFlow(settings: settings, identity: identity, makeKey: makeKey)
    }
}
