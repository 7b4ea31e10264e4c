import AppService
import Bridge
import FoundationEssentials
import Lab
import Logging
import Testing

/// A whole service and a whole lab in this process, joined over real sockets on loopback, on one clock that can be moved.
struct Workplace: Sendable {
    let lab: Lab
    let service: ConnectorService.Addresses
    let dataDirectory: String

    /// Runs `body` in a workplace, and takes it down again. Fails if a simulator saw a violation of its protocol.
    static func open(
        _ change: (inout LabConfiguration) -> Void = { _ in },
        service edit: (inout ServiceConfiguration) throws -> Void = { _ in },
        _ body: @escaping @Sendable (Workplace) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "connector-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = LabConfiguration()
        configuration.pbxOptions.longestReconnectDelay = 500
        change(&configuration)
        let logger = Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }
        let now = Int64(Date.now.timeIntervalSince1970 * 1_000)
        let lab = Lab(configuration: configuration, clock: .running(from: now), logger: logger)
        var serviceConfiguration = try ServiceConfiguration(lab: configuration, graph: "", folder: folder.path)
        try edit(&serviceConfiguration)
        let prepared = serviceConfiguration
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await lab.run() }
            let addresses = try await lab.listening()
            let (ready, readiness) = AsyncStream.makeStream(of: ConnectorService.Addresses.self)
            group.addTask {
                var configuration = prepared
                for index in configuration.instances.indices { configuration.instances[index].graph.baseURL = addresses.graph }
                let service = ConnectorService(
                    configuration: configuration,
                    clock: LabTime(clock: lab.clock),
                    logger: Self.serviceLogger,
                    onReady: { readiness.yield($0) }
                )
                try await service.run()
            }
            group.addTask {
                var addresses = ready.makeAsyncIterator()
                let service = try #require(await addresses.next())
                lab.serviceStarted(at: service.application)
                try await body(Workplace(lab: lab, service: service, dataDirectory: prepared.dataDirectory))
                throw Done()
            }
            do {
                while try await group.next() != nil {}
            } catch is Done {}
        }
        #expect(lab.connect.violations.isEmpty)
        #expect(lab.pbx.violations.isEmpty)
    }

    private struct Done: Error {}

    /// Silent, unless somebody looks for a mistake.
    private static var serviceLogger: Logger {
        guard ProcessInfo.processInfo.environment["CONNECTOR_TEST_LOG"] != nil else {
            return Logger(label: "service") { _ in SwiftLogNoOpLogHandler() }
        }
        return Logger(label: "service") { StreamLogHandler.standardError(label: $0) }
    }

    /// The ledger's rows of the lab's instance.
    func ledger() throws -> [LedgerRow] {
        let address = try InstanceAddress(domain: lab.configuration.domain, name: lab.configuration.instance)
        let reader = try LedgerReader(at: StoreLocation(dataDirectory: dataDirectory, instance: address))
        var rows: [LedgerRow] = []
        try reader.forEach { rows.append($0) }
        return rows
    }
}

/// The lab's clock as the service's.
struct LabTime: WallClock {
    let clock: LabClock

    func now() -> Moment { Moment(milliseconds: clock.now()) }

    func sleep(until moment: Moment) async throws { try await clock.sleep(until: moment.milliseconds) }
}

extension ServiceConfiguration {
    /// A configuration with one instance that fits the lab's.
    init(lab: LabConfiguration, graph: String, folder: String) throws {
        let key = try #require(SealingKey(bytes: (0..<32).map { UInt8($0) }))
        self.init(
            listen: ListenAddress(host: "127.0.0.1", port: 0),
            operations: ListenAddress(host: "127.0.0.1", port: 0),
            publicURL: try #require(PublicURL("http://127.0.0.1:1")),
            dataDirectory: folder + "/data",
            secretKey: .key(key),
            instances: [
                InstanceConfiguration(
                    address: try InstanceAddress(domain: lab.domain, name: lab.instance),
                    password: Secret(lab.instancePassword),
                    graph: GraphConfiguration(baseURL: graph, appSecret: Secret(lab.appSecret), verifyToken: Secret(lab.verifyToken)),
                    accounts: [
                        AccountConfiguration(
                            waba: lab.waba,
                            token: Secret(lab.accessToken),
                            numbers: lab.numbers.map {
                                NumberConfiguration(
                                    id: PhoneNumberID(rawValue: $0.id), zone: Zone(rawValue: lab.objectName), closedMessage: "Closed.")
                            }
                        )
                    ]
                )
            ]
        )
    }
}
