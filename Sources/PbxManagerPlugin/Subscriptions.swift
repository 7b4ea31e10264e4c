import AppService
import Bridge
import NIOCore
import Protocol
import Synchronization

/// Keeps sessions up to date with one kind of content: each gets what it asked for, and then every change of it, at its own pace.
///
/// The content is read once for all of them, and sessions that know the same are told the same. A session that reads slowly holds up no
/// other: what changes meanwhile comes to it in one push, once it has taken the one before.
final class Subscriptions<Content: Equatable & Sendable>: Sendable {
    /// The content as it was read once.
    private struct Edition {
        var content: Content
        /// Readings are numbered in the order in which they began: a later one shows all that an earlier one does, or something newer.
        var reading: Int
        /// The same for readings that found the same, one after the other; 0 for one that was overtaken.
        var version: Int
    }

    private struct Entry {
        /// Tells the subscription from an earlier one of the session.
        var number: Int
        var session: AppSession
        var src: RequestTag?
        /// What the session knows; nil until its request is answered.
        var sent: Edition?
        /// Whether the session is about to change the content itself, and will be told so in another way.
        var isPaused = false
        /// Whether a push is on its way to the session.
        var isBusy = false
        /// Until when the session is left alone, because it was told something.
        var restsUntil: Moment?

        /// Whether it is to be told something newer.
        func isBehind(_ newest: Edition?) -> Bool {
            guard !isPaused, !isBusy, let sent, let newest else { return false }
            return sent.version != newest.version && sent.reading < newest.reading && sent.content != newest.content
        }
    }

    /// What sessions are told that know some content, instead of the newest.
    private struct News {
        var old: Content
        var src: RequestTag?
        var messages: [ByteBuffer]
    }

    private struct State {
        var entries: [AppSession.ID: Entry] = [:]
        var lastNumber = 0
        var readings = 0
        var versions = 0
        var newest: Edition?
        /// For the newest content.
        var news: [News] = []
    }

    private struct Push {
        /// Of the subscription.
        var number: Int
        var session: AppSession
        var messages: [ByteBuffer]
    }

    /// More kinds of sessions than these are told something of their own each time.
    private static var mostNews: Int { 8 }

