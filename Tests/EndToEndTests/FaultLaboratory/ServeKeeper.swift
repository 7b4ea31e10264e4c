import Synchronization

/// Keeps the service running: whenever it ends, it is started again.
final class ServeKeeper: Sendable {
    private struct State {
        var service: ServeProcess?
        /// Whether the service takes signals.
        var isReady = false
        var isOver = false
        var endings: [ChildProcess.Ending] = []
        var logs: [String] = []
    }

    private let bench: CrashBench
    private let state = Mutex(State())

    init(bench: CrashBench) { self.bench = bench }

    /// How often it ended, and how.
    var endings: [ChildProcess.Ending] { state.withLock { $0.endings } }

    /// What the newest ones logged.
    var log: String { state.withLock { ($0.logs.suffix(1) + [$0.service?.log ?? ""]).joined(separator: "\n---\n") } }

    /// Starts the service, and starts it again until `stop`.
    /// - Parameters:
    ///   - environment: For the first one.
    ///   - later: For those after it.
    func run(environment: [String: String] = [:], later: [String: String] = [:]) async throws {
        var environment = environment
        var ending: ChildProcess.Ending
        repeat {
            let service = try bench.start(environment: environment)
            state.withLock { state in
                state.service = service
                state.isReady = false
            }
            // Before that a signal would not be asking. Perhaps it is over already: this one has what one left behind that was killed while it ended.
            _ = try? await service.ready()
            let isOver = state.withLock { state in
                state.isReady = true
                return state.isOver
            }
            if isOver { service.askToEnd() }
            ending = await service.ended()
            state.withLock { state in
                state.endings.append(ending)
                state.logs.append(service.log)
            }
            environment = later
        } while !state.withLock({ $0.isOver }) || ending == .killed(by: 9)
    }

    /// Has it end by itself, for good; `run` returns then.
    func stop() {
        state.withLock { state in
            state.isOver = true
            if state.isReady { state.service?.askToEnd() }
        }
    }
}
