import AppService
import Bridge
import Protocol
import Synchronization

/// Keeps sessions up to date with one kind of content: each gets what it asked for, and then every change of it, at its own pace.
///
/// A session that reads slowly holds up no other: what changes meanwhile comes to it in one.
final class Subscriptions<Content: Equatable & Sendable>: Sendable {
    private struct Entry {
        var session: AppSession
        var src: RequestTag?
        /// What the session knows; nil until its request is answered.
        var sent: Content?
        /// Whether the session is about to change the content itself, and will be told so in another way.
        var isPaused = false
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var lastNumber = 0
    }

    private let pace: Duration
    private let clock: any WallClock
    private let content: @Sendable () async -> Content
    private let messages: @Sendable (_ old: Content, _ new: Content, _ src: RequestTag?) -> [[UInt8]]
    private let state = Mutex(State())
    private let signal = Watched<Void>(())
    private let newcomers: AsyncStream<Int>
    private let announce: AsyncStream<Int>.Continuation

    /// - Parameters:
    ///   - pace: at least so much time is between two pushes to a session
    ///   - content: what it is now
    ///   - messages: what to tell a session that knows the old content
    init(
        pace: Duration, clock: any WallClock, content: @escaping @Sendable () async -> Content,
        messages: @escaping @Sendable (_ old: Content, _ new: Content, _ src: RequestTag?) -> [[UInt8]]
    ) {
        self.pace = pace
        self.clock = clock
        self.content = content
        self.messages = messages
        (newcomers, announce) = AsyncStream.makeStream()
    }

    /// Subscribes a session, in place of a subscription that it has already.
    ///
    /// - Parameters:
    ///   - src: of the subscription
    ///   - answer: sends the content; no push comes before it
    func subscribe(_ session: AppSession, src: RequestTag?, answer: (Content) async throws -> Void) async throws {
        let number = state.withLock { state in
            state.entries = state.entries.filter { $0.value.session != session }
            state.lastNumber += 1
            state.entries[state.lastNumber] = Entry(session: session, src: src)
            return state.lastNumber
        }
        signal.update { _ in }
        // Whatever changes from here on is pushed later.
        let content = await content()
        try await answer(content)
        state.withLock { $0.entries[number]?.sent = content }
        announce.yield(number)
    }

    /// Ends a session's subscription, if it has one.
    func unsubscribe(_ session: AppSession) {
        state.withLock { state in state.entries = state.entries.filter { $0.value.session != session } }
        signal.update { _ in }
    }

    /// Has a session change the content: it is not told what it has done itself.
    func changing<Result: Sendable>(_ session: AppSession, _ body: () async throws -> Result) async throws -> Result {
        pause(session, true)
        do {
            let result = try await body()
            let content = await content()
            state.withLock { state in
                for (number, entry) in state.entries where entry.session == session && entry.sent != nil { state.entries[number]?.sent = content }
            }
            pause(session, false)
            return result
        } catch {
            pause(session, false)
            throw error
        }
    }

    private func pause(_ session: AppSession, _ isPaused: Bool) {
        state.withLock { state in
            for (number, entry) in state.entries where entry.session == session { state.entries[number]?.isPaused = isPaused }
        }
        if !isPaused { signal.update { _ in } }
    }

    /// Whether anybody is subscribed.
    var isEmpty: Bool { state.withLock { $0.entries.isEmpty } }

    /// The content may have changed.
    func touch() { signal.update { _ in } }

    /// Tells the sessions, until the task is cancelled. To be run once.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await number in newcomers { group.addTask { await self.serve(number) } }
            group.cancelAll()
        }
    }

    private func serve(_ number: Int) async {
        while !Task.isCancelled {
            let version = signal.version
            let content = await content()
            let news = state.withLock { state -> (AppSession, [[UInt8]])? in
                guard let entry = state.entries[number], !entry.isPaused, let sent = entry.sent, sent != content else { return nil }
                state.entries[number]?.sent = content
                return (entry.session, messages(sent, content, entry.src))
            }
            if let (session, messages) = news {
                do {
                    for message in messages { try await session.send(message) }
                } catch {
                    return unsubscribe(session)
                }
                if pace > .zero { try? await clock.sleep(for: pace) }
            }
            guard state.withLock({ $0.entries[number] != nil }) else { return }
            guard (try? await signal.changed(since: version)) != nil else { return }
        }
    }
}
