import AsyncHTTPClient
public import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization
import Transport

/// The three systems that the connector joins, simulated in one process and on one loopback port.
///
/// | path | what |
/// |---|---|
/// | `/<domain>/connect/…` | Connect, over WebSockets; its files over HTTP |
/// | `/<domain>/pbx/…` | the PBX for its administrators, over WebSockets |
/// | `/graph/…` | the Graph API |
/// | `/lab/api/…` | the control API |
/// | `/`, `/settings`, `/objects` | the demo page, the Settings and the objects of the PBX |
/// | `/meta/sdk.js`, `/meta/dialog` | the stand-in of the Facebook SDK, and the sign-up dialog |
/// | `/sdk/…` | scripts that the Settings page offers to plugins |
///
/// ```swift
/// let lab = Lab(configuration: LabConfiguration(), clock: .still(), logger: logger)
/// // lab.run() runs in a task; then:
/// let addresses = try await lab.listening()
/// // … the connector is started with addresses.graph as its Graph base URL …
/// lab.serviceStarted(at: "http://127.0.0.1:8080")
/// try lab.meta.send(.text("Hello"), from: "ada")
/// ```
public final class Lab: Service {
    /// Where the lab listens.
    public struct Addresses: Sendable, Equatable {
        /// The demo page and the control API; without a slash at the end.
        public var page: String
        /// The Graph API's base URL; without a slash at the end.
        public var graph: String
        /// What `ServicesInfo` says of Connect.
        public var connect: String
    }

    private struct State {
        var base: String?
        var graphBase: String?
        var serviceURL: String?
        /// Whether the lab is shutting down: what would never end by itself ends then.
        var isEnding = false
        /// Whether the Graph API's own listener takes connections.
        var graphListens = false
    }

    /// What was configured.
    public let configuration: LabConfiguration
    /// The time of the simulators; the connector should run on it too.
    public let clock: LabClock
    /// What went over the wires.
    public let wire: WireLog
    /// The simulated Connect.
    public let connect: ConnectSimulator
    /// The simulated PBX.
    public let pbx: PBXSimulator
    /// The simulated Graph API.
    public let meta: MetaSimulator
    /// The files of all simulators.
    let files = LabFileStore()
    /// Tells a run of the lab from other ones, so that a page knows when it has a new lab before it.
    let runID: String
    /// The scripts that the Settings page loads before a plugin.
    let scripts: [LabScript]
    private let logger: Logger
    private let state = Mutex(State())
    let changes = ChangeSignal()
    /// What the demo page has sent.
    let uploads = LabUploads()

    /// A lab that begins to listen when it runs.
    ///
    /// - Parameters:
    ///   - scripts: What the Settings page loads before a plugin, in this order.
    ///   - setInstancePassword: Gives the service's instance a password when the Settings plugin asks for that.
    public init(
        configuration: LabConfiguration, clock: LabClock, logger: Logger, scripts: [LabScript] = [],
        setInstancePassword: InstancePasswordSetter? = nil
    ) {
        self.configuration = configuration
        self.scripts = scripts
        self.clock = clock
        self.logger = logger
        runID = String(UInt64.random(in: 0 ... .max), radix: 16)
        wire = WireLog(clock: clock)
        connect = ConnectSimulator(configuration.connectCore, clock: clock, wire: wire, files: files)
        pbx = PBXSimulator(
            configuration, clock: clock, wire: wire, client: WebSocketClient(logger: logger), setInstancePassword: setInstancePassword)
        meta = MetaSimulator(configuration.metaCore, clock: clock, wire: wire, client: .shared, files: files)
    }

    /// Listens and plays its parts until cancelled or shut down.
    ///
    /// - Throws: If it cannot listen there.
    public func run() async throws {
        try await withGracefulShutdownHandler {
            try await play()
        } onGracefulShutdown: {
            self.state.withLock { $0.isEnding = true }
            self.meta.end()
            self.changes.signal()
        }
    }

