import Synchronization

extension MetaSimulator {
    /// Plans a fault, after those planned before.
    public func plan(_ fault: MetaFault) { change { $0.core.faults.append(fault) } }

    /// Plans a fault of a media request, after those planned before.
    public func plan(_ fault: MetaMediaFault) { change { $0.core.mediaFaults.append(fault) } }

    /// Plans a fault of setting up the account, after those planned before.
    public func plan(_ fault: MetaAccountFault) { change { $0.core.accountFaults.append(fault) } }

    /// Forgets the planned faults.
    public func clearFaults() {
        change { state in
            state.core.faults = []
            state.core.mediaFaults = []
            state.core.accountFaults = []
        }
    }

    /// How it behaves from now on.
    public var options: MetaOptions {
        get { state.withLock { $0.core.options } }
        set { change { $0.core.options = newValue } }
    }

    /// The access tokens that are accepted.
    public var accessTokens: Set<String> {
        get { state.withLock { $0.core.accessTokens } }
        set { change { $0.core.accessTokens = newValue } }
    }

    /// The permissions of tokens; all that a connector needs for those that are not in here.
    public var tokenScopes: [String: Set<String>] {
        get { state.withLock { $0.core.tokenScopes } }
        set { change { $0.core.tokenScopes = newValue } }
    }

    /// The app secret that webhooks are signed with.
    public var appSecret: String {
        get { state.withLock { $0.core.appSecret } }
        set { change { $0.core.appSecret = newValue } }
    }

    /// Whether connections are taken at all; heeded where the Graph API has a listener of its own.
    public var isReachable: Bool {
        get { state.withLock { $0.isReachable } }
        set { change { $0.isReachable = newValue } }
    }

    /// Returns when `isReachable` has the value, or when cancelled.
    func waitUntil(isReachable value: Bool) async {
        while !Task.isCancelled {
            let version = changes.version
            if isReachable == value { return }
            await changes.wait(after: version)
        }
    }

    /// The customers.
    public var customers: [MetaCustomer] {
        get { state.withLock { $0.core.customers } }
        set { change { $0.core.customers = newValue } }
    }

    /// The business numbers of the lab's own account.
    public var numbers: [MetaNumber] {
        get { state.withLock { $0.core.numbers.filter { $0.account == nil } } }
        set { change { state in state.core.numbers = newValue + state.core.numbers.filter { $0.account != nil } } }
    }

    /// The business numbers of all accounts; those that can join have their account's ID.
    public var allNumbers: [MetaNumber] {
        get { state.withLock { $0.core.numbers } }
        set { change { $0.core.numbers = newValue } }
    }

    /// What the connector sent and the simulator accepted, in order.
    public var accepted: [MetaMessage] { state.withLock { $0.core.accepted } }

    /// The messages of one chat, in order; of the first number if none is given.
    public func chat(of customer: String, number: String? = nil) -> [MetaMessage] {
        state.withLock { state in state.core.chat(of: customer, number: number ?? state.core.numbers.first?.id ?? "") }
    }

    /// When a chat's customer service window ends, in milliseconds since 1970 UTC; nil if the customer never wrote.
    public func windowEnd(customer: String, number: String? = nil) -> Int64? {
        state.withLock { state in state.core.windowEnd(customer: customer, number: number ?? state.core.numbers.first?.id ?? "") }
    }

    /// The messages that the connector marked as read.
    public var markedRead: Set<String> { state.withLock { $0.core.markedRead } }

    /// Webhook POSTs that were answered 200, and those that were given up after seven days.
    public var webhookCounts: (answered: Int, givenUp: Int) { state.withLock { ($0.core.webhooks.answered, $0.core.webhooks.givenUp) } }

    /// Forgets the messages of before this moment (milliseconds since 1970 UTC), and how they were handed over, so that long runs have room.
    public func forget(before moment: Int64) {
        change { state in
            state.core.messages.removeAll { $0.at < moment }
            state.core.webhooks.forgetHandovers()
        }
    }

    /// How the customers' messages reached the connector, by wamid, in the order it happened.
    public var handovers: [MetaHandover] { state.withLock { $0.core.webhooks.handovers } }

    /// Whether the connector answered 200 to a POST with this message of a customer.
    public func hasAcknowledged(_ wamid: String) -> Bool { state.withLock { $0.core.webhooks.acknowledged.contains(wamid) } }

    /// Whether nothing is left to be delivered, now or later.
    public var isIdle: Bool { state.withLock { $0.core.webhooks.isIdle } }

    /// Returns once the condition holds; it is looked at after every step.
    ///
    /// - Throws: `LabError` if it does not within the time-out, which is real time.
    public func wait(
        until what: String, timeout: Duration = .seconds(30), _ condition: @escaping @Sendable (MetaSimulator) -> Bool
    ) async throws {
        try await changes.wait(until: what, timeout: timeout) { condition(self) }
    }
}
