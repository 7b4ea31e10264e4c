import Protocol

/// The ids that were seen last, so many at most.
struct RecentIDs: Sendable {
    private let limit: Int
    private var ids: Set<Connect.ID> = []
    private var order: [Connect.ID] = []
    private var next = 0

    init(limit: Int) { self.limit = limit }

    /// Notes an id; false if it was noted already. Forgets the oldest one when there are too many.
    mutating func insert(_ id: Connect.ID) -> Bool {
        guard ids.insert(id).inserted else { return false }
        if order.count < limit {
            order.append(id)
        } else {
            ids.remove(order[next])
            order[next] = id
            next = (next + 1) % limit
        }
        return true
    }
}