    private func play() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.connect.run() }
            group.addTask { await self.pbx.run() }
            group.addTask { await self.meta.run() }
            group.addTask { await self.relayChanges() }
            group.addTask { await self.relayZones() }
            if configuration.hasSeparateGraphListener { group.addTask { try await self.runGraphListener() } }
            let server = HTTPServer(configuration: .init(host: configuration.host, port: configuration.port), logger: logger) { address in
                self.listens(on: "http://\(self.configuration.host):\(address.port ?? 0)")
            } handler: { request in
                await LabRouter(lab: self).answer(request)
            }
            // The server ends with the graceful shutdown, and everything else with the server.
            try await server.run()
            group.cancelAll()
        }
    }

    /// Returns the addresses once the lab listens.
    ///
    /// - Throws: `LabError` if that takes longer than ten seconds.
    public func listening() async throws -> Addresses {
        try await changes.wait(until: "the lab listens", timeout: .seconds(10)) { self.addresses != nil }
        guard let addresses else { throw LabError("The lab does not listen.") }
        return addresses
    }

    /// Tells the PBX and Meta where the connector is; the PBX dials, and webhooks begin to flow, or will once the
    /// connector has subscribed, if the app has no callback of its own.
    ///
    /// - Parameter baseURL: The connector's public base URL without a slash at the end.
    public func serviceStarted(at baseURL: String) {
        state.withLock { $0.serviceURL = baseURL }
        pbx.place(configuration.objectName, at: configuration.appURL(below: baseURL))
        pbx.place(LabConfiguration.neighbourName, at: baseURL + configuration.neighbourPath)
        pbx.platformStarted(at: baseURL)
        pbx.start()
        if configuration.hasAppCallback, !configuration.startsEmpty {
            meta.callbackURL = "\(baseURL)/\(configuration.domain)/\(configuration.instance)/webhook"
        }
    }

    /// The connector's public base URL; nil before `serviceStarted`.
    public var serviceURL: String? { state.withLock { $0.serviceURL } }

    var isEnding: Bool { state.withLock { $0.isEnding } }

    var addresses: Addresses? {
        state.withLock { state in
            guard let base = state.base, let graph = state.graphBase else { return nil }
            return Addresses(page: base, graph: graph, connect: configuration.connectURL(below: base))
        }
    }

    // MARK: Listeners

    /// Returns once the Graph API's own listener takes connections, or takes none any more, after `meta.isReachable` was set.
    ///
    /// - Throws: `LabError` if that takes longer than ten seconds.
    public func waitForGraphListener(_ listens: Bool) async throws {
        try await changes.wait(until: "the Graph API's listener", timeout: .seconds(10)) { self.state.withLock { $0.graphListens } == listens }
    }

    /// Tells the connector another address of Connect and of the Graph API than the lab's own, as with a proxy between them: to be called
    /// once the lab listens, and before the connector is started. A Graph API with a listener of its own keeps its address.
    ///
    /// - Parameter baseURL: Without a slash at the end.
    public func isReached(at baseURL: String) {
        for entry in configuration.connectEntries { pbx.place(entry.name, at: configuration.connectURL(below: baseURL)) }
        connect.listens(at: "\(baseURL)/\(configuration.domain)/connect")
        if !configuration.hasSeparateGraphListener {
            meta.baseURL = "\(baseURL)/graph"
            state.withLock { $0.graphBase = "\(baseURL)/graph" }
        }
        changes.signal()
    }

    private func listens(on base: String) {
        state.withLock { $0.base = base }
        isReached(at: base)
    }

    /// Listens for the Graph API while it is to be reachable; the port stays the same.
    private func runGraphListener() async throws {
        let port = Mutex(0)
        while !Task.isCancelled, !isEnding {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let server = HTTPServer(configuration: .init(host: configuration.host, port: port.withLock { $0 }), logger: logger) { address in
                    port.withLock { $0 = address.port ?? 0 }
                    self.meta.baseURL = "http://\(self.configuration.host):\(address.port ?? 0)"
                    self.state.withLock { state in
                        state.graphBase = "http://\(self.configuration.host):\(address.port ?? 0)"
                        state.graphListens = true
                    }
                    self.changes.signal()
                } handler: { request in
                    await self.meta.answer(request, path: request.path)
                }
                group.addTask { try await server.run() }
                group.addTask { await self.meta.waitUntil(isReachable: false) }
                try await group.next()
                group.cancelAll()
            }
            state.withLock { $0.graphListens = false }
            changes.signal()
            await meta.waitUntil(isReachable: true)
        }
    }

    /// Connect knows a zone as long as it is ticked in its app object: it hears that from the PBX, as every app does.
    private func relayZones() async {
        while !Task.isCancelled {
            let version = pbx.changes.version
            connect.grant(pbx.targets)
            await pbx.changes.wait(after: version)
        }
    }

    /// Makes one signal of those of the simulators and the wire log, for the event stream of the demo page.
    private func relayChanges() async {
        await withDiscardingTaskGroup { group in
            for source in [connect.changes, pbx.changes, meta.changes, wire.changes] {
                group.addTask {
                    var version = source.version
                    while !Task.isCancelled {
                        await source.wait(after: version)
                        version = source.version
                        self.changes.signal()
                    }
                }
            }
        }
    }
}
