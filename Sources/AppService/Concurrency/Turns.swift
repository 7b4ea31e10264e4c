/// Lets one task after another do something that awaits.
package final class Turns: Sendable {
    private let isTaken = Watched(false)

    package init() {}

    /// Waits until nobody else is at it, then runs `body`.
    /// - Throws: what `body` throws; `CancellationError` if the task is cancelled while it waits.
    package func take<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async throws -> Result {
        while true {
            let (version, isTaken) = isTaken.current
            if !isTaken,
                self.isTaken.update({ taken in
                    defer { taken = true }
                    return !taken
                })
            {
                break
            }
            try await self.isTaken.changed(since: version)
        }
        defer { isTaken.update { $0 = false } }
        return try await body()
    }
}
