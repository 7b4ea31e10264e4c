import AppService
import Bridge
import Protocol
import Synchronization

/// Keeps sessions up to date with one kind of content: each gets what it asked for, and then every change of it, at its own pace.
///
/// The content is read once for all of them, and sessions that know the same are told the same. A session that reads slowly holds up no
/// other: what changes meanwhile comes to it in one.
final class Subscriptions<Content: Equatable & Sendable>: Sendable {
    /// The content as it was read once.
    private struct Edition {
        var content: Content
        /// Readings are numbered in the order in which they began: a later one shows all that an earlier one does, or something newer.
        var reading: Int
    }

    private struct Entry {
        var session: AppSession
        var src: RequestTag?
        /// What the session knows; nil until its request is answered.
        var sent: Edition?
        /// Whether the session is about to change the content itself, and will be told so in another way.
        var isPaused = false
        /// Rung when there may be something to tell; finished when the subscription ends.
        var bell: AsyncStream<Void>.Continuation
    }

    /// What sessions are told that know some content, instead of the newest.
    private struct News {
        var old: Content
        var src: RequestTag?
        var messages: [[UInt8]]
    }

    private struct State {
        var entries: [Int: Entry] = [:]
        var lastNumber = 0
        var readings = 0
        var newest: Edition?
        /// For the newest content.
        var news: [News] = []
    }

    private struct Newcomer {
        var number: Int
        var bells: AsyncStream<Void>
    }

    /// More kinds of sessions than these are told something of their own each time.
    private static var mostNews: Int { 8 }

    private let pace: Duration
    private let clock: any WallClock
    private let content: @Sendable () async -> Content
    private let messages: @Sendable (_ old: Content, _ new: Content, _ src: RequestTag?) -> [[UInt8]]
    private let state = Mutex(State())
    private let signal = Watched<Void>(())
    private let newcomers: AsyncStream<Newcomer>
    private let announce: AsyncStream<Newcomer>.Continuation

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
        unsubscribe(session)
        let (bells, bell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.lastNumber += 1
            state.entries[state.lastNumber] = Entry(session: session, src: src, bell: bell)
            return state.lastNumber
        }
        // Whatever changes from here on is pushed later.
        let edition = await read()
        try await answer(edition.content)
        state.withLock { $0.entries[number]?.sent = edition }
        announce.yield(Newcomer(number: number, bells: bells))
        bell.yield()
    }

    /// Ends a session's subscription, if it has one.
    func unsubscribe(_ session: AppSession) {
        state.withLock { state in
            for (number, entry) in state.entries where entry.session == session {
                entry.bell.finish()
                state.entries[number] = nil
            }
        }
    }

    /// Has a session change the content: it is not told what it has done itself.
    func changing<Result: Sendable>(_ session: AppSession, _ body: () async throws -> Result) async throws -> Result {
        pause(session, true)
        do {
            let result = try await body()
            let edition = await read()
            state.withLock { state in
                for (number, entry) in state.entries where entry.session == session && entry.sent != nil { state.entries[number]?.sent = edition }
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
            for (number, entry) in state.entries where entry.session == session {
                state.entries[number]?.isPaused = isPaused
                if !isPaused { entry.bell.yield() }
            }
        }
    }

    /// Whether anybody is subscribed.
    var isEmpty: Bool { state.withLock { $0.entries.isEmpty } }

    /// The content may have changed.
    func touch() { signal.update { _ in } }

    /// Tells the sessions, until the task is cancelled. To be run once.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.follow() }
            for await newcomer in newcomers { group.addTask { await self.serve(newcomer) } }
            group.cancelAll()
        }
    }

    /// Reads the content whenever it may have changed and somebody wants to know.
    private func follow() async {
        while !Task.isCancelled {
            let version = signal.version
            if !isEmpty { _ = await read() }
            guard (try? await signal.changed(since: version)) != nil else { return }
        }
    }

    /// Reads the content, and rings for everybody if it is news.
    private func read() async -> Edition {
        let reading = state.withLock { state in
            state.readings += 1
            return state.readings
        }
        let edition = Edition(content: await content(), reading: reading)
        state.withLock { state in
            // Another one may have begun later and been faster.
            guard state.newest.map({ $0.reading < reading }) ?? true else { return }
            let isNews = state.newest?.content != edition.content
            state.newest = edition
            guard isNews else { return }
            state.news = []
            for entry in state.entries.values { entry.bell.yield() }
        }
        return edition
    }

    /// Tells one session, until its subscription ends.
    private func serve(_ newcomer: Newcomer) async {
        for await _ in newcomer.bells {
            guard let (session, messages) = news(for: newcomer.number) else { continue }
            do {
                for message in messages { try await session.send(message) }
            } catch {
                return unsubscribe(session)
            }
            if pace > .zero { try? await clock.sleep(for: pace) }
        }
    }

    /// What a session is to be told now, and will know then.
    private func news(for number: Int) -> (AppSession, [[UInt8]])? {
        state.withLock { state in
            guard let entry = state.entries[number], !entry.isPaused, let sent = entry.sent, let newest = state.newest,
                sent.reading < newest.reading, sent.content != newest.content
            else { return nil }
            state.entries[number]?.sent = newest
            if let known = state.news.first(where: { $0.src?.raw == entry.src?.raw && $0.old == sent.content }) {
                return (entry.session, known.messages)
            }
            let news = News(old: sent.content, src: entry.src, messages: messages(sent.content, newest.content, entry.src))
            if state.news.count < Self.mostNews { state.news.append(news) }
            return (entry.session, news.messages)
        }
    }
}