    private let pace: Duration
    private let clock: any WallClock
    private let content: @Sendable () async -> Content
    private let messages: @Sendable (_ old: Content, _ new: Content, _ src: RequestTag?) -> [[UInt8]]
    private let state = Mutex(State())
    private let signal = Watched<Void>(())
    /// Changed when somebody has to be told something once they have rested.
    private let rests = Watched<Void>(())

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
    }

    /// Subscribes a session, in place of a subscription that it has already.
    ///
    /// - Parameters:
    ///   - src: of the subscription
    ///   - answer: sends the content; no push comes before it
    func subscribe(_ session: AppSession, src: RequestTag?, answer: (Content) async throws -> Void) async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            state.entries[session.id] = Entry(number: state.lastNumber, session: session, src: src)
            return state.lastNumber
        }
        // Whatever changes from here on is pushed later.
        let edition = await read()
        try await answer(edition.content)
        state.withLock { state in
            if state.entries[session.id]?.number == number { state.entries[session.id]?.sent = edition }
        }
        tell(session)
    }

    /// Ends a session's subscription, if it has one.
    func unsubscribe(_ session: AppSession) {
        state.withLock { $0.entries[session.id] = nil }
    }

    /// Has a session change the content: it is not told what it has done itself, but all that others have done meanwhile.
    ///
    /// - Parameter body: returns also what the session has made of some content; nil if it has changed nothing
    func changing<Result: Sendable>(
        _ session: AppSession, _ body: () async throws -> (Result, own: ((Content) -> Content)?)
    ) async throws -> Result {
        pause(session, true)
        do {
            let (result, own) = try await body()
            if let own {
                _ = await read()
                state.withLock { state in
                    guard let sent = state.entries[session.id]?.sent else { return }
                    state.entries[session.id]?.sent = Edition(content: own(sent.content), reading: sent.reading, version: 0)
                }
            }
            pause(session, false)
            return result
        } catch {
            pause(session, false)
            throw error
        }
    }

    private func pause(_ session: AppSession, _ isPaused: Bool) {
        state.withLock { $0.entries[session.id]?.isPaused = isPaused }
        if !isPaused { tellEveryone() }
    }

    /// Whether anybody is subscribed.
    var isEmpty: Bool { state.withLock { $0.entries.isEmpty } }

    /// The content may have changed.
    func touch() { signal.update { _ in } }

    /// Tells the sessions, until the task is cancelled. To be run once.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.follow() }
            if pace > .zero { group.addTask { await self.wakeTheRested() } }
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

    /// Reads the content, and tells everybody if it is news.
    private func read() async -> Edition {
        let reading = state.withLock { state in
            state.readings += 1
            return state.readings
        }
        let content = await content()
        let (edition, isNews) = state.withLock { state -> (Edition, Bool) in
            if var newest = state.newest {
                let isSame = newest.content == content
                // Another one may have begun later and been faster.
                if newest.reading > reading { return (Edition(content: content, reading: reading, version: isSame ? newest.version : 0), false) }
                if isSame {
                    newest.reading = reading
                    state.newest = newest
                    return (newest, false)
                }
            }
            state.versions += 1
            state.news = []
            let newest = Edition(content: content, reading: reading, version: state.versions)
            state.newest = newest
            return (newest, true)
        }
        if isNews { tellEveryone() }
        return edition
    }

    // MARK: Telling

    // No session has a task here: there may be a thousand, and each push would wake one.

    private func tellEveryone() {
        let now = clock.now()
        let pushes = state.withLock { state -> [Push] in
            let newest = state.newest
            let behind = state.entries.compactMap { id, entry in entry.isBehind(newest) ? id : nil }
            return behind.compactMap { push(to: $0, at: now, &state) }
        }
        send(pushes)
    }

    private func tell(_ session: AppSession) {
        let now = clock.now()
        let pushes = state.withLock { state -> [Push] in
            let isBehind = state.entries[session.id]?.isBehind(state.newest) ?? false
            guard isBehind, let push = push(to: session.id, at: now, &state) else { return [] }
            return [push]
        }
        send(pushes)
    }

    /// What a session that is behind is to be told now, and will know then; nil if it rests.
    private func push(to id: AppSession.ID, at now: Moment, _ state: inout State) -> Push? {
        guard let entry = state.entries[id], let sent = entry.sent, let newest = state.newest else { return nil }
        if let end = entry.restsUntil, end > now {
            rests.update { _ in }
            return nil
        }
        state.entries[id]?.sent = newest
        state.entries[id]?.isBusy = true
        if let known = state.news.first(where: { $0.src?.raw == entry.src?.raw && $0.old == sent.content }) {
            return Push(number: entry.number, session: entry.session, messages: known.messages)
        }
        let messages = self.messages(sent.content, newest.content, entry.src).map { ByteBuffer(bytes: $0) }
        let news = News(old: sent.content, src: entry.src, messages: messages)
        if state.news.count < Self.mostNews { state.news.append(news) }
        return Push(number: entry.number, session: entry.session, messages: news.messages)
    }

    private func send(_ pushes: [Push]) {
        for push in pushes {
            push.session.post(push.messages) { self.wasTold(push.number, push.session, isSent: $0) }
        }
    }

    /// A push is on its way: what changed meanwhile comes next.
    private func wasTold(_ number: Int, _ session: AppSession, isSent: Bool) {
        let end = pace > .zero ? Self.common(clock.now() + pace) : nil
        state.withLock { state in
            // The session may have subscribed anew since.
            guard state.entries[session.id]?.number == number else { return }
            state.entries[session.id]?.isBusy = false
            state.entries[session.id]?.restsUntil = end
            if !isSent { state.entries[session.id] = nil }
        }
        tell(session)
    }

    /// The end of a rest, at which many others end too, so that all of them are told at once.
    private static func common(_ moment: Moment) -> Moment { Moment(milliseconds: (moment.milliseconds + 49) / 50 * 50) }

    /// Tells those that have rested, until the task is cancelled.
    private func wakeTheRested() async {
        while !Task.isCancelled {
            let version = rests.version
            let next = state.withLock { state in
                state.entries.values.filter { $0.isBehind(state.newest) }.compactMap(\.restsUntil).min()
            }
            if let next, next <= clock.now() {
                tellEveryone()
            } else {
                await rests.wait(since: version, until: next, clock: clock)
            }
        }
    }
}
