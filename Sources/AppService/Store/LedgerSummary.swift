public import Bridge

/// How many rows of the ledger one number of an instance has in each state.
public struct LedgerSummary: Equatable, Sendable {
    /// The counts of one direction, by state. What is held is counted for each reason.
    public struct Half: Equatable, Sendable {
        /// All rows.
        public var total = 0
        /// Rows in each state that is not `held`, by the state's name.
        public var states: [String: Int] = [:]
        /// Held rows, by reason.
        public var held: [String: Int] = [:]

        /// Creates counts of nothing.
        public init() {}

        mutating func add(_ count: Int, state: String, reason: String?) {
            total += count
            if state == InboundState.held(.connect).name {
                held[reason ?? "", default: 0] += count
            } else {
                states[state, default: 0] += count
            }
        }

        mutating func add(_ other: Half) {
            total += other.total
            states.merge(other.states, uniquingKeysWith: +)
            held.merge(other.held, uniquingKeysWith: +)
        }
    }

    /// The instance, as `domain/name`.
    public var instance: String
    /// The business number; nil for what names none.
    public var number: PhoneNumberID?
    /// What reached us.
    public var inbound = Half()
    /// What left us, or was to.
    public var outbound = Half()
    /// When the oldest row that is held was recorded, of both directions.
    public var oldestHeld: Moment?
    /// When the oldest row that waits to be sent, or is being sent, was recorded.
    public var oldestQueued: Moment?

    /// Creates a summary of nothing.
    public init(instance: String, number: PhoneNumberID?) {
        self.instance = instance
        self.number = number
    }

    mutating func add(_ count: Int, _ direction: LedgerRow.Direction, state: String, reason: String?, oldest: Moment) {
        switch direction {
        case .inbound: inbound.add(count, state: state, reason: reason)
        case .outbound: outbound.add(count, state: state, reason: reason)
        }
        if state == OutgoingState.held(.restored).name { oldestHeld = min(oldestHeld ?? oldest, oldest) }
        if state == OutgoingState.queued.name || state == OutgoingState.sending.name { oldestQueued = min(oldestQueued ?? oldest, oldest) }
    }

    /// Adds the counts of another number.
    public mutating func add(_ other: LedgerSummary) {
        inbound.add(other.inbound)
        outbound.add(other.outbound)
        oldestHeld = [oldestHeld, other.oldestHeld].compactMap(\.self).min()
        oldestQueued = [oldestQueued, other.oldestQueued].compactMap(\.self).min()
    }

    /// The states of what reached us, in the order in which they are shown.
    public static let inboundStates = ["posted", "merged", "ignored", "quarantined"]
    /// The states of what left us, in the order in which they are shown.
    public static let outboundStates = ["queued", "sending", "sent", "delivered", "read", "failed", "unknown"]

    /// The summary as one line of JSON: `instance`, `number`, `in` (`received`, each state, `held` by reason), `out` (`written`, each state,
    /// `held` by reason), `oldestHeldAt`, `oldestQueuedAt`; what is not known is null.
    public var json: String {
        func text(_ value: String?) -> String { value.map(LedgerRow.quoted) ?? "null" }
        func object(_ members: [(String, String)]) -> String { "{" + members.map { "\(text($0)):\($1)" }.joined(separator: ",") + "}" }
        func half(_ half: Half, _ total: String, _ states: [String]) -> String {
            object(
                [(total, "\(half.total)")] + states.map { ($0, "\(half.states[$0] ?? 0)") }
                    + [("held", object(half.held.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }))])
        }
        return object([
            ("instance", text(instance)), ("number", text(number?.rawValue)), ("in", half(inbound, "received", Self.inboundStates)),
            ("out", half(outbound, "written", Self.outboundStates)), ("oldestHeldAt", text(oldestHeld.map(LedgerRow.time))),
            ("oldestQueuedAt", text(oldestQueued.map(LedgerRow.time))),
        ])
    }
}
