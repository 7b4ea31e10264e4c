import Synchronization
import Transport

/// The simulated PBX: it dials out to the service over WebSockets, and serves its administrators.
///
/// All calls may come from any task at any time; each is one step of `PBXCore` or `PBXAdministration`. The objects lead: what the
/// PBX dials and what it grants follows them.
public final class PBXSimulator: Sendable {
    private struct Dial: Sendable {
        var link: Int
        var url: String
    }

    struct State {
        var core: PBXCore
        var directory: PBXDirectory
        var administration: PBXAdministration
        var outlets: [Int: AsyncStream<SocketPump.Outgoing>.Continuation] = [:]
        /// Those of the administrators.
        var sessions: [Int: AsyncStream<SocketPump.Outgoing>.Continuation] = [:]
        var nextSession = 1
    }

    let state: Mutex<State>
    let clock: LabClock
    let wire: WireLog
    private let client: WebSocketClient
    private let dials: AsyncStream<Dial>
    private let dialer: AsyncStream<Dial>.Continuation
    let passwords: AsyncStream<PBXPasswordChange>
    let passwordOutlet: AsyncStream<PBXPasswordChange>.Continuation
    /// Path of the URL by which the service's app object is known.
    let appPath: String
    /// Gives the service's instance a password; nil if nobody here can.
    let setInstancePassword: InstancePasswordSetter?
    /// The object for the App Platform that the service plays itself.
    let platformObject: PBXPlatformObject
    let changes = ChangeSignal()

    init(
        _ configuration: LabConfiguration, clock: LabClock, wire: WireLog, client: WebSocketClient, setInstancePassword: InstancePasswordSetter?
    ) {
        state = Mutex(
            State(core: configuration.pbxCore, directory: configuration.directory, administration: configuration.pbxAdministration))
        appPath = configuration.appPath
        self.setInstancePassword = setInstancePassword
        (passwords, passwordOutlet) = AsyncStream.makeStream(of: PBXPasswordChange.self)
        self.clock = clock
        self.wire = wire
        self.client = client
        platformObject = PBXPlatformObject(
            domain: configuration.domain, options: configuration.pbxOptions, seed: configuration.seed &+ 5, clock: clock, wire: wire, client: client)
        (dials, dialer) = AsyncStream.makeStream(of: Dial.self)
    }

    // MARK: Running

    /// Keeps the links that `start` asks for, until cancelled. May run once.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepTime() }
            group.addTask { await self.setPasswords() }
            group.addTask { await self.platformObject.run() }
            group.addTask { await self.relayPlatform() }
            for await dial in dials { group.addTask { await self.hold(dial) } }
        }
    }

    private func hold(_ dial: Dial) async {
        let pump = SocketPump()
        try? await client.withConnection(to: dial.url) { connection in
            self.state.withLock { $0.outlets[dial.link] = pump.outlet }
            self.step { core, _ in core.connected(dial.link) }
            await pump.run(connection) { text in
                self.log(.fromService, text)
                self.step { core, now in core.received(text, from: dial.link, now: now) }
            }
        }
        state.withLock { $0.outlets[dial.link] = nil }
        step { core, now in
            core.disconnected(dial.link, now: now)
            return []
        }
    }

    /// What becomes of the object for the App Platform is a change of the PBX.
    private func relayPlatform() async {
        while !Task.isCancelled {
            let version = platformObject.changes.version
            changes.signal()
            await platformObject.changes.wait(after: version)
        }
    }

    private func keepTime() async {
        while !Task.isCancelled {
            let version = changes.version
            let due = state.withLock { [$0.core.nextDue, $0.administration.nextDue].compactMap(\.self).min() }
            if let due, due <= clock.now() {
                step { core, now in core.fire(now: now) }
                administer { administration, _, now in administration.fire(now: now) }
            } else {
                await changes.wait(after: version, until: due, on: clock)
            }
        }
    }

    private func step(_ body: (inout PBXCore, Int64) -> [PBXAction]) {
        let now = clock.now()
        state.withLock { state in perform(body(&state.core, now), &state) }
        changes.signal()
    }

    func perform(_ actions: [PBXAction], _ state: inout State) {
        for action in actions {
            switch action {
            case .dial(let link, let url): dialer.yield(Dial(link: link, url: url))
            case .send(let link, let text):
                log(.toService, text)
                state.outlets[link]?.yield(.text(text))
            case .close(let link): state.outlets[link]?.yield(.close)
            }
        }
    }

    private func log(_ direction: WireLog.Direction, _ text: String) {
        let message = try? LabJSON(parsing: text)
        wire.add(.pbx, direction, message?["mt"]?.string ?? "no JSON", message)
    }

    // MARK: Scripts

    /// Begins to dial the app object's URL; does nothing if it does already.
    public func start() { step { core, _ in core.start() } }

    /// Ends the links and dials no more until `start`.
    public func stop() { step { core, _ in core.stop() } }

    /// Ends the links; they are dialled again after the usual delay, with what the app object is by then.
    public func drop() { step { core, _ in core.drop() } }

    /// Plans a fault, after those planned before.
    public func plan(_ fault: PBXFault) { change { $0.faults.append(fault) } }

    /// Forgets the planned faults.
    public func clearFaults() { change { $0.faults = [] } }

    /// How it behaves from now on; names of PBXs count from the next `start` on.
    public var options: PBXOptions {
        get { state.withLock { $0.core.options } }
        set { change { $0.options = newValue } }
    }

    /// The app object of the service under test; nil if the PBX has none. What the login says of it counts from the next connection
    /// on, if a script changes it here; a change of `apps` is told at once.
    public var object: PBXAppObject? {
        get { state.withLock { $0.core.object } }
        set {
            state.withLock { state in
                if let newValue {
                    try? state.directory.write(newValue)
                } else if let old = state.core.object {
                    try? state.directory.delete(guid: old.guid)
                }
                state.core.object = state.directory.appObject(path: appPath)
                perform(newValue == nil ? state.core.drop() : state.core.servicesChanged(), &state)
            }
            changes.signal()
        }
    }

    /// The services that the app object may be granted; a change is told at once. They follow the objects of Connect: what a script
    /// changes here holds until the objects change next.
    public var targets: [PBXTarget] {
        get { state.withLock { $0.core.services } }
        set {
            step { core, _ in
                core.services = newValue
                return core.servicesChanged()
            }
        }
    }

    /// The links with their PBX's name and whether they are logged in.
    public var links: [(name: String, isOpen: Bool)] { state.withLock { $0.core.links.map { ($0.name, $0.isOpen) } } }

    /// What the service answered to `AppInfo` on its newest connection; nil before.
    public var appInfo: LabJSON? {
        state.withLock { state in
            state.core.links.lazy.compactMap { link in
                guard case .open(let open) = link.state else { return nil }
                return open.appInfo
            }.first
        }
    }

    /// What the service did that it must not.
    public var violations: [PBXViolation] { state.withLock { $0.core.violations } }

    /// Forgets the violations.
    public func forgetViolations() { change { $0.forgetViolations() } }

    /// Returns once the condition holds; it is looked at after every step.
    ///
    /// - Throws: `LabError` if it does not within the time-out, which is real time.
    public func wait(
        until what: String, timeout: Duration = .seconds(30), _ condition: @escaping @Sendable (PBXSimulator) -> Bool
    ) async throws {
        try await changes.wait(until: what, timeout: timeout) { condition(self) }
    }

    func change(_ body: (inout PBXCore) -> Void) {
        state.withLock { body(&$0.core) }
        changes.signal()
    }
}
