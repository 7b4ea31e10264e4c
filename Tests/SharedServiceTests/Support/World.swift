import AppService
import AsyncHTTPClient
import Bridge
import Crypto
import FoundationEssentials
import Logging
import NIOCore
import NIOHTTP1
import Protocol
import ServiceLifecycle
import Synchronization
import Testing
import Transport

@testable import SharedService

/// A shared service over live sockets, with a Meta, instances, and a clock that stands until it is moved.
final class World: Sendable {
    static let appID = "4711"
    static let appSecret = "app-secret-0123456789abcdef"
    static let key = "connector-key-0123456789"
    static let otherKey = "second-key-0123456789abc"
    static let verifyToken = "verify-me-0123456789"
    static let origin = "https://shared.example.com"

    let graph = FakeGraph()
    let instance = FakeInstance("example.com/whatsapp")
    let other = FakeInstance("example.org/whatsapp")
    let clock = MovableClock(standingAt: Moment(milliseconds: 1_790_000_000_000))
    let directory: String
    let graphPort = Watched<Int?>(nil)
    /// Every answer that was given to anybody but an instance's collection.
    let answers = Mutex<[String]>([])
    let log = LogLines()

    private init() { directory = FileManager.default.temporaryDirectory.appendingPathComponent("shared-\(UUID().uuidString)").path }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Makes a world and ends it.
    static func run(_ body: @escaping @Sendable (World) async throws -> Void) async throws {
        let world = World()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let graph = world.graph.serve { port in world.graphPort.update { $0 = port } }
            group.addTask { try? await graph.run() }
            for instance in [world.instance, world.other] {
                let server = instance.server { world.clock.now().milliseconds / 1_000 }
                group.addTask { try? await server.run() }
                _ = try await instance.port.first { $0 != nil }
            }
            _ = try await world.graphPort.first { $0 != nil }
            defer { group.cancelAll() }
            try await body(world)
        }
    }

    /// Runs the service as long as the body runs, then shuts it down.
    ///
    /// - Parameter isKilled: whether it is cut instead
    func serving(isKilled: Bool = false, _ body: (Service) async throws -> Void) async throws {
        let ready = Watched<Result<SharedService.Addresses, any Error>?>(nil)
        let service = SharedService(configuration: configuration, clock: clock, logger: log.logger) { addresses in
            ready.update { $0 = .success(addresses) }
        }
        let group = ServiceGroup(configuration: .init(services: [service], logger: log.logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                do {
                    try await group.run()
                } catch {
                    ready.update { $0 = .failure(error) }
                    throw error
                }
            }
            let addresses = try await ready.first { $0 != nil }?.get()
            do {
                try await body(Service(world: self, address: addresses?.application ?? "", operations: addresses?.operations ?? ""))
            } catch {
                tasks.cancelAll()
                throw error
            }
            guard !isKilled else {
                tasks.cancelAll()
                while let result = await tasks.nextResult() { _ = result }
                return
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Lets time pass, step by step, while the body waits for what it brings about.
    func passing<Result: Sendable>(_ step: Duration = .seconds(1), _ body: () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    self.clock.move(by: step)
                    // Only gives way to the sockets; the logic under test knows the moved clock alone.
                    try await Task.sleep(for: .milliseconds(4))
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    var configuration: SharedServiceConfiguration {
        SharedServiceConfiguration(
            listen: ListenAddress(host: "127.0.0.1", port: 0), operations: ListenAddress(host: "127.0.0.1", port: 0),
            publicURL: PublicURL(Self.origin)!, dataDirectory: directory,
            secretKey: .key(SealingKey(bytes: [UInt8](repeating: 9, count: 32))!),
            app: .init(id: Self.appID, secret: Secret(Self.appSecret), configurationID: "815"),
            verifyToken: Secret(Self.verifyToken), graphBaseURL: "http://127.0.0.1:\(graphPort.current.value ?? 0)",
            connectors: [.init(name: "first", key: Secret(Self.key)), .init(name: "second", key: Secret(Self.otherKey))])
    }

    /// All bytes of the database's files.
    var databaseBytes: [UInt8] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.flatMap { Array(FileManager.default.contents(atPath: "\(directory)/\($0)") ?? Data()) }
    }
}

/// Everything that was logged, at every level.
final class LogLines: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.kept.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}
