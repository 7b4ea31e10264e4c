import Bridge
import Logging
import Protocol
import Synchronization

/// One logged-in connection to Connect at work: sends requests, and brings every answer to whoever waits for it.
final class ConnectLine: Sendable {
    /// Why there is no answer.
    enum Failure: Error, Equatable {
        /// Nothing was sent.
        case notSent(String)
        /// The request may have arrived.
        case lost(String)
    }

    private typealias Answer = Result<ConnectSession.Reply, Failure>

    private enum Slot {
        case open
        case awaited(CheckedContinuation<Answer, Never>)
        case filled(Answer)
    }

    private struct State {
        var session = ConnectSession()
        var slots: [ConnectSession.Source: Slot] = [:]
        var end: String?
    }

    /// The SIP name under which it is logged in.
    let sip: String
    private let connection: any ConnectConnection
    private let clock: any WallClock
    private let logger: Logger
    private let onLive: @Sendable (ConnectSession.Source, Connect.Add) -> Void
    private let onChanged: @Sendable (ConnectSession.Source, Connect.Add) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - onChanged: Takes posts that a subscription shows again because they were changed. Must not block.
    ///   - onLive: Takes the new posts of subscriptions, one at a time, in the order of arrival. Must not block.
    init(
        _ connection: any ConnectConnection, clock: any WallClock, logger: Logger,
        onChanged: @escaping @Sendable (ConnectSession.Source, Connect.Add) -> Void = { _, _ in },
        onLive: @escaping @Sendable (ConnectSession.Source, Connect.Add) -> Void = { _, _ in }
    ) {
        self.onChanged = onChanged
        self.connection = connection
        self.clock = clock
        self.logger = logger
        self.onLive = onLive
        sip = connection.sip
    }

    /// Reads until the connection ends, an answer is overdue or the task is cancelled. To be run once, beside the requests.
    /// - Returns: Why it ended, in one phrase.
    func pump() async -> String {
        await withTaskGroup(of: String.self) { group in
            group.addTask { await self.read() }
            group.addTask { await self.watchDeadlines() }
            let reason = await group.next() ?? "the connection to Connect ended"
            end(reason)
            group.cancelAll()
            return reason
        }
    }

    /// A tag for a subscription.
    func makeSource() -> ConnectSession.Source { state.withLock { $0.session.makeSource() } }

    /// Sends a request and waits for its result, which may tell of a failure.
    /// - Throws: `Failure` if there is no result.
    func ask(_ request: Connect.Request, as source: ConnectSession.Source? = nil) async throws -> ConnectSession.Reply {
        let source = source ?? makeSource()
        guard let bytes = try? Connect.ClientMessage(source: source, request: request).json() else { throw Failure.notSent("not to be encoded") }
        try state.withLock { state in
            if let end = state.end { throw Failure.notSent(end) }
            _ = state.session.request(request, as: source, now: clock.now())
            state.slots[source] = .open
        }
        do { try await connection.send(bytes) } catch { end("the connection to Connect broke") }
        return try await answer(source).get()
    }

    /// Sends a request that the other side may not know, and waits for its result for a while.
    /// - Returns: The result; nil if none came in time. The connection goes on without it.
    /// - Throws: `Failure` if the connection ended.
    func tryAsk(_ request: Connect.Request, within limit: Duration) async throws -> ConnectSession.Reply? {
        let source = makeSource()
        return try await withThrowingTaskGroup(of: ConnectSession.Reply?.self) { group in
            group.addTask { try await self.ask(request, as: source) }
            group.addTask { [clock] in
                try await clock.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            let reply = try await group.next() ?? nil
            if reply == nil { state.withLock { $0.session.forget(source) } }
            return reply
        }
    }

    /// Sends a request whose result does not matter.
    func tell(_ request: Connect.Request) async {
        guard let bytes = try? Connect.ClientMessage(source: makeSource(), request: request).json() else { return }
        try? await connection.send(bytes)
    }

    private func answer(_ source: ConnectSession.Source) async -> Answer {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> Answer? in
                    if case .filled(let answer) = state.slots[source] {
                        state.slots[source] = nil
                        return answer
                    }
                    if Task.isCancelled {
                        state.slots[source] = nil
                        return .failure(.lost("given up"))
                    }
                    state.slots[source] = .awaited(continuation)
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let slot = state.withLock { $0.slots.removeValue(forKey: source) }
            if case .awaited(let continuation) = slot { continuation.resume(returning: .failure(.lost("given up"))) }
        }
    }

    private func fill(_ source: ConnectSession.Source, _ answer: Answer) {
        let waiter = state.withLock { state -> CheckedContinuation<Answer, Never>? in
            switch state.slots[source] {
            case .awaited(let continuation):
                state.slots[source] = nil
                return continuation
            case .open: state.slots[source] = .filled(answer)
            case .filled, nil: break
            }
            return nil
        }
        waiter?.resume(returning: answer)
    }

    private func end(_ reason: String) {
        let sources = state.withLock { state in
            state.end = state.end ?? reason
            return Array(state.slots.keys)
        }
        for source in sources { fill(source, .failure(.lost(reason))) }
    }

    private func read() async -> String {
        do {
            while let bytes = try await connection.receive() {
                guard let message = try? Connect.ServerMessage(json: bytes) else {
                    logger.warning("Connect sent something unreadable", metadata: ["bytes": "\(bytes.count)"])
                    continue
                }
                let event = state.withLock { $0.session.received(message) }
                switch event {
                case .collected: break
                case .answered(let source, let reply): fill(source, .success(reply))
                case .live(let source, let add): onLive(source, add)
                case .changed(let source, let add): onChanged(source, add)
                case .overrun: return "Connect sent an answer without end"
                case .ignored(let mt): logger.debug("Connect sent something unknown", metadata: ["mt": "\(mt)"])
                }
                if let end = state.withLock({ $0.end }) { return end }
            }
            return "Connect closed the connection"
        } catch is CancellationError {
            return "the connection to Connect was given up"
        } catch {
            return "the connection to Connect broke"
        }
    }

    /// A request that is made while this sleeps is due later than it wakes.
    private func watchDeadlines() async -> String {
        while true {
            let now = clock.now()
            let deadline = state.withLock { state in state.session.nextDeadline ?? now + ConnectSession.patience }
            guard (try? await clock.sleep(until: deadline)) != nil else { return "the connection to Connect was given up" }
            let moment = clock.now()
            guard state.withLock({ $0.session.expired(at: moment) }).isEmpty else { return "Connect did not answer within 30 s" }
        }
    }
}
