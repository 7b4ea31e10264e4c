public import Bridge

/// Everything that a store in memory holds, as a value.
public struct MemoryContents: Sendable {
    /// All webhooks, taken apart or not.
    public internal(set) var webhooks = MemoryRows<StoredWebhook>()
    /// The inbound half of the ledger.
    public internal(set) var inbound = MemoryRows<InboundRecord>()
    /// All customers.
    public internal(set) var customers = MemoryRows<Customer>()
    /// All conversations.
    public internal(set) var conversations = MemoryRows<Conversation>()
    /// All discussions.
    public internal(set) var discussions = MemoryRows<Discussion>()
    /// All tasks, finished or not.
    public internal(set) var tasks = MemoryRows<PostTask>()
    /// The outbound half of the ledger.
    public internal(set) var outgoing = MemoryRows<OutgoingMessage>()
    /// What is remembered of posts.
    public internal(set) var knownPosts: [PostReference: KnownPost] = [:]
    /// The discussions that a hint was given in.
    public internal(set) var hints: Set<PostReference> = []
    /// How far each zone is handled.
    public internal(set) var cursors: [Zone: ConnectCursor] = [:]
    /// The files of customers.
    public internal(set) var files = MemoryRows<InboundFile>()
    /// The posts that tasks made.
    public internal(set) var made: [PostTask.ID: PostReference] = [:]
    /// How far transfers are.
    public internal(set) var progress: [TransferSubject: TransferProgress] = [:]
    /// What is asked for again, in the order of asking.
    public internal(set) var replayRequests: [ReplayRequest] = []
    var lastReplayRequest: Int64 = 0
    /// The accounts whose token is refused.
    public internal(set) var accountStops: [String: AccountStop] = [:]
    /// Where the backup ends that it was put back from.
    public internal(set) var restoration: Restoration?
    /// The zones that have not been caught up since.
    public internal(set) var restoredZones: Set<Zone> = []

    // What the queries of the port need, so that each costs what it returns.
    var pendingWebhooks = MemoryIDs<StoredWebhook>()
    var inboundKeys: Set<String> = []
    var held: [HoldReason: MemoryIDs<InboundRecord>] = [:]
    var statuses: [NumberedWamid: [InboundRecord.ID]] = [:]
    var customersByAlias: [Alias: Customer.ID] = [:]
    var conversationsByCustomer: [NumberedCustomer: Conversation.ID] = [:]
    var discussionsByRoot: [PostReference: Discussion.ID] = [:]
    var openDiscussions: Set<Discussion.ID> = []
    var postsByWamid: [NumberedWamid: PostReference] = [:]
    var wamidsByPost: [PostReference: Wamid] = [:]
    var unfinishedTasks: [Lane: MemoryIDs<PostTask>] = [:]
    var postingRoots = MemoryIDs<PostTask>()
    var outgoingByMessageID: [String: OutgoingMessage.ID] = [:]
    var outgoingByWamid: [Wamid: MemoryIDs<OutgoingMessage>] = [:]
    var outgoingByPost: [PostReference: [OutgoingMessage.ID]] = [:]
    var holdingOutgoing: [Conversation.ID: MemoryIDs<OutgoingMessage>] = [:]
    var doubtfulOutgoing = MemoryIDs<OutgoingMessage>()
    var inboundByKey: [String: InboundRecord.ID] = [:]
    var filesByEvent: [InboundRecord.ID: [InboundFile.ID]] = [:]
    var filesInNeed = MemoryIDs<InboundFile>()
    var reactions: [NumberedReaction: PostTask.ID] = [:]
    var uploads: [UploadKey: KnownUpload] = [:]

    /// Creates empty contents.
    public init() {}

    struct NumberedWamid: Hashable, Sendable {
        var number: PhoneNumberID
        var wamid: Wamid
    }

    struct NumberedReaction: Hashable, Sendable {
        var conversation: Conversation.ID
        var wamid: Wamid
    }

    struct UploadKey: Hashable, Sendable {
        var digest: [UInt8]
        var mimeType: String
        var number: PhoneNumberID
    }

    struct NumberedCustomer: Hashable, Sendable {
        var number: PhoneNumberID
        var customer: Customer.ID
    }
}

/// Rows numbered from 1 in the order of insertion, none of which is ever removed.
public struct MemoryRows<Record: Sendable>: Sendable {
    /// All rows, in order.
    public private(set) var all: [Record] = []

    /// The row with a number; nil if there is none.
    public func find(_ id: RowID<Record>) -> Record? {
        id.rawValue >= 1 && id.rawValue <= Int64(all.count) ? all[Int(id.rawValue - 1)] : nil
    }

    mutating func append(_ make: (RowID<Record>) -> Record) -> RowID<Record> {
        let id = RowID<Record>(rawValue: Int64(all.count + 1))
        all.append(make(id))
        return id
    }

    mutating func change<Result>(_ id: RowID<Record>, _ change: (inout Record) throws -> Result) throws -> Result {
        guard id.rawValue >= 1, id.rawValue <= Int64(all.count) else { throw MemoryStoreError.noRow(id.rawValue) }
        return try change(&all[Int(id.rawValue - 1)])
    }
}

/// Row numbers in ascending order.
struct MemoryIDs<Record>: Sendable {
    private(set) var all: [RowID<Record>] = []

    var isEmpty: Bool { all.isEmpty }
    var first: RowID<Record>? { all.first }

    /// The index of the first number that is not below `id`.
    private func index(of id: RowID<Record>) -> Int {
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if all[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func insert(_ id: RowID<Record>) {
        let index = index(of: id)
        if index == all.count || all[index] != id { all.insert(id, at: index) }
    }

    mutating func remove(_ id: RowID<Record>) {
        let index = index(of: id)
        if index < all.count, all[index] == id { all.remove(at: index) }
    }

    mutating func set(_ id: RowID<Record>, isMember: Bool) {
        if isMember { insert(id) } else { remove(id) }
    }

    func after(_ id: RowID<Record>?) -> ArraySlice<RowID<Record>> {
        guard let id else { return all[...] }
        var start = index(of: id)
        if start < all.count, all[start] == id { start += 1 }
        return all[start...]
    }
}
