import AsyncHTTPClient
import Synchronization
public import Transport

/// The simulated Connect, served over WebSockets and, for files, HTTP; scripts and the demo page play its colleagues.
///
/// All calls may come from any task at any time; each is one step of `ConnectCore`.
public final class ConnectSimulator: Sendable {
    struct State {
        var core: ConnectCore
        var outlets: [Int: AsyncStream<SocketPump.Outgoing>.Continuation] = [:]
        var nextSession = 1
    }

    let state: Mutex<State>
    let clock: LabClock
    let wire: WireLog
    let files: LabFileStore
    let client: HTTPClient
    private let fetches: AsyncStream<ConnectFetch>
    private let fetchOutlet: AsyncStream<ConnectFetch>.Continuation
    let changes = ChangeSignal()

    init(_ core: ConnectCore, clock: LabClock, wire: WireLog, files: LabFileStore, client: HTTPClient = .shared) {
        state = Mutex(State(core: core))
        self.clock = clock
        self.wire = wire
        self.files = files
        self.client = client
        (fetches, fetchOutlet) = AsyncStream.makeStream(of: ConnectFetch.self)
    }

    // MARK: Running

    /// Serves one connection until it ends.
    public func serve(_ connection: WebSocketConnection) async {
        let pump = SocketPump()
        let session = state.withLock { state in
            let session = state.nextSession
            state.nextSession += 1
            state.outlets[session] = pump.outlet
            state.core.connected(session)
            return session
        }
        await pump.run(connection) { text in
            self.log(.fromService, try? LabJSON(parsing: text))
            self.step { core, now in core.received(text, from: session, now: now) }
        }
        let now = clock.now()
        let isOrderly = connection.closeReason.map { $0.side == .remote && $0.code != .abnormal } ?? false
        state.withLock { state in
            state.outlets[session] = nil
            if isOrderly { state.core.left(session, now: now) } else { state.core.disconnected(session) }
        }
        changes.signal()
    }

