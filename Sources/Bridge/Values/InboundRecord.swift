/// One row of the ledger for something that reached us.
public struct InboundRecord: Equatable, Sendable {
    /// The row's number.
    public typealias ID = RowID<InboundRecord>

    /// The row's number.
    public var id: ID
    /// What tells the event from its repetition; unique.
    public var key: String
    /// The event.
    public var event: InboundEvent
    /// What became of it.
    public var state: InboundState
    /// When it was recorded.
    public var recordedAt: Moment
    /// The conversation it was placed in.
    public var conversation: Conversation.ID?

    /// Creates a row as stored.
    public init(id: ID, key: String, event: InboundEvent, state: InboundState, recordedAt: Moment, conversation: Conversation.ID? = nil) {
        self.id = id
        self.key = key
        self.event = event
        self.state = state
        self.recordedAt = recordedAt
        self.conversation = conversation
    }
}

/// Where an inbound event stands or has ended. Nothing is dropped in silence.
public enum InboundState: Equatable, Sendable {
    /// Visible in Connect.
    case posted
    /// A status that was added to the message it is about.
    case merged
    /// Nothing to do, and why.
    case ignored(reason: String)
    /// Waiting, and for what.
    case held(HoldReason)
    /// Could not be handled; the raw event is kept and can be replayed.
    case quarantined(error: String)

    /// The state's name in the ledger.
    public var name: String {
        switch self {
        case .posted: "posted"
        case .merged: "merged"
        case .ignored: "ignored"
        case .held: "held"
        case .quarantined: "quarantined"
        }
    }

    /// The reason in the ledger, if the state has one.
    public var reason: String? {
        switch self {
        case .posted, .merged: nil
        case .ignored(let reason): reason
        case .held(let reason): reason.rawValue
        case .quarantined(let error): error
        }
    }

    /// Puts a stored state together again; nil for a name that is not a state's.
    public init?(name: String, reason: String?) {
        switch name {
        case "posted": self = .posted
        case "merged": self = .merged
        case "ignored": self = .ignored(reason: reason ?? "")
        case "held":
            guard let hold = HoldReason(rawValue: reason ?? "") else { return nil }
            self = .held(hold)
        case "quarantined": self = .quarantined(error: reason ?? "")
        default: return nil
        }
    }
}

/// What a held event or message waits for.
public enum HoldReason: String, Sendable, CaseIterable {
    /// Connect has not confirmed the post yet (or is away).
    case connect = "no Connect"
    /// The number is not configured.
    case unknownNumber = "unknown number"
    /// The number has no zone yet.
    case zone = "no zone"
    /// The number has no licence.
    case licence = "no licence"
    /// The database is a backup's: nobody knows what became of it after the backup was made.
    case restored = "restored"
}
