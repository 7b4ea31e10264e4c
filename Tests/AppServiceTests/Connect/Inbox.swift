@testable import AppService

/// What waits to be received on a connection in memory; never full, as a network's buffers may be deemed to be in a test.
final class Inbox: Sendable {
    private struct State {
        var messages: [String] = []
        var first = 0
        var isClosed = false
    }

    private let state = Watched(State())

    func put(_ message: String) { state.update { if !$0.isClosed { $0.messages.append(message) } } }

    func close() { state.update { $0.isClosed = true } }

    /// The next message; nil once closed and empty.
    func take() async throws -> String? {
        while true {
            try Task.checkCancellation()
            let version = state.version
            let (message, isOver) = state.update { state -> (String?, Bool) in
                guard state.first < state.messages.count else { return (nil, state.isClosed) }
                defer { state.first += 1 }
                return (state.messages[state.first], false)
            }
            if let message { return message }
            if isOver { return nil }
            try await state.changed(since: version + 1)
        }
    }
}
