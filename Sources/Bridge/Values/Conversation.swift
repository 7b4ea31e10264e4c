/// One number and one customer.
public struct Conversation: Equatable, Sendable {
    /// The row that holds the conversation.
    public typealias ID = RowID<Conversation>

    /// The row that holds the conversation.
    public var id: ID
    /// The business number.
    public var number: PhoneNumberID
    /// The customer.
    public var customer: Customer.ID
    /// Where to send to: the aliases that the customer's newest message came with.
    public var address: [Alias]
    /// The discussion that is open in Connect, if one is.
    public var openDiscussion: Discussion.ID?

    /// Creates a conversation as stored.
    public init(id: ID, number: PhoneNumberID, customer: Customer.ID, address: [Alias], openDiscussion: Discussion.ID?) {
        self.id = id
        self.number = number
        self.customer = customer
        self.address = address
        self.openDiscussion = openDiscussion
    }
}

/// A root post of the connector in Connect and its replies. A conversation has at most one that is open.
public struct Discussion: Equatable, Sendable {
    /// The row that holds the discussion.
    public typealias ID = RowID<Discussion>

    /// The row that holds the discussion.
    public var id: ID
    /// The conversation that it shows.
    public var conversation: Conversation.ID
    /// Our own key of it (`discussionGuid`).
    public var key: String
    /// The zone it is in.
    public var zone: Zone
    /// Its root post; nil until Connect confirmed it.
    public var root: PostReference?
    /// When the customer's newest message in it was written, by Meta's clock.
    public var newestMessageAt: Moment
    /// The customer's newest message in it; nil if that is not known.
    public var newestMessage: Wamid?
    /// When it is to be closed; later than the window's end if messages arrived after their own window.
    public var closesAt: Moment
    /// When its closing was recorded; nil while it is open.
    public var closedAt: Moment?

    /// Creates a discussion as stored.
    public init(
        id: ID,
        conversation: Conversation.ID,
        key: String,
        zone: Zone,
        root: PostReference?,
        newestMessageAt: Moment,
        newestMessage: Wamid? = nil,
        closesAt: Moment,
        closedAt: Moment?
    ) {
        self.id = id
        self.conversation = conversation
        self.key = key
        self.zone = zone
        self.root = root
        self.newestMessageAt = newestMessageAt
        self.newestMessage = newestMessage
        self.closesAt = closesAt
        self.closedAt = closedAt
    }
}
