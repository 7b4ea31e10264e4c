import Testing

/// Something to wait at until a test opens it.
final class TestGate: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    /// Lets everybody through from now on.
    func open() { continuation.finish() }

    /// Returns once the gate is open, or the task is cancelled. For one at a time.
    func pass() async {
        for await _ in stream {}
    }
}

/// Waits for what other tasks bring about, at most thirty seconds; `meanwhile` runs before every further look.
func eventually(
    meanwhile: () -> Void = {},
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(30)
    while try !condition() {
        guard ContinuousClock.now < end else {
            Issue.record("It never came.", sourceLocation: sourceLocation)
            return
        }
        meanwhile()
        try await Task.sleep(for: .milliseconds(1))
    }
}