    /// Performs what is due at a later moment, and fetches files, until cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.runSchedule() }
            for await fetch in fetches { group.addTask { await self.perform(fetch) } }
            group.cancelAll()
        }
    }

    private func runSchedule() async {
        while !Task.isCancelled {
            let version = changes.version
            let due = state.withLock { $0.core.nextDue }
            if let due, due <= clock.now() {
                step { core, now in core.fire(now: now) }
            } else {
                await changes.wait(after: version, until: due, on: clock)
            }
        }
    }

    /// One step of the core; what it wants sent is queued in the same moment, so that the order is that of the steps.
    @discardableResult
    func step<Failure: Error>(_ body: (inout ConnectCore, Int64) throws(Failure) -> [ConnectAction]) throws(Failure) -> [ConnectAction] {
        let result: Result<[ConnectAction], Failure> = state.withLock { state in
            do throws(Failure) {
                // The time of the step itself: two steps at once must not have it the other way round than their order.
                let actions = try body(&state.core, clock.now())
                perform(actions, &state)
                return .success(actions)
            } catch {
                return .failure(error)
            }
        }
        changes.signal()
        return try result.get()
    }

    private func perform(_ actions: [ConnectAction], _ state: inout State) {
        for action in actions {
            switch action {
            case .send(let session, let message):
                log(.toService, message)
                state.outlets[session]?.yield(.text(message.text()))
            case .close(let session):
                state.outlets[session]?.yield(.close)
            case .fetch(let fetch): fetchOutlet.yield(fetch)
            }
        }
    }

    private func log(_ direction: WireLog.Direction, _ message: LabJSON?) {
        wire.add(.connect, direction, message?["mt"]?.string ?? "no JSON", message)
    }

    // MARK: Faults and looks

    /// Plans a fault, after those planned before.
    public func plan(_ fault: ConnectFault) {
        var fault = fault
        // The files of a colleague who posts in between are made beforehand.
        if case .interleave(let post) = fault.kind, let made = try? withFilesMade(post) { fault.kind = .interleave(made) }
        change { $0.faults.append(fault) }
    }

    /// Forgets the planned faults, those of files too.
    public func clearFaults() {
        change { core in
            core.faults = []
            core.files.faults = []
        }
    }

    /// Ends every connection, as a restart of the service does.
    public func restart() {
        step { core, _ in core.restart() }
    }

    /// Takes over what the PBX says of Connect's app objects: the zones that are ticked there.
    func grant(_ targets: [PBXTarget]) {
        change { core in
            for target in targets { core.grant(target.apps.map { ConnectSession.Topic(sip: $0.name, dn: $0.dn) }, to: target.name) }
        }
    }

    /// How it behaves from now on.
    public var options: ConnectOptions {
        get { state.withLock { $0.core.options } }
        set { change { $0.options = newValue } }
    }

    /// Everything that is stored, in the order it came.
    public var posts: [ConnectStoredPost] { state.withLock { state in state.core.storedOrder.compactMap { state.core.posts[$0] } } }

    /// How many posts are stored.
    public var postCount: Int { state.withLock { $0.core.storedOrder.count } }

    /// The posts that were stored after the first `count`, in the order they came.
    public func posts(after count: Int) -> [ConnectStoredPost] {
        state.withLock { state in state.core.storedOrder.dropFirst(count).compactMap { state.core.posts[$0] } }
    }

    /// Forgets, without a word to anybody, the discussions without a post of this moment (milliseconds since 1970 UTC) or later, so that long
    /// runs have room.
    public func forget(before moment: Int64) { change { $0.forget(before: moment) } }

    /// What a colleague sees, in the order of (`timestamp`, `id`).
    public func view(of sip: String) -> [ConnectStoredPost] { state.withLock { $0.core.view(of: sip) } }

    /// What a colleague sees of one discussion, in the same order.
    public func view(of sip: String, in discussion: UInt64) -> [ConnectStoredPost] { state.withLock { $0.core.view(of: sip, in: discussion) } }

    /// The first posts of the discussions that a colleague sees, the oldest first.
    public func roots(for sip: String) -> [ConnectStoredPost] { state.withLock { $0.core.roots(for: sip) } }

    /// The colleagues.
    public var users: [ConnectUser] { state.withLock { $0.core.users } }

    /// The names of the app objects that are logged in to, once for each connection, in the order they connected.
    public var logins: [String] {
        state.withLock { state in state.core.sessions.sorted { $0.key < $1.key }.compactMap { $0.value.login?.appObject } }
    }

    /// The zones that the connections which are logged in know, each once.
    public var zones: Set<String> {
        state.withLock { state in Set(state.core.sessions.values.flatMap { $0.login?.topics ?? [] }.map(\.sip)) }
    }

    /// How many live filters there are.
    public var filterCount: Int { state.withLock { state in state.core.sessions.values.map(\.filters.count).reduce(0, +) } }

    /// What the service did that it must not.
    public var violations: [ConnectViolation] { state.withLock { $0.core.violations } }

    /// Forgets the violations.
    public func forgetViolations() { change { $0.forgetViolations() } }

    /// The display name of a colleague or of an app that is logged in.
    func displayName(of sip: String) -> String? { state.withLock { $0.core.displayName(of: sip) } }

    /// The colleagues who see a post.
    func readers(of post: ConnectStoredPost) -> [String] {
        state.withLock { state in
            state.core.users.map(\.sip).filter { state.core.isVisible(post, to: ConnectViewer(sip: $0)) }
        }
    }

    /// Returns once the condition holds; it is looked at after every step.
    ///
    /// - Throws: `LabError` if it does not within the time-out, which is real time.
    public func wait(
        until what: String, timeout: Duration = .seconds(30), _ condition: @escaping @Sendable (ConnectSimulator) -> Bool
    ) async throws {
        try await changes.wait(until: what, timeout: timeout) { condition(self) }
    }

    func change(_ body: (inout ConnectCore) -> Void) {
        state.withLock { body(&$0.core) }
        changes.signal()
    }
}
