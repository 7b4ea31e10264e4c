public import Bridge

extension StoreTransaction {
    /// The first unfinished task of each lane, in the order of their rows, after `after`.
    public func headTasks(after: PostTask.ID?, limit: Int) throws -> [PostTask] {
        try laneHeads(after: after, limit: limit).compactMap { head in try task(head.task) }
    }
}
