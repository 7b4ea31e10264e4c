public import Bridge

/// Which rows of the ledger an operator wants done again. Everything that is given has to fit.
public struct ReplaySelection: Equatable, Sendable {
    /// The states that can be selected.
    public enum State: String, Sendable, CaseIterable {
        /// Waits, and says for what.
        case held
        /// Came in and could not be handled.
        case quarantined
        /// Was to go out and did not.
        case failed
    }

    /// Which way it went.
    public var direction: LedgerRow.Direction?
    /// Its state.
    public var state: State?
    /// A part of its reason; case does not count.
    public var reason: String?
    /// The business number.
    public var number: PhoneNumberID?
    /// Meta's IDs, one of which it must have; none for any.
    public var wamids: [Wamid]
    /// Meta's name of its type.
    public var type: String?
    /// Recorded then or later.
    public var since: Moment?
    /// Recorded before.
    public var until: Moment?

    /// Creates a selection.
    public init(
        direction: LedgerRow.Direction? = nil, state: State? = nil, reason: String? = nil, number: PhoneNumberID? = nil, wamids: [Wamid] = [],
        type: String? = nil, since: Moment? = nil, until: Moment? = nil
    ) {
        self.direction = direction
        self.state = state
        self.reason = reason
        self.number = number
        self.wamids = wamids
        self.type = type
        self.since = since
        self.until = until
    }
}

/// What a replay of a selection would do with one instance, or did.
public struct ReplayPlan: Equatable, Sendable {
    /// Rows that are alike.
    public struct Group: Hashable, Sendable {
        /// The business number, if the rows name one.
        public var number: PhoneNumberID?
        /// Which way they went.
        public var direction: LedgerRow.Direction
        /// Their state.
        public var state: String
        /// Its reason.
        public var reason: String?
        /// Why they are left alone; nil if they are to be replayed.
        public var obstacle: String?
    }

    /// How many rows are shown.
    static let shownRows = 5

    /// How many rows there are of each group.
    public internal(set) var groups: [Group: Int] = [:]
    /// The first rows that are to be replayed.
    public internal(set) var first: [LedgerRow] = []
    /// How many rows are to be replayed.
    public var count: Int { requests.count }
    /// What is asked for, in the order of the ledger; inbound first.
    var requests: [(subject: ReplaySubject, webhook: StoredWebhook.ID?)] = []

    /// Compares what can be seen of two plans.
    public static func == (left: ReplayPlan, right: ReplayPlan) -> Bool {
        left.groups == right.groups && left.first == right.first && left.requests.map(\.subject) == right.requests.map(\.subject)
    }
}
