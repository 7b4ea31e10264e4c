/// What an operator asked to have done again. It is there until somebody has decided on it.
public struct ReplayRequest: Equatable, Sendable {
    /// The row that holds the request; ascending in the order of asking.
    public typealias ID = RowID<ReplayRequest>

    /// The row that holds the request.
    public var id: ID
    /// What it is about.
    public var subject: ReplaySubject
    /// The webhook from which an element that could not be read is to be read again.
    public var webhook: StoredWebhook.ID?

    /// Creates a request as stored.
    public init(id: ID, subject: ReplaySubject, webhook: StoredWebhook.ID? = nil) {
        self.id = id
        self.subject = subject
        self.webhook = webhook
    }
}

/// A row of the ledger that can be asked for again.
public enum ReplaySubject: Hashable, Sendable {
    /// Something that reached us.
    case inbound(InboundRecord.ID)
    /// Something that was to leave us.
    case outgoing(OutgoingMessage.ID)

    /// Which half of the ledger a subject is in.
    public enum Half: String, Sendable, CaseIterable {
        /// What reached us.
        case inbound = "in"
        /// What left us, or was to.
        case outgoing = "out"
    }

    /// Its half of the ledger.
    public var half: Half {
        switch self {
        case .inbound: .inbound
        case .outgoing: .outgoing
        }
    }
}
