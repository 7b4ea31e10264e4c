/// Runs something in a task of its own, and waits for it. It is cancelled with the one that waits.
///
/// A task keeps the memory that its deepest calls needed for as long as it lives. One that lives as long as a connection, of which there may be
/// thousands, leaves such calls to a task that ends.
package func inOwnTask<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask(operation: body)
        guard let result = try await group.next() else { throw CancellationError() }
        return result
    }
}
